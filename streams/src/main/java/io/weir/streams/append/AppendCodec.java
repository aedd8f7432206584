package io.weir.streams.append;

import io.netty.buffer.ByteBuf;

/**
 * The bytes of the append protocol: one binary WebSocket message per frame, first byte the version. Bounded; stateless
 * but for the bound, so shared between threads.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class AppendCodec {
    /** A codec that neither makes nor takes longer frames. */
    public AppendCodec(int maxFrameBytes) {
        throw new UnsupportedOperationException("" + maxFrameBytes);
    }

    /**
     * Writes a frame.
     *
     * @throws AppendFormatException if it is longer than the bound
     */
    public void encode(AppendFrame frame, ByteBuf out) {
        throw new UnsupportedOperationException(frame + " " + out);
    }

    /**
     * Reads a frame. Texts and JSON are slices of {@code message}, which must be on memory that the garbage collector owns.
     *
     * @throws AppendFormatException if it is no frame
     */
    public AppendFrame decode(ByteBuf message) {
        throw new UnsupportedOperationException(message.toString());
    }
}
