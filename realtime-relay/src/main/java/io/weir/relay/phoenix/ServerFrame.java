package io.weir.relay.phoenix;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.weir.relay.delivery.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A frame for a client, as it is on the wire: a server masks nothing, so it is the same for everybody. Shared between
 * sockets, so nobody writes to it or moves its indices; its memory belongs to the garbage collector.
 */
sealed interface ServerFrame extends Frame {
    /** All bytes, the WebSocket header included. */
    ByteBuf wire();

    @Override
    default int weight() {
        return wire().readableBytes() + 64;
    }

    /**
     * A text frame.
     *
     * @param wire all bytes
     */
    record Text(ByteBuf wire) implements ServerFrame {
        /** A frame of this content. */
        Text(String text) {
            this(framed(0x81, text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /**
     * A binary frame.
     *
     * @param wire all bytes
     */
    record Binary(ByteBuf wire) implements ServerFrame {
        /** A frame of this content. */
        Binary(Buffer content) {
            this(framed(0x82, content.getBytes()));
        }
    }

    private static ByteBuf framed(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 10).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 1 << 16) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        return Unpooled.wrappedBuffer(frame.put(payload).flip());
    }
}
