package io.weir.relay.phoenix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.access.TopicKey;
import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.topics.Broadcast;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one socket says on its topics: broadcasts, control events and presence. What is refused is answered with an error
 * where the client gave a reference, whether it asked for acknowledgements or not. On the socket's loop.
 */
final class Posting {
    private static final String EMPTY = "{}";
    /** The client takes any payload with a key "ids" for database changes and throws; the other changes its objects. */
    private static final Set<String> BREAKING_KEYS = Set.of("ids", "__proto__");

    private final Realm realm;
    private final ControlEvents controls;
    private @Nullable RateLimit broadcasts;
    private @Nullable RateLimit presences;
    private final BiConsumer<Channel, String> reset;

    /**
     * Nothing is said yet.
     *
     * @param reset ends a channel for a reason so that its client joins again
     */
    Posting(Realm realm, BiConsumer<Channel, String> reset) {
        this.realm = realm;
        this.controls = new ControlEvents(realm);
        this.reset = reset;
    }

    // Most sockets only listen: what they do not need is not made.

    private boolean mayBroadcast(long nowNanos) {
        RateLimit limit = broadcasts;
        if (limit == null) {
            int perSecond = realm.config().broadcastsPerSecond();
            limit = new RateLimit(perSecond, Duration.ofSeconds(1).toNanos(), nowNanos);
            broadcasts = limit;
        }
        return limit.take(nowNanos);
    }

    private boolean mayBePresent(long nowNanos) {
        RateLimit limit = presences;
        if (limit == null) {
            int calls = realm.config().presenceCalls();
            limit = new RateLimit(calls, Duration.ofSeconds(30).toNanos(), nowNanos);
            presences = limit;
        }
        return limit.take(nowNanos);
    }

    /** A broadcast in text form. */
    void broadcast(Channel channel, Push push) {
        JsonNode event = push.payload().path("event");
        if (!event.isTextual()) {
            refuse(channel, push.ref(), "malformed_broadcast");
            return;
        }
        JsonNode payload = push.payload().path("payload");
        try {
            byte[] bytes = payload.isMissingNode()
                    ? EMPTY.getBytes(StandardCharsets.UTF_8)
                    : realm.mapper().writeValueAsBytes(payload);
            Persist persist = Persist.of(push.payload().path("persist")).orElse(Persist.NO);
            broadcast(channel, push.ref(), event.textValue(), persist, true, bytes);
        } catch (JsonProcessingException e) {
            refuse(channel, push.ref(), "malformed_broadcast");
        }
    }

    /** A broadcast in either form. */
    void broadcast(Channel channel, @Nullable String ref, String event, Persist persist, boolean json, byte[] payload) {
        if (!mayBroadcast(System.nanoTime())) {
            exceed(channel, ref);
        } else if (payload.length > realm.config().maxPayload().asLongValue()) {
            refuse(channel, ref, "payload_size_exceeded");
        } else if (event.getBytes(StandardCharsets.UTF_8).length > FrameEncoder.FIELD_LIMIT) {
            refuse(channel, ref, "event_name_too_long");
        } else if (ControlEvents.isOne(channel, event)) {
            controls.received(channel, ref, event, json, payload);
        } else if (!channel.access().write()) {
            refuse(channel, ref, "unauthorized");
        } else if (persist.asked() && !keeps(channel)) {
            refuse(channel, ref, "persist_needs_private_channel");
        } else {
            tell(
                    channel,
                    ref,
                    new Broadcast(event, json, payload, UUID.randomUUID().toString()),
                    persist);
        }
    }

    private static boolean keeps(Channel channel) {
        return channel.config().privately() && !(channel.key() instanceof TopicKey.Free);
    }

    /** A client that has not asked for replies would never learn of it. */
    private void exceed(Channel channel, @Nullable String ref) {
        if (channel.config().ack() && ref != null) {
            refuse(channel, ref, "rate_limit_exceeded");
        } else {
            reset.accept(channel, "Too many messages per second");
        }
    }

    /** Told first and kept then, both on the topic's loop; who has asked for an ack learns the id of what is kept. */
    private void tell(Channel channel, @Nullable String ref, Broadcast broadcast, Persist persist) {
        Channel except = channel.config().self() ? null : channel;
        TopicKey key = channel.key();
        realm.hub().broadcast(key, broadcast, except, () -> {
            String id = broadcast.id();
            if (persist.asked() && id != null) {
                realm.replays().keep(key, broadcast, persist.life());
                acknowledge(channel, ref, FrameEncoder.object("id", id));
            } else {
                acknowledge(channel, ref);
            }
        });
    }

    static void acknowledge(Channel channel, @Nullable String ref) {
        acknowledge(channel, ref, EMPTY);
    }

    private static void acknowledge(Channel channel, @Nullable String ref, String response) {
        if (channel.config().ack() && ref != null) {
            channel.reply(ref, true, response);
        }
    }

    static void refuse(Channel channel, @Nullable String ref, String error) {
        if (ref != null) {
            channel.reply(ref, false, FrameEncoder.object("error", error));
        }
    }

    /** {@code track} and {@code untrack}. Always answered; a refusal changes nothing and the client may try again. */
    void presence(Channel channel, Push push) {
        String call = push.payload().path("event").asText("").toLowerCase(Locale.ROOT);
        if (!mayBePresent(System.nanoTime())) {
            refusePresence(channel, push, "Client presence rate limit exceeded");
        } else if (!channel.access().control()) {
            refusePresence(channel, push, "unauthorized");
        } else if (call.equals("untrack")) {
            realm.hub().untrack(channel.key(), channel);
            channel.reply(push.ref(), true, EMPTY);
        } else if (call.equals("track")) {
            track(channel, push);
        } else {
            refusePresence(channel, push, "Unknown presence event");
        }
    }

    private void track(Channel channel, Push push) {
        String key = channel.presenceKey();
        JsonNode given = push.payload().path("payload");
        if (BREAKING_KEYS.contains(key)) {
            refusePresence(channel, push, "Presence key must not be " + key);
        } else if (utf8Length(key) > realm.presence().maxKeyBytes()) {
            refusePresence(channel, push, "Presence key is too long");
        } else if (!(given instanceof ObjectNode payload)) {
            refusePresence(channel, push, "Presence track payload must be a map");
        } else if (utf8Length(payload.toString())
                > realm.presence().maxPayload().asLongValue()) {
            refusePresence(channel, push, "Track message size exceeded");
        } else {
            realm.hub().track(channel.key(), channel, key, payload, tracked -> {
                switch (tracked) {
                    case CHANGED, UNCHANGED -> channel.reply(push.ref(), true, EMPTY);
                    case FULL -> refusePresence(channel, push, "Too many members are present");
                }
            });
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void refusePresence(Channel channel, Push push, String reason) {
        channel.reply(push.ref(), false, FrameEncoder.object("reason", reason));
    }
}
