package io.weir.relay.phoenix;

import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.Viewer;
import io.weir.relay.presence.Forms;
import io.weir.relay.presence.PresenceNews;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Subscriber;
import io.weir.relay.topics.Voice;
import io.weir.streams.run.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One joined topic of one socket. What it is told by the topic, it encodes and hands to the socket's outbound; the rest
 * belongs to the socket's loop.
 */
final class Channel implements Subscriber {
    private static final String EMPTY = "{}";

    private final Vsn vsn;
    private final Outbound out;
    private final String topic;
    private final String joinRef;
    private final JoinConfig config;
    private final long maxWaitingBytes;
    private final String presenceKey;
    /** Of the topic's loop. */
    private final Map<StreamId, Outbound.Tail> tails = new HashMap<>();

    private Granted access;
    private Viewer viewer;
    private volatile @Nullable Runnable afterwards;

    /**
     * A channel that is not yet joined.
     *
     * @param topic the topic on the wire
     * @param joinRef reference of the join
     */
    Channel(
            Vsn vsn,
            Outbound out,
            String topic,
            String joinRef,
            JoinConfig config,
            Admission admission,
            long maxWaitingBytes) {
        this.vsn = vsn;
        this.out = out;
        this.topic = topic;
        this.joinRef = joinRef;
        this.config = config;
        this.access = admission.access();
        this.viewer = admission.viewer();
        this.maxWaitingBytes = maxWaitingBytes;
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

    private void system(SystemMessage message) {
        String payload = message.payload(topic.substring(topic.indexOf(':') + 1));
        out.send(FrameEncoder.push(vsn, joinRef, null, topic, "system", payload));
    }

    @Override
    public void joined() {
        reply(joinRef, true, config.response());
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
    public void live(Voice voice, Voice.Said said) {
        Outbound.Tail tail =
                tails.computeIfAbsent(voice.stream(), _ -> new Outbound.Tail(voice, this::encode, maxWaitingBytes));
        out.send(tail, said);
        if (said.run() instanceof Run.Terminal) {
            tails.remove(voice.stream());
        }
    }

    @Override
    public void snapshot(Voice voice, List<Broadcast> broadcasts) {
        for (Broadcast broadcast : broadcasts) {
            ServerFrame frame = encode(broadcast);
            if (frame != null) {
                out.sendSnapshot(frame);
            }
        }
    }

    @Override
    public void left() {
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
                vsn,
                ServerFrame.class,
                () -> FrameEncoder.broadcast(
                        vsn, topic, broadcast.event(), broadcast.isJson(), broadcast.payload(), broadcast.id()));
    }
}
