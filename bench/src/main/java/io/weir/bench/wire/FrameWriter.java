package io.weir.bench.wire;

import java.nio.ByteBuffer;

/**
 * Writes the WebSocket frames of a client. They have to be masked; the mask is zero, so that masking costs the generator
 * nothing and the server what it always does.
 */
public final class FrameWriter {
    private static final int MASKED = 0x80;
    private static final int FINAL = 0x80;
    private static final int MASK_BYTES = 4;

    private FrameWriter() {}

    /** A whole frame, ready to be written. */
    public static ByteBuffer frame(int opcode, byte[] payload) {
        int length = payload.length;
        var out = ByteBuffer.allocate(length + 14).put((byte) (FINAL | opcode));
        if (length < 126) {
            out.put((byte) (MASKED | length));
        } else if (length <= 0xFFFF) {
            out.put((byte) (MASKED | 126)).putShort((short) length);
        } else {
            out.put((byte) (MASKED | 127)).putLong(length);
        }
        return out.position(out.position() + MASK_BYTES).put(payload).flip();
    }
}
