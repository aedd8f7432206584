package io.weir.relay.phoenix;

import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.Viewer;
import io.weir.relay.changes.ChangeNews;
import io.weir.relay.delivery.Outbound;
import io.weir.relay.delivery.Tails;
import io.weir.relay.forms.Forms;
import io.weir.relay.presence.PresenceNews;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Newest;
import io.weir.relay.topics.Resume;
import io.weir.relay.topics.Subscriber;
import io.weir.relay.topics.Telling;
import io.weir.relay.topics.Voice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
    private final Tails<ServerFrame> tails;
    private final Form form;

    private volatile Granted access;
    private volatile Viewer viewer;
    private volatile @Nullable ChannelChanges changes;
    private volatile @Nullable Runnable afterwards;
    private volatile boolean answered;
    private volatile Supplier<List<Broadcast>> kept = List::of;
    /** Ids of what was replayed: not told once more. Of the topic's loop. */
    private final Set<String> replayed = new HashSet<>(0);

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
        this.form = new Form(vsn, topic);
        this.tails = new Tails<>(out, this::encode, this::person);
        this.joinRef = joinRef;
        this.config = config;
        this.wishes = wishes;
        this.access = admission.access();
        this.viewer = admission.viewer();
        this.presenceKey = config.presenceKey().isEmpty() ? UUID.randomUUID().toString() : config.presenceKey();
    }

    /** Channels that read the same bytes: one topic can go by two names, its own and that of a share. */
    private record Form(Vsn vsn, String topic) {}

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

    /** The name that the client has joined, without {@code realtime:}. */
    String name() {
        return topic.substring(topic.indexOf(':') + 1);
    }

    String joinRef() {
        return joinRef;
    }

    /** What was kept for those who join later; asked for on the topic's loop, once the join is done. */
    void replay(Supplier<List<Broadcast>> asked) {
        kept = asked;
    }

    /** The join's reply has been sent already. */
    void answered() {
        answered = true;
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
        String payload = message.payload(name());
        out.send(FrameEncoder.push(vsn, joinRef, null, topic, "system", payload));
    }

    @Override
    public void joined() {
        ChannelChanges told = changes;
        if (told != null) {
            told.begin();
        }
        if (!answered) {
            reply(joinRef, true, config.response());
        }
        replayKept();
        if (told != null) {
            told.explain();
        }
    }

    /** A change of the database. */
    void changed(ChangeNews news) {
        out.send(news.form(
                form,
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
                        form,
                        ServerFrame.class,
                        () -> FrameEncoder.push(vsn, null, null, topic, "presence_diff", json)));
            case PresenceNews.Count(int members) -> system(SystemMessage.present(members));
        }
    }

    private void replayKept() {
        for (Broadcast broadcast : kept.get()) {
            if (vsn == Vsn.V2 || broadcast.isJson()) {
                out.send(FrameEncoder.replayed(vsn, joinRef, topic, broadcast));
            }
            String id = broadcast.id();
            if (id != null) {
                replayed.add(id);
            }
        }
        kept = List::of;
    }

    @Override
    public void broadcast(Broadcast broadcast) {
        broadcasts(List.of(broadcast));
    }

    @Override
    public void broadcasts(List<Broadcast> said) {
        List<ServerFrame> frames = new ArrayList<>(said.size());
        for (Broadcast broadcast : said) {
            String id = broadcast.id();
            boolean known = id != null && !replayed.isEmpty() && replayed.contains(id);
            ServerFrame frame = known ? null : encode(broadcast);
            if (frame != null) {
                frames.add(frame);
            }
        }
        out.send(frames);
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
        tails.live(telling, said);
    }

    @Override
    public void snapshot(Telling telling, Voice.Said said) {
        tails.snapshot(telling, said);
    }

    @Override
    public void resume(Telling telling, long after, Runnable caughtUp) {
        tails.resume(telling, after, caughtUp);
    }

    /** Whose deliveries are shown: of somebody who only watches, none. */
    private String person() {
        return access.control() ? viewer.account().value() : "";
    }

    @Override
    public void newest(Newest newest, long skipped) {
        tails.newest(newest, skipped);
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
                form,
                ServerFrame.class,
                () -> FrameEncoder.broadcast(
                        vsn, topic, broadcast.event(), broadcast.isJson(), broadcast.payload(), broadcast.id()));
    }
}
