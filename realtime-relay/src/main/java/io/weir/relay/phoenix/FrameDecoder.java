package io.weir.relay.phoenix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.weir.relay.phoenix.ClientFrame.Malformed;
import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.phoenix.ClientFrame.UserBroadcast;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what clients send, in either version. Whatever they send, the answer is a {@link ClientFrame}. */
final class FrameDecoder {
    private static final int PUSH = 0;
    private static final int USER_BROADCAST_PUSH = 3;
    private static final int BYTES = 0;
    private static final int JSON = 1;

    private final ObjectMapper mapper;

    FrameDecoder(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Reads a text frame. */
    ClientFrame text(Vsn vsn, String text) {
        JsonNode node;
        try {
            node = mapper.readTree(text);
        } catch (JsonProcessingException e) {
            return new Malformed("no JSON");
        }
        return switch (vsn) {
            case V1 -> object(node);
            case V2 -> array(node);
        };
    }

    private ClientFrame object(@Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            return new Malformed("no object");
        }
        return push(node.get("join_ref"), node.get("ref"), node.get("topic"), node.get("event"), node.get("payload"));
    }

    private ClientFrame array(@Nullable JsonNode node) {
        if (node == null || !node.isArray() || node.size() != 5) {
            return new Malformed("no array of five");
        }
        return push(node.get(0), node.get(1), node.get(2), node.get(3), node.get(4));
    }

    private ClientFrame push(
            @Nullable JsonNode joinRef,
            @Nullable JsonNode ref,
            @Nullable JsonNode topic,
            @Nullable JsonNode event,
            @Nullable JsonNode payload) {
        if (topic == null || !topic.isTextual() || event == null || !event.isTextual()) {
            return new Malformed("no topic or event");
        }
        ObjectNode object = payload instanceof ObjectNode given ? given : mapper.createObjectNode();
        return new Push(reference(joinRef), reference(ref), topic.textValue(), event.textValue(), object);
    }

    private static @Nullable String reference(@Nullable JsonNode node) {
        return node == null || !node.isValueNode() || node.isNull() ? null : node.asText();
    }

    /** Reads a binary frame: kind 3, and kind 0 of Phoenix' own clients. */
    ClientFrame binary(Buffer frame) {
        if (frame.length() == 0) {
            return new Malformed("empty");
        }
        return switch (frame.getUnsignedByte(0)) {
            case PUSH -> phoenixPush(frame);
            case USER_BROADCAST_PUSH -> userBroadcast(frame);
            default -> new Malformed("unknown kind");
        };
    }

    private ClientFrame phoenixPush(Buffer frame) {
        var cursor = new Cursor(frame, 5);
        String joinRef = cursor.text(1);
        String ref = cursor.text(2);
        String topic = cursor.text(3);
        String event = cursor.text(4);
        if (joinRef == null || ref == null || topic == null || event == null) {
            return new Malformed("lengths or UTF-8");
        }
        return new UserBroadcast(
                absent(joinRef), absent(ref), topic, event, Persist.NO, false, Buffer.buffer(cursor.rest()));
    }

    private ClientFrame userBroadcast(Buffer frame) {
        var cursor = new Cursor(frame, 7);
        String joinRef = cursor.text(1);
        String ref = cursor.text(2);
        String topic = cursor.text(3);
        String event = cursor.text(4);
        String metadata = cursor.text(5);
        if (joinRef == null || ref == null || topic == null || event == null || metadata == null) {
            return new Malformed("lengths or UTF-8");
        }
        Optional<Persist> persist = persist(metadata);
        if (persist.isEmpty()) {
            return new Malformed("metadata");
        }
        byte[] payload = cursor.rest();
        boolean json = frame.getUnsignedByte(6) == JSON;
        if (!json && frame.getUnsignedByte(6) != BYTES) {
            return new Malformed("unknown encoding");
        }
        if (json && !isJson(payload)) {
            return new Malformed("payload is no JSON");
        }
        return new UserBroadcast(
                absent(joinRef), absent(ref), topic, event, persist.get(), json, Buffer.buffer(payload));
    }

    /** Unknown metadata is nobody's business. */
    private Optional<Persist> persist(String metadata) {
        if (metadata.isEmpty()) {
            return Optional.of(Persist.NO);
        }
        try {
            return Persist.of(mapper.readTree(metadata).path("persist"));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Checked here once, because it is put into other clients' frames as it is. */
    private boolean isJson(byte[] payload) {
        try (var parser = mapper.createParser(payload)) {
            decoded(payload);
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable String absent(String reference) {
        return reference.isEmpty() ? null : reference;
    }

    private static String decoded(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    /** Walks over the fields whose lengths stand in the head of the frame. */
    private static final class Cursor {
        private final Buffer frame;
        private int position;

        Cursor(Buffer frame, int headLength) {
            this.frame = frame;
            this.position = headLength;
        }

        /** The next field, whose length stands at {@code lengthAt}; null where frame or UTF-8 do not hold it. */
        @Nullable
        String text(int lengthAt) {
            if (frame.length() < position) {
                return null;
            }
            int end = position + frame.getUnsignedByte(lengthAt);
            if (end > frame.length()) {
                return null;
            }
            byte[] field = frame.getBytes(position, end);
            position = end;
            try {
                return decoded(field);
            } catch (CharacterCodingException e) {
                return null;
            }
        }

        byte[] rest() {
            return frame.getBytes(position, frame.length());
        }
    }
}
