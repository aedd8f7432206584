package io.weir.edge.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.contracts.id.StreamId;
import io.weir.edge.problems.StreamIds;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks on a socket.
 *
 * <pre>
 *   {"op":"send","sessionId":"…","message":"…","agent":"…","key":"…"}
 *   {"op":"resume","streamId":"…","after":7}
 *   {"op":"stop","streamId":"…"}
 * </pre>
 *
 * Each may have a {@code ref}, which comes back with what answers it.
 */
sealed interface SocketRequest {
    /** Longest {@code ref} that is sent back, in characters. */
    int MAX_REF = 100;

    /** A question; the message itself is read as the body of a request. */
    record Send(@Nullable String key) implements SocketRequest {}

    /** Read a stream again, behind an offset. */
    record Resume(StreamId stream, long after) implements SocketRequest {}

    /** Stop a stream. */
    record Stop(StreamId stream) implements SocketRequest {}

    /** The client's name for what it asks, if it gave one that can be sent back. */
    static @Nullable String ref(JsonNode message) {
        JsonNode ref = message.path("ref");
        return ref.isTextual() && ref.asText().length() <= MAX_REF ? ref.asText() : null;
    }

    /** What the message asks. Fails with 400, or with 404 for what is no stream id. */
    static SocketRequest of(JsonNode message) {
        return switch (message.path("op").asText()) {
            case "send" -> new Send(QuestionReader.optional(message, "key"));
            case "resume" -> new Resume(StreamIds.parse(QuestionReader.optional(message, "streamId")), after(message));
            case "stop" -> new Stop(StreamIds.parse(QuestionReader.optional(message, "streamId")));
            default -> throw QuestionReader.malformed("\"op\" must be send, resume or stop.");
        };
    }

    private static long after(JsonNode message) {
        JsonNode after = message.path("after");
        boolean whole = after.isIntegralNumber() && after.canConvertToLong() && after.asLong() >= 0;
        if (!after.isMissingNode() && !whole) {
            throw QuestionReader.malformed("\"after\" must be a whole number from 0 on.");
        }
        return after.asLong(0);
    }
}
