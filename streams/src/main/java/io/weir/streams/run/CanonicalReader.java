package io.weir.streams.run;

import io.netty.buffer.ByteBuf;

/**
 * Turns canonical Responses SSE back into runs. A merged delta becomes a {@link Deltas} whose inner cuts are unknown: all
 * of its deltas but the last are empty, so it must not be cut. Single-threaded.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class CanonicalReader {
    /** Gets what was read, in order. */
    public interface Handler {
        /** The next run. */
        void run(Run run);

        /** All text up to {@code text.last()}; replaces what was read so far. */
        void snapshot(Deltas text);

        /** One of our own events, without an offset. */
        void weir(String type, ByteBuf json);

        /** A comment: the other side is alive. */
        default void comment() {}
    }

    /**
     * A reader.
     *
     * @param maxBlockBytes longest unfinished block
     */
    public CanonicalReader(int maxBlockBytes, Handler handler) {
        throw new UnsupportedOperationException(maxBlockBytes + " " + handler);
    }

    /**
     * Reads a chunk; see {@link io.weir.streams.sse.SseDecoder#feed} for whose memory it is.
     *
     * @throws io.weir.streams.sse.StreamFormatException if the bytes are no canonical stream
     */
    public void feed(ByteBuf chunk) {
        throw new UnsupportedOperationException(chunk.toString());
    }

    /** The connection has ended; an unfinished block is discarded. */
    public void end() {
        throw new UnsupportedOperationException();
    }
}
