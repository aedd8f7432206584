package io.weir.bench.wire;

import java.nio.ByteBuffer;

/**
 * Finds the WebSocket frames of a server in what was read from its socket. Unmasked frames only, as servers send them; a
 * fragment is handed on like a whole message. Stateless: what is not yet a whole frame stays in the buffer.
 */
public final class FrameReader {
    /** Continuation of a message. */
    public static final int CONTINUATION = 0;
    /** Text. */
    public static final int TEXT = 1;
    /** Bytes. */
    public static final int BINARY = 2;
    /** The server closes. */
    public static final int CLOSE = 8;
    /** Wants a pong with the same payload. */
    public static final int PING = 9;
    /** Answer to a ping. */
    public static final int PONG = 10;

    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;

    private FrameReader() {}

    /** Takes a frame. */
    @FunctionalInterface
    public interface Taker {
        /**
         * A frame.
         *
         * @param opcode one of the constants above
         * @param payload its payload between position and limit; valid only within the call
         */
        void frame(int opcode, ByteBuffer payload);
    }

    /**
     * Hands on every whole frame between position and limit; the position then stands at the first byte of the frame that
     * is not yet whole.
     *
     * @throws IllegalStateException if a frame is longer than the buffer could ever hold
     */
    public static void read(ByteBuffer in, Taker taker) {
        int end = in.limit();
        while (end - in.position() >= 2) {
            int start = in.position();
            int opcode = in.get(start) & 0x0F;
            int head = 2;
            long length = in.get(start + 1) & 0x7F;
            if (length == SHORT_LENGTH) {
                head = 4;
                length = end - start < head ? Long.MAX_VALUE : in.getShort(start + 2) & 0xFFFF;
            } else if (length == LONG_LENGTH) {
                head = 10;
                length = end - start < head ? Long.MAX_VALUE : in.getLong(start + 2);
            }
            if (length != Long.MAX_VALUE && length > in.capacity() - head) {
                throw new IllegalStateException("frame too long: " + length);
            }
            if (length > end - start - head) {
                return;
            }
            int after = start + head + (int) length;
            in.position(start + head).limit(after);
            taker.frame(opcode, in);
            in.limit(end).position(after);
        }
    }
}
