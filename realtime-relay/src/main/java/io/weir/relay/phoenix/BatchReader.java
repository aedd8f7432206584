package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.relay.topics.Broadcast;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the body of a batch of broadcasts. */
final class BatchReader {
    private static final String BLANK = "can't be blank";
    private static final int MAX_ID = 100;
    private static final int MAX_TOPIC = FrameEncoder.FIELD_LIMIT - "realtime:".length();

    private final ObjectMapper mapper;
    private final int maxMessages;
    private final long maxPayload;

    BatchReader(ObjectMapper mapper, int maxMessages, long maxPayload) {
        this.mapper = mapper;
        this.maxMessages = maxMessages;
        this.maxPayload = maxPayload;
    }

    /** What a body holds. */
    sealed interface Batch {
        /**
         * Messages, in order.
         *
         * @param messages them
         */
        record Messages(List<Message> messages) implements Batch {}

        /**
         * A body that cannot be used.
         *
         * @param field what is wrong
         * @param why with it
         */
        record Invalid(String field, String why) implements Batch {}

        /** More messages than one body may have. */
        record TooMany() implements Batch {}
    }

    /**
     * One message.
     *
     * @param topic where to
     * @param privately to the topic of the table
     * @param broadcast what
     */
    record Message(String topic, boolean privately, Broadcast broadcast) {}

    Batch read(byte[] body) {
        JsonNode messages;
        try {
            messages = mapper.readTree(body).path("messages");
        } catch (IOException e) {
            return new Batch.Invalid("messages", "is no JSON");
        }
        if (!messages.isArray()) {
            return new Batch.Invalid("messages", BLANK);
        }
        if (messages.size() > maxMessages) {
            return new Batch.TooMany();
        }
        List<Message> read = new ArrayList<>(messages.size());
        for (JsonNode message : messages) {
            byte[] payload = message.path("payload").toString().getBytes(StandardCharsets.UTF_8);
            Batch.Invalid invalid = fault(message, payload);
            if (invalid != null) {
                return invalid;
            }
            read.add(message(message, payload));
        }
        return new Batch.Messages(read);
    }

    private Batch.@Nullable Invalid fault(JsonNode message, byte[] payload) {
        if (isBlank(message.path("topic"))) {
            return new Batch.Invalid("topic", BLANK);
        }
        if (bytes(message.path("topic")) > MAX_TOPIC) {
            return new Batch.Invalid("topic", "is too long");
        }
        if (isBlank(message.path("event"))) {
            return new Batch.Invalid("event", BLANK);
        }
        if (bytes(message.path("event")) > FrameEncoder.FIELD_LIMIT) {
            return new Batch.Invalid("event", "is too long");
        }
        if (!message.has("payload")) {
            return new Batch.Invalid("payload", BLANK);
        }
        return payload.length > maxPayload ? new Batch.Invalid("payload", "Payload size exceeds tenant limit") : null;
    }

    private static Message message(JsonNode message, byte[] payload) {
        JsonNode id = message.path("id");
        boolean usable = id.isTextual() && id.textValue().length() <= MAX_ID;
        JsonNode privately = message.path("private");
        return new Message(
                message.path("topic").textValue(),
                privately.asBoolean(false) || privately.asText().equalsIgnoreCase("true"),
                new Broadcast(
                        message.path("event").textValue(),
                        true,
                        payload,
                        usable ? id.textValue() : UUID.randomUUID().toString()));
    }

    private static boolean isBlank(JsonNode text) {
        return !text.isTextual() || text.textValue().isEmpty();
    }

    private static int bytes(JsonNode text) {
        return text.textValue().getBytes(StandardCharsets.UTF_8).length;
    }
}
