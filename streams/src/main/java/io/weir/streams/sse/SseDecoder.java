package io.weir.streams.sse;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Decodes an event stream. Single-threaded. */
@SuppressWarnings("DoNotCallSuggester")
public final class SseDecoder {
    /** Gets what was decoded, in order. */
    public interface Handler {
        /**
         * One event.
         *
         * @param type the {@code event:} field; null if the block had none. The same few strings again and again
         * @param id the last {@code id:} so far, which may be that of an earlier event; null if there is none
         * @param data the data lines, joined with LF; may be empty
         */
        void event(@Nullable String type, @Nullable ByteBuf id, ByteBuf data);

        /** A comment. */
        default void comment() {}
    }

    /**
     * A decoder.
     *
     * @param maxBlockBytes how much of an unfinished block is kept
     */
    public SseDecoder(int maxBlockBytes, Handler handler) {
        throw new UnsupportedOperationException(maxBlockBytes + " " + handler);
    }

    /**
     * Decodes a chunk. Ids and data are slices of it where they lie in one chunk, so it must be on memory that the garbage
     * collector owns and nobody writes to again (what Vert.x hands out is).
     *
     * @throws StreamFormatException if an unfinished block outgrows the bound; from then on every call throws
     */
    public void feed(ByteBuf chunk) {
        throw new UnsupportedOperationException(chunk.toString());
    }

    /** The connection has ended; an unfinished block is discarded. */
    public void end() {
        throw new UnsupportedOperationException();
    }
}
