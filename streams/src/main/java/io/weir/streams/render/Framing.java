package io.weir.streams.render;

import io.weir.streams.sse.EventStream;

/** How rendered events are put into a response body. */
public enum Framing {
    /** {@code text/event-stream}; {@code id:} is the offset, a comment is the heartbeat. */
    SSE(EventStream.CONTENT_TYPE),
    /** One JSON object a line with the offset inside it; a blank line is the heartbeat. */
    NDJSON("application/x-ndjson; charset=utf-8");

    private final String contentType;

    Framing(String contentType) {
        this.contentType = contentType;
    }

    /** NDJSON where the caller's {@code Accept} asks for it, else SSE. */
    public static Framing ofAccept(String accept) {
        return accept.contains("application/x-ndjson") ? NDJSON : SSE;
    }

    /** Value of {@code Content-Type}. */
    public String contentType() {
        return contentType;
    }
}
