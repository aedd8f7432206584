/** The scenario fan-out. Entry point: {@link io.weir.bench.fanout.FanOut}. */
@NullMarked
package io.weir.bench.fanout;

import org.jspecify.annotations.NullMarked;
