/** The servers that are measured: how each is had, started and stopped. Entry points: {@link io.weir.bench.peer.Peer}, {@link io.weir.bench.peer.Chain}. */
@NullMarked
package io.weir.bench.peer;

import org.jspecify.annotations.NullMarked;
