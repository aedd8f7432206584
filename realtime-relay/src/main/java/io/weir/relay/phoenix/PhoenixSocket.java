package io.weir.relay.phoenix;

import io.vertx.core.buffer.Buffer;
import io.weir.relay.access.TopicAccess;
import io.weir.relay.access.Verification;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import io.weir.relay.changes.ChangeRequest;
import io.weir.relay.delivery.Outbound;
import io.weir.relay.loop.Loop;
import io.weir.relay.phoenix.ClientFrame.Malformed;
import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.phoenix.ClientFrame.UserBroadcast;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket. Frames are handled one after the other on its loop; while a token is being verified the following ones
 * wait.
 */
final class PhoenixSocket {
    private static final Logger LOG = Logger.getLogger(PhoenixSocket.class);
    private static final String PREFIX = "realtime:";
    private static final String EMPTY = "{}";
    private static final int MAX_WAITING_FRAMES = 1000;
    private static final int TRY_LATER = 1013;
    private static final int TOO_BIG = 1009;

    private final Realm realm;
    private final Loop loop;
    private final Outbound<ServerFrame> out;
    private final Handshake handshake;
    private final Posting posting;
    private final FrameDecoder decoder;
    private final RateLimit joins;
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final ArrayDeque<ClientFrame> waiting = new ArrayDeque<>();
    private boolean closed;
    private boolean verifying;
    private long heardNanos = System.nanoTime();
    private long joinedNanos = System.nanoTime();

    PhoenixSocket(Realm realm, Loop loop, Outbound.Transport<ServerFrame> transport, Handshake handshake) {
        this.realm = realm;
        this.loop = loop;
        this.handshake = handshake;
        this.out = new Outbound<>(transport, realm.config().queue().asLongValue());
        this.posting = new Posting(realm);
        this.decoder = new FrameDecoder(realm.mapper());
        this.joins = new RateLimit(
                realm.config().joinsPerSecond(), Duration.ofSeconds(1).toNanos(), System.nanoTime());
    }

    void text(String text) {
        if (fits(text.length())) {
            received(decoder.text(handshake.vsn(), text));
        }
    }

    void binary(Buffer frame) {
        if (fits(frame.length())) {
            received(decoder.binary(frame));
        }
    }

    private boolean fits(int length) {
        boolean fits = length <= realm.config().maxFrame().asLongValue();
        if (!fits) {
            out.close(TOO_BIG, "frame too long");
        }
        return fits;
    }

    /** The socket is closed. */
    void closed() {
        out.closed();
        loop.run(() -> {
            closed = true;
            waiting.clear();
            channels.values().forEach(channel -> realm.hub().leave(channel.key(), channel));
            channels.clear();
        });
    }

    /** Closes the socket; the client connects again. */
    void close(int code, String reason) {
        out.close(code, reason);
    }

    /** What waits to be written. Any thread. */
    long waitingBytes() {
        return out.waitingBytes();
    }

    /** Ends what has run out of time. Called every few seconds, from any thread. */
    void sweep() {
        loop.run(() -> {
            long now = System.nanoTime();
            if (now - heardNanos > realm.config().silent().toNanos()) {
                out.close(TRY_LATER, "silent");
            } else if (channels.isEmpty()
                    && now - joinedNanos > realm.config().withoutChannel().toNanos()) {
                out.close(TRY_LATER, "no channel");
            } else if (out.stalledNanos(now) > realm.config().stalled().toNanos()) {
                out.close(TRY_LATER, "stalled");
            } else {
                endExpired();
            }
        });
    }

    /** A channel whose token has ended is reset: the client joins again with the newer one that it has by then. */
    private void endExpired() {
        Instant now = realm.clock().instant();
        for (Channel channel : new ArrayList<>(channels.values())) {
            if (now.isBefore(channel.viewer().expiresAt())) {
                continue;
            }
            if (channel.viewer().equals(handshake.viewer())) {
                // Only a new connection brings a new identity.
                out.close(TRY_LATER, "token expired");
                return;
            }
            channel.system("Token has expired");
            end(channel, "phx_error");
        }
    }

    private void received(ClientFrame frame) {
        heardNanos = System.nanoTime();
        if (!verifying) {
            handle(frame);
        } else if (waiting.size() < MAX_WAITING_FRAMES) {
            waiting.add(frame);
        } else {
            out.close(TRY_LATER, "too many frames");
        }
    }

    private void handle(ClientFrame frame) {
        switch (frame) {
            case Malformed(String why) -> LOG.debugf("frame dropped why=%s", why);
            case Push push -> push(push);
            case UserBroadcast broadcast -> {
                Channel channel = channel(broadcast.joinRef(), broadcast.ref(), broadcast.topic());
                if (channel != null) {
                    posting.broadcast(
                            channel,
                            broadcast.ref(),
                            broadcast.event(),
                            broadcast.json(),
                            broadcast.payload().getBytes());
                }
            }
        }
    }

    private void push(Push push) {
        switch (push.event()) {
            case "heartbeat" -> reply(push, true, EMPTY);
            case "phx_join" -> join(push);
            case "phx_leave" -> leave(push);
            case "access_token" -> accessToken(push);
            case "broadcast" -> {
                Channel channel = channel(push.joinRef(), push.ref(), push.topic());
                if (channel != null) {
                    posting.broadcast(channel, push);
                }
            }
            case "presence" -> {
                Channel channel = channel(push.joinRef(), push.ref(), push.topic());
                if (channel != null) {
                    posting.presence(channel, push);
                }
            }
            default -> {
                if (channel(push.joinRef(), push.ref(), push.topic()) != null) {
                    reply(push, false, FrameEncoder.object("reason", "unknown event"));
                }
            }
        }
    }

    /** The channel that a frame is for; where there is none the client is told so. */
    private @Nullable Channel channel(@Nullable String joinRef, @Nullable String ref, String topic) {
        Channel channel = channels.get(topic);
        if (channel != null && (joinRef == null || joinRef.equals(channel.joinRef()))) {
            return channel;
        }
        if (ref != null) {
            out.send(FrameEncoder.reply(
                    handshake.vsn(), joinRef, ref, topic, false, FrameEncoder.object("reason", "unmatched topic")));
        }
        return null;
    }

    private void join(Push push) {
        String refusal = refusal(push);
        if (refusal != null) {
            reply(push, false, FrameEncoder.object("reason", refusal));
            return;
        }
        var config = JoinConfig.of(push.payload(), realm.maxBindings(), realm.mapper());
        String token = config.accessToken();
        if (token == null || realm.isKey(token)) {
            admit(push, config, handshake.viewer());
            return;
        }
        verify(token, verification -> {
            switch (verification) {
                case Verified(Viewer viewer) -> admit(push, config, viewer);
                case Rejected rejected -> reply(push, false, FrameEncoder.object("reason", rejected.reason()));
            }
        });
    }

    private @Nullable String refusal(Push push) {
        if (!push.topic().startsWith(PREFIX)) {
            return "unmatched topic";
        }
        if (push.topic().length() == PREFIX.length()) {
            return "TopicNameRequired: You must provide a topic name";
        }
        if (push.topic().getBytes(StandardCharsets.UTF_8).length > FrameEncoder.FIELD_LIMIT) {
            return "TopicNameTooLong: A topic name has at most 246 bytes";
        }
        if (!joins.take(System.nanoTime())) {
            return "ClientJoinRateLimitReached: Too many joins per second";
        }
        if (channels.size() >= realm.config().channels() && !channels.containsKey(push.topic())) {
            return "ChannelRateLimitReached: Too many channels";
        }
        return null;
    }

    private void admit(Push push, JoinConfig config, @Nullable Viewer viewer) {
        Channel before = channels.get(push.topic());
        if (before != null) {
            end(before, "phx_close");
        }
        String name = push.topic().substring(PREFIX.length());
        TopicAccess access = access(viewer, name, config.privately());
        if (viewer == null || !(access instanceof TopicAccess.Granted granted)) {
            reply(push, false, FrameEncoder.object("reason", unauthorized(name)));
            return;
        }
        String joinRef = push.joinRef() == null ? push.ref() : push.joinRef();
        var channel = new Channel(
                handshake.vsn(),
                out,
                push.topic(),
                joinRef == null ? "" : joinRef,
                config,
                StreamWishes.of(push.payload()),
                new Channel.Admission(viewer, granted));
        channels.put(push.topic(), channel);
        follow(push, channel);
    }

    /** Joins; one that waits for the database is not answered before it is there. */
    private void follow(Push push, Channel channel) {
        ChangeRequest request = channel.config().changes();
        if (request.isEmpty()) {
            realm.hub().join(channel.key(), channel);
            return;
        }
        channel.changes(new ChannelChanges(channel, realm.changes()));
        if (!request.waits()) {
            realm.hub().join(channel.key(), channel);
        } else if (request.refusals().isEmpty()) {
            realm.changes().whenLive(request.patience(), live -> loop.run(() -> waited(push, channel, live)));
        } else {
            refuseChanges(
                    push, channel, ChannelChanges.refused(request.refusals().getFirst()));
        }
    }

    private void waited(Push push, Channel channel, boolean live) {
        if (channels.get(push.topic()) != channel) {
            return;
        }
        if (live) {
            realm.hub().join(channel.key(), channel);
        } else {
            refuseChanges(push, channel, "PostgresChangesSubscribeTimeout: the database is not there");
        }
    }

    private void refuseChanges(Push push, Channel channel, String reason) {
        channels.remove(push.topic(), channel);
        joinedNanos = System.nanoTime();
        reply(push, false, FrameEncoder.object("reason", reason));
    }

    private TopicAccess access(@Nullable Viewer viewer, String name, boolean privately) {
        if (viewer == null
                || !viewer.tenant().equals(handshake.tenant())
                || !realm.clock().instant().isBefore(viewer.expiresAt())) {
            return new TopicAccess.Denied();
        }
        return realm.table().access(viewer, name, privately);
    }

    private static String unauthorized(String name) {
        return "Unauthorized: You do not have permissions to read from this Channel topic: " + name;
    }

    private void accessToken(Push push) {
        Channel channel = channels.get(push.topic());
        String token = push.payload().path("access_token").textValue();
        if (channel == null || token == null || realm.isKey(token)) {
            return;
        }
        verify(token, verification -> {
            if (channels.get(push.topic()) == channel) {
                renew(channel, verification);
            }
        });
    }

    /** A token that is no good is recoverable, a lost right is not. */
    private void renew(Channel channel, Verification verification) {
        switch (verification) {
            case Rejected rejected -> {
                channel.system(rejected.message());
                end(channel, "phx_error");
            }
            case Verified(Viewer viewer) -> {
                String name = channel.key().name();
                switch (access(viewer, name, channel.config().privately())) {
                    case TopicAccess.Granted granted
                    when granted.key().equals(channel.key()) -> {
                        channel.admit(new Channel.Admission(viewer, granted));
                        if (!granted.control()) {
                            realm.hub().untrack(channel.key(), channel);
                        }
                    }
                    case TopicAccess.Granted _ -> end(channel, "phx_error");
                    case TopicAccess.Denied _ -> {
                        channel.system("You no longer have permission to read from this Channel topic: " + name);
                        end(channel, "phx_close");
                    }
                }
            }
        }
    }

    private void leave(Push push) {
        Channel channel = channels.get(push.topic());
        if (channel == null || (push.joinRef() != null && !push.joinRef().equals(channel.joinRef()))) {
            reply(push, true, EMPTY);
            return;
        }
        channels.remove(push.topic());
        joinedNanos = System.nanoTime();
        channel.afterwards(() -> {
            channel.reply(push.ref(), true, EMPTY);
            channel.end("phx_close");
        });
        realm.hub().leave(channel.key(), channel);
    }

    private void end(Channel channel, String event) {
        channels.remove(channel.topic(), channel);
        joinedNanos = System.nanoTime();
        channel.afterwards(() -> channel.end(event));
        realm.hub().leave(channel.key(), channel);
    }

    private void verify(String token, Consumer<Verification> then) {
        verifying = true;
        realm.verifier()
                .verify(token)
                .subscribe()
                .with(
                        verification -> loop.run(() -> verified(verification, then)),
                        failure -> loop.run(() -> verified(
                                new Rejected(
                                        "UnableToVerify", failure.getClass().getSimpleName()),
                                then)));
    }

    private void verified(Verification verification, Consumer<Verification> then) {
        verifying = false;
        if (closed) {
            // A join that is only now verified would leave a subscriber that nobody ever removes.
            return;
        }
        then.accept(verification);
        while (!verifying && !waiting.isEmpty()) {
            handle(waiting.poll());
        }
    }

    private void reply(Push push, boolean ok, String response) {
        out.send(FrameEncoder.reply(handshake.vsn(), push.joinRef(), push.ref(), push.topic(), ok, response));
    }
}
