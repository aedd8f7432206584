package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.loop.Loop;
import io.weir.relay.presence.NodeId;
import io.weir.relay.redis.Redis;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Hub;
import io.weir.relay.topics.Newest;
import io.weir.relay.topics.NodeWord;
import io.weir.relay.topics.TopicListener;
import io.weir.streams.append.AppendFormatException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The lines of all topics that this node has to do with: what is said here goes to the nodes that want to hear it, and what
 * they say is told here. What concerns streams goes to the {@link Hearer}. Each line is worked on its topic's loop.
 */
final class Lines implements TopicListener {
    private static final Logger LOG = Logger.getLogger(Lines.class);

    private final Hub hub;
    private final NodesConfig config;
    private final Keys keys;
    private final String node;
    private final Redis redis;
    private final BusCodec codec;
    private final Topics topics;
    private final Hearer hearer;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    /** What waits for its topic's loop. */
    private final Map<TopicKey, Showing> shown = new ConcurrentHashMap<>();

    /** Who works on streams. On the line's loop. */
    interface Hearer {
        /** Another node tells something of a stream. */
        void heard(Line line, NodeId sender, BusFrame frame);

        /** These streams are open on a topic that somebody here follows. */
        void open(Line line, Set<StreamId> streams);

        /** The others may not know how far the streams are that this node writes. */
        void tellHeads(Line line);
    }

    Lines(Hub hub, NodesConfig config, Keys keys, String node, Redis redis, Hearer hearer) {
        this.hub = hub;
        this.config = config;
        this.keys = keys;
        this.node = node;
        this.redis = redis;
        this.codec = new BusCodec(node);
        this.topics = new Topics(redis, keys, node, config.lease().toMillis());
        this.hearer = hearer;
    }

    /** The line of a topic; there is one as long as it is needed. */
    Line line(TopicKey topic, Loop loop) {
        return lines.computeIfAbsent(
                keys.channel(topic), channel -> new Line(topic, loop, channel, redis, codec, config));
    }

    /** The stream is open on the line's topic, or no more: whoever begins to follow the topic finds it. */
    CompletionStage<?> list(Line line, StreamId stream, boolean open) {
        return topics.list(line.key(), stream, open);
    }

    /** Follows the channel, and tells the others what this node wants to hear, where that has changed. On the line's loop. */
    void keep(Line line) {
        line.subscribe();
        if (line.declare()) {
            boolean wanted = line.wantsToHear();
            topics.interest(line.key(), wanted)
                    .whenComplete((state, failure) -> line.loop().run(() -> {
                        if (failure == null) {
                            learn(line, state);
                        }
                        line.tell(new BusFrame.Interest(wanted));
                    }));
        }
        if (!line.isNeeded()) {
            lines.remove(keys.channel(line.key()), line);
        }
    }

    private void learn(Line line, Topics.State state) {
        if (line.others(state.others())) {
            hearer.tellHeads(line);
        }
        if (line.isFollowed()) {
            hearer.open(line, state.streams());
        }
    }

    @Override
    public void followed(TopicKey topic, boolean followed) {
        Line line = line(topic, hub.loopOf(topic));
        line.followed(followed);
        keep(line);
    }

    @Override
    public void said(TopicKey topic, Broadcast broadcast) {
        speak(topic, new BusFrame.Said(broadcast));
    }

    @Override
    public void shown(TopicKey topic, Newest newest) {
        Showing now = shown.merge(topic, new Showing(newest, 0), Showing::replacedBy);
        if (now.skipped() == 0) {
            Loop loop = hub.loopOf(topic);
            loop.run(() -> {
                Showing due = shown.remove(topic);
                if (due != null) {
                    line(topic, loop).show(due);
                }
            });
        }
    }

    @Override
    public void told(TopicKey topic, NodeWord word) {
        speak(topic, new BusFrame.Word(word));
    }

    /** Nobody here may follow the topic: then we learn first who does elsewhere. */
    private void speak(TopicKey topic, BusFrame frame) {
        Line line = line(topic, hub.loopOf(topic));
        line.spoken();
        line.tell(frame);
        line.subscribe();
    }

    /** Something came on a channel. Any thread. */
    void message(String channel, byte[] bytes) {
        Line line = lines.get(channel);
        if (line == null) {
            return;
        }
        try {
            BusCodec.Message message = codec.decode(bytes);
            if (!message.node().value().equals(node)) {
                line.loop().run(() -> message.frames().forEach(frame -> heard(line, message.node(), frame)));
            }
        } catch (AppendFormatException e) {
            LOG.warnf("message of another node not understood channel=%s cause=%s", channel, e.getMessage());
        }
    }

    private void heard(Line line, NodeId sender, BusFrame frame) {
        switch (frame) {
            case BusFrame.Said(Broadcast broadcast) -> hub.heard(line.key(), broadcast);
            case BusFrame.Shown(Broadcast broadcast) -> hub.shown(line.key(), broadcast);
            case BusFrame.Word(NodeWord word) -> hub.heard(line.key(), sender, word);
            case BusFrame.Interest(boolean wanted) -> {
                line.interested(sender.value(), wanted);
                hearer.tellHeads(line);
                if (wanted) {
                    hub.refresh(line.key());
                }
            }
            case BusFrame.Live _,
                    BusFrame.Head _,
                    BusFrame.Writing _,
                    BusFrame.Cancel _,
                    BusFrame.Asked _,
                    BusFrame.Answered _,
                    BusFrame.Watchers _ -> hearer.heard(line, sender, frame);
        }
    }

    /** A channel is followed, for the first time or again: what was said before is missing. Any thread. */
    void subscribed(String channel) {
        Line line = lines.get(channel);
        if (line != null) {
            line.loop().run(() -> {
                line.confirmed();
                ask(line);
            });
        }
    }

    private void ask(Line line) {
        if (line.isNeeded()) {
            topics.interest(line.key(), line.wantsToHear())
                    .thenAccept(state -> line.loop().run(() -> learn(line, state)));
        }
    }

    /** Looks who wants to hear what, and tells the others what they have to know. Any thread. */
    void refresh() {
        lines.values().forEach(line -> line.loop().run(() -> {
            line.looked();
            keep(line);
            ask(line);
            hub.refresh(line.key());
        }));
    }

    /** Nodes have gone. Any thread. */
    void lost(Set<String> nodes) {
        lines.values().forEach(line -> line.loop().run(() -> nodes.forEach(gone -> line.interested(gone, false))));
        nodes.forEach(gone -> hub.lost(new NodeId(gone)));
    }
}
