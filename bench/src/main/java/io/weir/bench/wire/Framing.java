package io.weir.bench.wire;

import java.nio.ByteBuffer;

/** Finds messages in what was read from a socket. */
@FunctionalInterface
public interface Framing {
    /**
     * Hands on every whole message between position and limit. What it leaves behind the position comes again, before what
     * is read next.
     */
    void read(ByteBuffer in, FrameReader.Taker taker);
}
