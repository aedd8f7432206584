package io.weir.streams.sse;

/** What the other side sent is no stream that we can go on reading. The connection is of no further use. */
public final class StreamFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What is wrong. */
    public enum Kind {
        /** One unfinished block outgrew the bound. */
        BLOCK_TOO_LARGE,
        /** An event's data is no JSON object. */
        MALFORMED_JSON,
        /** The JSON is sound, but not the event that its type promises. */
        MALFORMED_EVENT
    }

    public StreamFormatException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
