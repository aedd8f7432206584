/**
 * The least that a program on Weir's own libraries can be: what is always there to measure Weir beside. Entry points:
 * {@link io.weir.bench.pipe.PipeMain}, {@link io.weir.bench.pipe.FanMain}.
 */
@NullMarked
package io.weir.bench.pipe;

import org.jspecify.annotations.NullMarked;
