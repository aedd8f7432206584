package io.weir.streams.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Constants of {@code text/event-stream}, and its comments. The only place that spells the media type. */
public final class EventStream {
    /** Media type without parameters, for {@code Accept} and for comparing. */
    public static final String MEDIA_TYPE = "text/event-stream";
    /** Value of {@code Content-Type} on every event stream. */
    public static final String CONTENT_TYPE = MEDIA_TYPE + "; charset=utf-8";
    /** Value of {@code Cache-Control}: no cache, and no proxy that compresses (and so buffers). */
    public static final String CACHE_CONTROL = "no-cache, no-store, no-transform";
    /** Header that asks nginx and its kin not to buffer. */
    public static final String BUFFERING_HEADER = "X-Accel-Buffering";
    /** Value of {@link #BUFFERING_HEADER}. */
    public static final String BUFFERING = "no";

    private EventStream() {}

    /** The first bytes of every response: a comment, so that headers leave at once. */
    public static void connected(ByteBuf out) {
        ByteBufUtil.writeAscii(out, ": connected\n\n");
    }

    /** A comment that keeps idle connections open. Only between events. */
    public static void heartbeat(ByteBuf out) {
        ByteBufUtil.writeAscii(out, ": heartbeat\n\n");
    }

    /** True if the value of {@code Content-Type} names an event stream; parameters and case do not matter. */
    public static boolean isContentType(String value) {
        int end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().equalsIgnoreCase(MEDIA_TYPE);
    }
}
