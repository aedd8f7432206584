/** What the tests hold the data plane to, as ratios of one run. Entry point: {@link io.weir.bench.guard.Guard}. */
@NullMarked
package io.weir.bench.guard;

import org.jspecify.annotations.NullMarked;
