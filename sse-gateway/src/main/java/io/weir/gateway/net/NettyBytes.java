package io.weir.gateway.net;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;

/**
 * Between Vert.x buffers and the stream engine's, without copying. What Vert.x hands out lies on memory that the garbage
 * collector owns. Vert.x 5 moves these two methods; this is the one place that will notice.
 */
@SuppressWarnings("deprecation")
public final class NettyBytes {
    private NettyBytes() {}

    /** The engine's view of a buffer. */
    public static ByteBuf of(Buffer buffer) {
        return buffer.getByteBuf();
    }

    /** A buffer on the engine's bytes. */
    public static Buffer of(ByteBuf bytes) {
        return Buffer.buffer(bytes);
    }
}
