package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One event of a {@code text/event-stream}, as a browser would dispatch it. */
record SseFrame(@Nullable String id, @Nullable String event, String data) {
    /** True for the running figures, which every dialect carries beside its own events. */
    boolean isUsage() {
        return "weir.usage".equals(event);
    }

    JsonNode json() {
        return Json.parse(data);
    }

    /** The offset; frames without an id have none. */
    long offset() {
        return id == null ? 0 : Long.parseLong(id);
    }
}
