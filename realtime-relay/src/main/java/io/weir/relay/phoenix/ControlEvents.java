package io.weir.relay.phoenix;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.log.Input;
import io.weir.relay.log.InputAnswer;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Subscriber;
import io.weir.relay.topics.Typed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one socket says to running streams and about them: {@code cancel}, {@code steer}, {@code approve}, {@code answer},
 * {@code typing}, {@code read}. Every one needs the topic's control right. On the socket's loop.
 */
final class ControlEvents {
    private static final String CANCEL = "cancel";
    private static final String TYPING = "typing";
    private static final String READ = "read";
    private static final Set<String> INPUTS = Set.of("steer", "approve", "answer");
    private static final String MALFORMED = "malformed_broadcast";
    private static final String REFUSED = "input_refused";

    private final Realm realm;
    private final RateLimit inputs;

    ControlEvents(Realm realm) {
        this.realm = realm;
        this.inputs = new RateLimit(
                realm.config().inputsPerSecond(), Duration.ofSeconds(1).toNanos(), System.nanoTime());
    }

    /** True for an event that is no broadcast where streams are told. */
    static boolean isOne(Channel channel, String event) {
        boolean told = !(channel.key() instanceof TopicKey.Free);
        return told && (event.equals(CANCEL) || event.equals(TYPING) || event.equals(READ) || INPUTS.contains(event));
    }

    void received(Channel channel, @Nullable String ref, String event, boolean json, byte[] payload) {
        if (!channel.access().control()) {
            Posting.refuse(channel, ref, "unauthorized");
            return;
        }
        // Bytes that nobody has read as JSON must never be pasted into a text frame.
        Optional<JsonNode> body = json ? object(payload) : Optional.empty();
        if (body.isEmpty()) {
            Posting.refuse(channel, ref, MALFORMED);
            return;
        }
        switch (event) {
            case TYPING -> typing(channel, ref, body.get());
            case READ -> read(channel, ref, body.get());
            case CANCEL -> cancel(channel, ref, body.get());
            default -> input(channel, ref, event, body.get(), payload);
        }
    }

    private Optional<JsonNode> object(byte[] payload) {
        try {
            return Optional.ofNullable(realm.mapper().readTree(payload)).filter(JsonNode::isObject);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<StreamId> stream(JsonNode body) {
        try {
            return Optional.of(StreamId.parse(body.path("streamId").asText("")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void typing(Channel channel, @Nullable String ref, JsonNode body) {
        Subscriber except = channel.config().self() ? null : channel;
        var typed = new Typed(channel, account(channel), body.path("on").asBoolean(true), except);
        realm.hub().typing(channel.key(), typed, told -> {
            if (told) {
                Posting.acknowledge(channel, ref);
            } else {
                Posting.refuse(channel, ref, "too_many_typing");
            }
        });
    }

    private void read(Channel channel, @Nullable String ref, JsonNode body) {
        Optional<StreamId> stream = stream(body);
        long offset = body.path("offset").asLong(-1);
        if (stream.isEmpty() || offset < 0) {
            Posting.refuse(channel, ref, stream.isEmpty() ? "malformed_stream_id" : "malformed_offset");
            return;
        }
        realm.hub().read(channel.key(), stream.get(), account(channel), offset, known -> answer(channel, ref, known));
    }

    private void cancel(Channel channel, @Nullable String ref, JsonNode body) {
        Optional<StreamId> stream = stream(body);
        if (stream.isEmpty()) {
            Posting.refuse(channel, ref, "malformed_stream_id");
            return;
        }
        realm.hub().cancel(channel.key(), stream.get(), account(channel), known -> answer(channel, ref, known));
    }

    private static void answer(Channel channel, @Nullable String ref, boolean known) {
        if (known) {
            Posting.acknowledge(channel, ref);
        } else {
            Posting.refuse(channel, ref, InputAnswer.NOT_OPEN);
        }
    }

    private void input(Channel channel, @Nullable String ref, String event, JsonNode body, byte[] payload) {
        Optional<StreamId> stream = stream(body);
        if (stream.isEmpty()) {
            Posting.refuse(channel, ref, "malformed_stream_id");
        } else if (!isWellFormed(event, body)) {
            refused(channel, ref, stream.get(), event, "malformed_input");
        } else if (payload.length > realm.config().maxInput().asLongValue()) {
            refused(channel, ref, stream.get(), event, "payload_size_exceeded");
        } else if (!inputs.take(System.nanoTime())) {
            refused(channel, ref, stream.get(), event, "rate_limit_exceeded");
        } else {
            var said = new Input(account(channel), event, new String(payload, StandardCharsets.UTF_8));
            realm.hub().input(channel.key(), stream.get(), said, answer -> {
                switch (answer) {
                    case InputAnswer.Taken _ -> Posting.acknowledge(channel, ref);
                    case InputAnswer.Refused(String why) -> refused(channel, ref, stream.get(), event, why);
                }
            });
        }
    }

    private static boolean isWellFormed(String event, JsonNode body) {
        return switch (event) {
            case "steer" -> body.path("text").isTextual();
            case "approve" ->
                body.path("callId").isTextual() && body.path("approved").isBoolean();
            default -> body.path("callId").isTextual() && body.path("text").isTextual();
        };
    }

    /** A sender that has not asked for replies would not look at one. */
    private static void refused(Channel channel, @Nullable String ref, StreamId stream, String event, String why) {
        if (channel.config().ack() && ref != null) {
            Posting.refuse(channel, ref, why);
            return;
        }
        var json = new StringBuilder("{\"streamId\":\"").append(stream).append("\",\"event\":");
        FrameEncoder.quoted(json, event).append(",\"reason\":");
        FrameEncoder.quoted(json, why).append('}');
        channel.broadcast(new Broadcast(REFUSED, true, json.toString().getBytes(StandardCharsets.UTF_8), null));
    }

    private static String account(Channel channel) {
        return channel.viewer().account().value();
    }
}
