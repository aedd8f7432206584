package io.weir.relay.phoenix;

import io.smallrye.mutiny.Uni;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import io.weir.relay.delivery.Outbound;
import io.weir.relay.loop.Loop;
import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.replay.Replays;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one socket: who joins, with what right, and when a right ends. {@code phx_close} is final for the stock
 * client, so it follows only a lost right, a leave, or a join that takes a channel's place; whatever a newer token or a
 * new connection heals is {@code phx_error} or a closed socket. On the socket's loop.
 */
final class Membership {
    private static final String EMPTY = "{}";
    static final String UNREADABLE = "UnableToConnectToProject: Shares cannot be read right now";

    /** Ends a channel for good. */
    static final String CLOSE = "phx_close";
    /** Ends a channel until its client joins again. */
    static final String ERROR = "phx_error";

    private final Realm realm;
    private final Loop loop;
    private final Outbound<ServerFrame> out;
    private final Handshake handshake;
    private final Line line;
    private final JoinRules rules;
    private final Identities identities;
    private final LateJoins late;
    private final ChangeJoins changes;
    private final Renewals renewals;
    private final Map<String, Channel> channels = new LinkedHashMap<>(2);
    private final Map<Channel, Runnable> followed = new LinkedHashMap<>(2);
    /**
     * How much of the kept broadcasts a channel has had when it was reset: the client asks for the same ones again when it
     * joins again. Noted on the topic's loop.
     */
    private final Map<String, Long> heard = new ConcurrentHashMap<>(2);

    Membership(Realm realm, Loop loop, Outbound<ServerFrame> out, Handshake handshake, Line line) {
        this.realm = realm;
        this.loop = loop;
        this.out = out;
        this.handshake = handshake;
        this.line = line;
        SocketConfig config = realm.config();
        this.rules = new JoinRules(config, System.nanoTime());
        this.identities = new Identities(realm, handshake, line);
        this.renewals = new Renewals(realm, identities, this::isHere, this::end);
        this.changes = new ChangeJoins(realm.changes(), realm.hub(), loop);
        this.late = new LateJoins(
                config,
                new LateJoins.Socket(handshake.vsn(), loop, realm.clock(), out, line),
                identities,
                (join, asked, admission, missed) -> open(join, asked, admission, missed, true));
    }

    /** The frames of the socket, one after the other. */
    interface Line {
        /** Hands the answer to {@code then}, or the failure; the frames behind wait meanwhile. */
        <T> void await(Uni<T> answer, Consumer<T> then, Consumer<Throwable> failed);

        /** Handles a frame that was kept. */
        void handle(ClientFrame frame);

        /** A channel has ended. */
        void ended();

        /** The client needs a new connection. */
        void close(String reason);
    }

    boolean isEmpty() {
        return channels.isEmpty() && late.count() == 0;
    }

    /** The channel that a frame is for; where there is none the client is told so. */
    @Nullable
    Channel channel(@Nullable String joinRef, @Nullable String ref, String topic) {
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

    /** True for a frame that is kept until its channel's token is here. */
    boolean keeps(String topic, ClientFrame frame) {
        return late.keeps(topic, frame);
    }

    void join(Push push) {
        var config = JoinConfig.of(push.payload(), realm.maxBindings(), realm.mapper());
        boolean another = !channels.containsKey(push.topic()) && !late.has(push.topic());
        String refusal = rules.refusal(push, config, another ? channels.size() + late.count() : 0);
        if (refusal != null) {
            refuse(push, refusal);
            return;
        }
        String token = config.accessToken();
        if (token == null && handshake.viewer() == null) {
            replace(push.topic());
            late.add(push, config);
        } else if (token == null || realm.isKey(token)) {
            identified(push, config, handshake.viewer());
        } else {
            identities.verify(token, verification -> {
                switch (verification) {
                    case Verified(Viewer viewer) -> identified(push, config, viewer);
                    case Rejected rejected -> refuse(push, rejected.reason());
                }
            });
        }
    }

    private void identified(Push push, JoinConfig config, @Nullable Viewer viewer) {
        if (viewer == null) {
            refuse(push, unauthorized(push.topic()));
            return;
        }
        identities.access(
                viewer,
                nameOf(push.topic()),
                config.privately(),
                access -> {
                    replace(push.topic());
                    if (access instanceof Granted granted) {
                        open(
                                push,
                                config,
                                new Channel.Admission(viewer, granted),
                                late.missedMillis(push.topic()),
                                false);
                    } else {
                        refuse(push, unauthorized(push.topic()));
                    }
                },
                () -> refuse(push, UNREADABLE));
    }

    /** A channel that has this name already, is over for good: the client has opened another. */
    private void replace(String topic) {
        Channel before = channels.get(topic);
        if (before != null) {
            end(before, CLOSE);
        }
        late.close(topic);
    }

    private void open(
            Push join, JoinConfig config, Channel.Admission admission, @Nullable Long missedMillis, boolean answered) {
        String joinRef = reference(join);
        StreamWishes wishes = StreamWishes.of(join.payload());
        var channel = new Channel(
                handshake.vsn(),
                out,
                join.topic(),
                joinRef == null ? "" : joinRef,
                config.withoutToken(),
                missedMillis == null ? wishes : wishes.missing(missedMillis),
                admission);
        if (answered) {
            channel.answered();
        }
        if (ReplayRequest.of(join.payload()) instanceof ReplayRequest.Asked(Instant since, int limit)) {
            Long known = heard.remove(join.topic());
            var question = new Replays.Question(since, limit, known == null ? 0 : known);
            channel.replay(() -> realm.replays().since(channel.key(), question));
        }
        channels.put(join.topic(), channel);
        realm.rights()
                .share(admission.viewer(), channel.name())
                .ifPresent(share -> followed.put(
                        channel,
                        realm.shares().follow(share, right -> loop.run(() -> renewals.shareChanged(channel, right)))));
        changes.join(channel, answered, () -> isHere(channel), reason -> refuseChanges(join, channel, reason));
        late.carried(join.topic()).forEach(line::handle);
    }

    private boolean isHere(Channel channel) {
        return channels.get(channel.topic()) == channel;
    }

    private void refuseChanges(Push join, Channel channel, String reason) {
        dismiss(channel);
        refuse(join, reason);
    }

    /** A new token for one channel. Success is never answered. */
    void accessToken(Push push) {
        String token = push.payload().path("access_token").textValue();
        boolean isKey = token != null && realm.isKey(token);
        if (late.accessToken(push, token, isKey)) {
            return;
        }
        Channel channel = channels.get(push.topic());
        if (channel == null || token == null || isKey) {
            return;
        }
        identities.verify(token, verification -> {
            if (isHere(channel)) {
                renewals.renew(channel, verification);
            }
        });
    }

    /**
     * Ends what a token no longer covers. Where it covers everything on the socket, as with the stock client, the socket is
     * closed: only a new connection makes that client ask for a new token at once.
     */
    void expire() {
        List<Channel> expired = channels.values().stream()
                .filter(channel -> identities.isOver(channel.viewer()))
                .toList();
        for (Channel channel : expired) {
            channel.system("Token has expired");
        }
        boolean all = !expired.isEmpty() && expired.size() == channels.size();
        if (all || expired.stream().anyMatch(channel -> channel.viewer().equals(handshake.viewer()))) {
            line.close("token expired");
            return;
        }
        expired.forEach(channel -> end(channel, ERROR));
        late.expire();
    }

    void leave(Push push) {
        heard.remove(push.topic());
        if (!late.has(push.topic())) {
            late.forget(push.topic());
        }
        Channel channel = channels.get(push.topic());
        if (late.has(push.topic())) {
            reply(push, true, EMPTY);
            late.close(push.topic());
        } else if (channel == null || (push.joinRef() != null && !push.joinRef().equals(channel.joinRef()))) {
            reply(push, true, EMPTY);
        } else {
            channel.afterwards(() -> {
                channel.reply(push.ref(), true, EMPTY);
                channel.end(CLOSE);
            });
            dismiss(channel);
        }
    }

    /** Ends a channel so that its client joins again. */
    void reset(Channel channel, String reason) {
        if (isHere(channel)) {
            channel.system(reason);
            end(channel, ERROR);
        }
    }

    private void end(Channel channel, String event) {
        if (!isHere(channel)) {
            // It has ended while something was looked up.
            return;
        }
        channel.afterwards(() -> {
            if (event.equals(ERROR) && heard.size() < realm.config().channels()) {
                heard.put(channel.topic(), realm.replays().position());
            }
            channel.end(event);
        });
        dismiss(channel);
    }

    private void dismiss(Channel channel) {
        channels.remove(channel.topic(), channel);
        forget(channel);
        line.ended();
    }

    private void forget(Channel channel) {
        Runnable unfollow = followed.remove(channel);
        if (unfollow != null) {
            unfollow.run();
        }
        realm.hub().leave(channel.key(), channel);
    }

    /** The socket is closed. */
    void closed() {
        new ArrayList<>(channels.values()).forEach(this::forget);
        channels.clear();
    }

    static String unauthorized(String topic) {
        return "Unauthorized: You do not have permissions to read from this Channel topic: " + nameOf(topic);
    }

    /** A topic's name, without {@code realtime:}. */
    static String nameOf(String topic) {
        return topic.substring(JoinRules.PREFIX.length());
    }

    static @Nullable String reference(Push join) {
        return join.joinRef() == null ? join.ref() : join.joinRef();
    }

    private void refuse(Push push, String reason) {
        reply(push, false, FrameEncoder.object("reason", reason));
    }

    private void reply(Push push, boolean ok, String response) {
        out.send(FrameEncoder.reply(handshake.vsn(), push.joinRef(), push.ref(), push.topic(), ok, response));
    }
}
