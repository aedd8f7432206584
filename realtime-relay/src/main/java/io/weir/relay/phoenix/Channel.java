package io.weir.relay.phoenix;

import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.Viewer;
import io.weir.relay.changes.ChangeNews;
import io.weir.relay.delivery.Outbound;
import io.weir.relay.delivery.Tail;
import io.weir.relay.presence.Forms;
import io.weir.relay.presence.PresenceNews;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Resume;
import io.weir.relay.topics.Subscriber;
import io.weir.relay.topics.Telling;
import io.weir.relay.topics.Voice;
import io.weir.streams.run.Run;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One joined topic of one socket. What it is told by the topic, it encodes and hands to the socket's outbound; the rest
 * belongs to the socket's loop.
 */
final class Channel implements Subscriber {
    private static final String EMPTY = "{}";

    private final Vsn vsn;
    private final Outbound<ServerFrame> out;
    private final String topic;
    private final String joinRef;
    private final JoinConfig config;
    private final StreamWishes wishes;
    private final String presenceKey;
    /** Of the topic's loop. */
    private final Map<StreamId, Tail<ServerFrame>> tails = new HashMap<>();

    private volatile Granted access;
    private volatile Viewer viewer;
    private volatile @Nullable ChannelChanges changes;
    private volatile @Nullable Runnable afterwards;

    /**
     * A channel that is not yet joined.
     *
     * @param topic the topic on the wire
     * @param joinRef reference of the join
     */
    Channel(
            Vsn vsn,
            Outbound<ServerFrame> out,
            String topic,
            String joinRef,
            JoinConfig config,
            StreamWishes wishes,
            Admission admission) {
        this.vsn = vsn;
        this.out = out;
        this.topic = topic;
        this.joinRef = joinRef;
        this.config = config;
        this.wishes = wishes;
        this.access = admission.access();
        this.viewer = admission.viewer();
        this.presenceKey = config.presenceKey().isEmpty() ? UUID.randomUUID().toString() : config.presenceKey();
    }

    /**
     * Who came in, and with what right.
     *
     * @param viewer who
     * @param access what they may do
     */
    record Admission(Viewer viewer, Granted access) {}

    String topic() {
        return topic;
    }

    String joinRef() {
        return joinRef;
    }

    JoinConfig config() {
        return config;
    }

    String presenceKey() {
        return presenceKey;
    }

    Viewer viewer() {
        return viewer;
    }

    Granted access() {
        return access;
    }

    TopicKey key() {
        return access.key();
    }

    /** Somebody else's token, or a newer one of the same person, counts from now on. */
    void admit(Admission admission) {
        access = admission.access();
        viewer = admission.viewer();
    }

    /** Is told of the database from the join on. */
    void changes(ChannelChanges told) {
        changes = told;
    }

    /** What happens once nothing more is told. */
    void afterwards(Runnable runnable) {
        afterwards = runnable;
    }

    void reply(@Nullable String ref, boolean ok, String response) {
        out.send(FrameEncoder.reply(vsn, joinRef, ref, topic, ok, response));
    }

    /** A frame that ends the channel in the client: {@code phx_close} for good, {@code phx_error} until it joins again. */
    void end(String event) {
        out.send(FrameEncoder.push(vsn, joinRef, joinRef, topic, event, EMPTY));
    }

    /** A {@code system} error; says why an end follows. */
    void system(String message) {
        system(SystemMessage.error(message));
    }

    void system(SystemMessage message) {
        String payload = message.payload(topic.substring(topic.indexOf(':') + 1));
        out.send(FrameEncoder.push(vsn, joinRef, null, topic, "system", payload));
    }

    @Override
    public void joined() {
        ChannelChanges told = changes;
        if (told == null) {
            reply(joinRef, true, config.response());
        } else {
            told.begin();
            reply(joinRef, true, config.response());
            told.explain();
        }
    }

    /** A change of the database. */
    void changed(ChangeNews news) {
        out.send(news.form(
                new Form(vsn, topic),
                ServerFrame.class,
                () -> FrameEncoder.push(vsn, null, null, topic, "postgres_changes", news.payload())));
    }

    @Override
    public boolean isOneOf(Predicate<Viewer> audience) {
        return audience.test(viewer);
    }

    @Override
    public boolean wantsPresence() {
        return config.presence();
    }

    @Override
    public void presence(PresenceNews news) {
        switch (news) {
            case PresenceNews.State(String json) ->
                out.send(FrameEncoder.push(vsn, joinRef, null, topic, "presence_state", json));
            case PresenceNews.Diff(String json, Forms forms) ->
                out.send(forms.of(
                        new Form(vsn, topic),
                        ServerFrame.class,
                        () -> FrameEncoder.push(vsn, null, null, topic, "presence_diff", json)));
            case PresenceNews.Count(int members) -> system(SystemMessage.present(members));
        }
    }

    /** What an encoded form depends on: the name on the wire differs where one topic has several. */
    private record Form(Vsn vsn, String topic) {}

    @Override
    public void broadcast(Broadcast broadcast) {
        ServerFrame frame = encode(broadcast);
        if (frame != null) {
            out.send(frame);
        }
    }

    @Override
    public Resume resume() {
        return wishes.resume();
    }

    @Override
    public int updatesPerSecond() {
        return wishes.updatesPerSecond();
    }

    @Override
    public boolean wantsReceipts() {
        return wishes.receipts() && access.control();
    }

    @Override
    public void live(Telling telling, Voice.Said said) {
        out.live(tail(telling, said.run().first() - 1), said);
        if (said.run() instanceof Run.Terminal) {
            tails.remove(telling.voice().stream());
        }
    }

    @Override
    public void snapshot(Telling telling, Voice.Said said) {
        out.snapshot(tail(telling, 0), said);
    }

    @Override
    public void resume(Telling telling, long after, Runnable caughtUp) {
        out.resume(tail(telling, after), caughtUp);
    }

    private Tail<ServerFrame> tail(Telling telling, long cursor) {
        return tails.computeIfAbsent(
                telling.voice().stream(), _ -> new Tail<>(telling, this::encode, person(), cursor));
    }

    /** Whose deliveries are shown: of somebody who only watches, none. */
    private String person() {
        return access.control() ? viewer.account().value() : "";
    }

    @Override
    public void left() {
        ChannelChanges told = changes;
        if (told != null) {
            told.end();
        }
        Runnable next = afterwards;
        if (next != null) {
            next.run();
        }
    }

    /** Null where the version has no form for it. */
    private @Nullable ServerFrame encode(Broadcast broadcast) {
        if (vsn == Vsn.V1 && !broadcast.isJson()) {
            return null;
        }
        return broadcast.form(
                new Form(vsn, topic),
                ServerFrame.class,
                () -> FrameEncoder.broadcast(
                        vsn, topic, broadcast.event(), broadcast.isJson(), broadcast.payload(), broadcast.id()));
    }
}
