package io.weir.edge.answer;

import io.vertx.core.http.HttpServerRequest;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.Framing;

/**
 * How one reader wants its answer.
 *
 * @param dialect what the endpoint promises
 * @param framing how events are put into the body
 * @param model shown as {@code model} where the dialect has that
 * @param usage whether the reader asked for {@code weir.usage}; clients that read every {@code data:} line by hand would
 *     stumble over it
 * @param early true: status and headers leave at once; false: they wait until the agent has committed itself
 * @param extent whether the caller gets events, or the answer once it is whole
 */
public record Presentation(
        Dialect dialect, Framing framing, String model, boolean usage, boolean early, Extent extent) {
    /** How much of an answer is sent at a time. */
    public enum Extent {
        /** Events as they come. */
        EVENTS,
        /** Events, and the usage chunk that chat.completions has for those who ask. */
        EVENTS_AND_USAGE,
        /** One JSON object, when the answer has ended; an answer that failed is a problem. */
        WHOLE,
        /** One JSON object, when the answer has ended, however it did. */
        RECORD
    }

    /** Request header, and query parameter in lower case, that asks for {@code weir.usage}. */
    public static final String USAGE = "Weir-Usage";

    /** What a request asks for: NDJSON by {@code Accept}, live usage by {@code Weir-Usage: true} or {@code ?usage=true}. */
    public static Presentation of(HttpServerRequest request, Dialect dialect, String model, boolean early) {
        String accept = request.getHeader("Accept");
        String usage = request.getHeader(USAGE) == null ? request.getParam("usage") : request.getHeader(USAGE);
        return new Presentation(
                dialect,
                accept == null ? Framing.SSE : Framing.ofAccept(accept),
                model,
                "true".equals(usage),
                early,
                Extent.EVENTS);
    }

    /** The same in another extent. */
    public Presentation with(Extent other) {
        return new Presentation(dialect, framing, model, usage, early, other);
    }

    /** A response by its id, once it has ended. */
    static Presentation record(HttpServerRequest request) {
        return of(request, Dialect.RESPONSES, "", false).with(Extent.RECORD);
    }

    /** True if nothing is to be sent before the end. */
    boolean isWhole() {
        return extent == Extent.WHOLE || extent == Extent.RECORD;
    }
}
