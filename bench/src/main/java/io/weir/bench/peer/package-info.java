/** The servers that are measured: how each is had, started and stopped. Entry point: {@link io.weir.bench.peer.Peer}. */
@NullMarked
package io.weir.bench.peer;

import org.jspecify.annotations.NullMarked;
