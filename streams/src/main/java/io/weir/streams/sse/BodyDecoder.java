package io.weir.streams.sse;

import io.netty.buffer.ByteBuf;

/** Cuts a response body into the data of its events, however it arrives. Single-threaded. */
public interface BodyDecoder {
    /**
     * Decodes a chunk; its reader index stays. What the handler gets may be slices of it, so it must be on memory that the
     * garbage collector owns and nobody writes to again.
     *
     * @throws StreamFormatException if an unfinished event outgrows the bound
     */
    void feed(ByteBuf chunk);

    /** The body has ended. */
    void end();
}
