/** The bytes of WebSockets as a client needs them, and no more. Entry points: {@link io.weir.bench.wire.FrameReader}, {@link io.weir.bench.wire.WebSocketLink}. */
@NullMarked
package io.weir.bench.wire;

import org.jspecify.annotations.NullMarked;
