/** What the design promises to people who wait: measured. Entry point: {@link io.weir.bench.promises.Promises}. */
@NullMarked
package io.weir.bench.promises;

import org.jspecify.annotations.NullMarked;
