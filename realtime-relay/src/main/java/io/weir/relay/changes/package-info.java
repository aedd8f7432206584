/**
 * Committed changes of {@code messages}, whoever has made them: as {@code postgres_changes} and as notices. Entry point:
 * {@link io.weir.relay.changes.ChangeFeed}.
 */
@NullMarked
package io.weir.relay.changes;

import org.jspecify.annotations.NullMarked;
