/** Runs: what a stream's log, the append protocol, merged deltas, snapshots and resume are made of. Entry point: {@link io.weir.streams.run.Run}. */
@NullMarked
package io.weir.streams.run;

import org.jspecify.annotations.NullMarked;
