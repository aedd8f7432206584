package io.weir.streams.run;

import io.netty.buffer.ByteBuf;

/**
 * Writes runs as canonical Responses SSE: {@code id:} is the last offset, {@code event:} the type, {@code data:} one line.
 * Several deltas become one event with {@code from}, {@code n} and {@code t}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class CanonicalWriter {
    private CanonicalWriter() {}

    /** Writes one run. */
    public static void write(Run run, ByteBuf out) {
        throw new UnsupportedOperationException(run + " " + out);
    }

    /** Writes all text up to {@code text.last()} as a snapshot that replaces what a reader has. */
    public static void snapshot(Deltas text, ByteBuf out) {
        throw new UnsupportedOperationException(text + " " + out);
    }

    /** Writes one of our own events, which take no offset. */
    public static void weir(String type, ByteBuf json, ByteBuf out) {
        throw new UnsupportedOperationException(type + json + out);
    }

    /** Writes the JSON of a delta event, without framing. */
    public static void deltaJson(Deltas deltas, ByteBuf out) {
        throw new UnsupportedOperationException(deltas + " " + out);
    }
}
