/**
 * Streams that agents post themselves, because they cannot be called: opened with a person's bearer, fed by request bodies or
 * a WebSocket, at least once and by number. Entry point: {@link io.weir.gateway.posted.PostingRoutes}.
 */
@NullMarked
package io.weir.gateway.posted;

import org.jspecify.annotations.NullMarked;
