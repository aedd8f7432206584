package io.weir.relay.phoenix;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;
import io.weir.relay.topics.Broadcast;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes what clients read, in either version. Payloads are JSON objects, already encoded; never null, never absent. */
final class FrameEncoder {
    /** Every length in a binary frame is one byte. */
    static final int FIELD_LIMIT = 255;

    private static final int USER_BROADCAST = 4;

    private FrameEncoder() {}

    /** A reply; {@code response} is a JSON object. */
    static ServerFrame reply(
            Vsn vsn, @Nullable String joinRef, @Nullable String ref, String topic, boolean ok, String response) {
        String payload = "{\"status\":\"" + (ok ? "ok" : "error") + "\",\"response\":" + response + "}";
        return push(vsn, joinRef, ref, topic, "phx_reply", payload);
    }

    /** Any event but a user's broadcast. */
    static ServerFrame push(
            Vsn vsn, @Nullable String joinRef, @Nullable String ref, String topic, String event, String payload) {
        var out = new StringBuilder(payload.length() + topic.length() + 64);
        switch (vsn) {
            case V1 -> {
                out.append("{\"topic\":");
                quoted(out, topic).append(",\"event\":");
                quoted(out, event).append(",\"payload\":").append(payload).append(",\"ref\":");
                quoted(out, ref).append('}');
            }
            case V2 -> {
                quoted(out.append('['), joinRef).append(',');
                quoted(out, ref).append(',');
                quoted(out, topic).append(',');
                quoted(out, event).append(',').append(payload).append(']');
            }
        }
        return new ServerFrame.Text(out.toString());
    }

    /**
     * A user's broadcast for everybody on the topic.
     *
     * @param topic the topic on the wire
     * @param event the user's event
     * @param json true if {@code payload} is JSON
     * @param payload the payload
     * @param id the message's id; absent for events of streams, which have an offset
     * @throws IllegalArgumentException where the version has no form for it: bytes under 1.0.0 or with too long a name
     */
    static ServerFrame broadcast(
            Vsn vsn, String topic, String event, boolean json, byte[] payload, @Nullable String id) {
        return broadcast(vsn, null, topic, event, json, payload, id == null ? null : meta(id));
    }

    /** A broadcast that was kept, for one channel that has joined later. */
    static ServerFrame replayed(Vsn vsn, String joinRef, String topic, Broadcast broadcast) {
        var meta = new StringBuilder("{\"replayed\":true,\"id\":");
        quoted(meta, broadcast.id()).append('}');
        return broadcast(
                vsn, joinRef, topic, broadcast.event(), broadcast.isJson(), broadcast.payload(), meta.toString());
    }

    private static ServerFrame broadcast(
            Vsn vsn,
            @Nullable String joinRef,
            String topic,
            String event,
            boolean json,
            byte[] payload,
            @Nullable String metadata) {
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        byte[] eventBytes = event.getBytes(StandardCharsets.UTF_8);
        byte[] meta = metadata == null ? new byte[0] : metadata.getBytes(StandardCharsets.UTF_8);
        boolean fits =
                topicBytes.length <= FIELD_LIMIT && eventBytes.length <= FIELD_LIMIT && meta.length <= FIELD_LIMIT;
        if (vsn == Vsn.V2 && fits) {
            return new ServerFrame.Binary(
                    Buffer.buffer(5 + topicBytes.length + eventBytes.length + meta.length + payload.length)
                            .appendUnsignedByte((short) USER_BROADCAST)
                            .appendUnsignedByte((short) topicBytes.length)
                            .appendUnsignedByte((short) eventBytes.length)
                            .appendUnsignedByte((short) meta.length)
                            .appendUnsignedByte((short) (json ? 1 : 0))
                            .appendBytes(topicBytes)
                            .appendBytes(eventBytes)
                            .appendBytes(meta)
                            .appendBytes(payload));
        }
        if (!json) {
            throw new IllegalArgumentException("no form for bytes");
        }
        var body = new StringBuilder(payload.length + 96).append("{\"type\":\"broadcast\",\"event\":");
        quoted(body, event).append(",\"payload\":").append(new String(payload, StandardCharsets.UTF_8));
        if (metadata != null) {
            body.append(",\"meta\":").append(metadata);
        }
        return push(vsn, joinRef, null, topic, "broadcast", body.append('}').toString());
    }

    private static String meta(String id) {
        return quoted(new StringBuilder("{\"id\":"), id).append('}').toString();
    }

    /** Appends a JSON string, or {@code null}. */
    static StringBuilder quoted(StringBuilder out, @Nullable String text) {
        if (text == null) {
            return out.append("null");
        }
        return out.append('"')
                .append(JsonStringEncoder.getInstance().quoteAsString(text))
                .append('"');
    }

    /** A JSON object with one string member. */
    static String object(String name, String value) {
        return quoted(quoted(new StringBuilder("{"), name).append(':'), value)
                .append('}')
                .toString();
    }
}
