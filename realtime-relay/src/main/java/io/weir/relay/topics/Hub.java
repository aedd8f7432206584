package io.weir.relay.topics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.TopicKind;
import io.weir.relay.access.TopicTable;
import io.weir.relay.access.Viewer;
import io.weir.relay.log.Input;
import io.weir.relay.log.InputAnswer;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamLogs;
import io.weir.relay.loop.Loop;
import io.weir.relay.loop.Loops;
import io.weir.relay.presence.NodeId;
import io.weir.relay.presence.Presences;
import io.weir.relay.presence.Tracked;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All topics. Every call may come from any thread and is done on the topic's loop, in the order in which one thread calls.
 * A topic exists as long as somebody follows it, a stream on it is open, or one has ended a short while ago.
 */
@Singleton
public class Hub {
    private static final long PRUNE_MILLIS = 30_000;

    private final Loops loops;
    private final Presences presences;
    private final TopicTable table;
    private final TellingConfig config;
    private final StreamLogs logs;
    private final Clock clock;
    private final ViewerFigures figures;
    private final Map<TopicKey, Topic> topics = new ConcurrentHashMap<>();
    private volatile TopicListener listener = TopicListener.NOBODY;

    Hub(
            Loops loops,
            Presences presences,
            TopicTable table,
            TellingConfig config,
            StreamLogs logs,
            Clock clock,
            ViewerFigures figures,
            Vertx vertx,
            MeterRegistry meters) {
        meters.gaugeMapSize("relay.topics", List.of(), topics);
        this.loops = loops;
        this.presences = presences;
        this.table = table;
        this.config = config;
        this.logs = logs;
        this.clock = clock;
        this.figures = figures;
        vertx.setPeriodic(PRUNE_MILLIS, _ -> topics.keySet().forEach(key -> on(key, Topic::prune)));
    }

    /** Where the topic and its streams live. */
    public Loop loopOf(TopicKey key) {
        return loops.of(key);
    }

    /** Joins: the subscriber is told so, then gets a snapshot of each open stream, then everything that follows. */
    public void join(TopicKey key, Subscriber subscriber) {
        on(key, topic -> topic.join(subscriber));
    }

    /** Leaves; the subscriber is told when nothing more follows. */
    public void leave(TopicKey key, Subscriber subscriber) {
        on(key, topic -> {
            topic.leave(subscriber);
            subscriber.left();
        });
    }

    /**
     * Tells everybody on the topic but {@code except}; {@code handedOver} runs once that is done. On a topic where only the
     * newest counts, who is slow skips it when another comes.
     */
    public void broadcast(TopicKey key, Broadcast broadcast, @Nullable Subscriber except, Runnable handedOver) {
        if (table.kindOf(key.name()) == TopicKind.NEWEST) {
            newest(key, _ -> broadcast, except);
            handedOver.run();
            return;
        }
        on(key, topic -> {
            topic.broadcast(broadcast, except);
            listener.said(key, broadcast);
            handedOver.run();
        });
    }

    /** Tells those of this node's subscribers on the topic who are among {@code audience}. */
    public void tell(TopicKey key, Broadcast broadcast, Predicate<Viewer> audience) {
        known(key, topic -> topic.tell(broadcast, audience));
    }

    /** Tells everybody on the topic, here and at other nodes, who is not still busy with an older one. */
    public void newest(TopicKey key, Newest newest, @Nullable Subscriber except) {
        show(key, newest, except);
        listener.shown(key, newest);
    }

    /** Tells everybody on the topic here what was shown at another node. */
    public void shown(TopicKey key, Broadcast broadcast) {
        show(key, _ -> broadcast, null);
    }

    private void show(TopicKey key, Newest newest, @Nullable Subscriber except) {
        Topic topic = topics.get(key);
        if (topic != null && topic.newest().offer(newest, except)) {
            loopOf(key).run(topic::tellNewest);
        }
    }

    /** Makes the subscriber present under a presence key, or changes what is shown of it; tells what came of it. */
    public void track(
            TopicKey key, Subscriber subscriber, String presenceKey, ObjectNode payload, Consumer<Tracked> done) {
        on(key, topic -> topic.track(subscriber, presenceKey, payload).ifPresent(done));
    }

    /** Makes the subscriber absent. */
    public void untrack(TopicKey key, Subscriber subscriber) {
        on(key, topic -> topic.presence().untrack(subscriber));
    }

    /** The same topic on another node tells something, in order; for nobody if nobody here follows the topic. */
    public void heard(TopicKey key, NodeId node, NodeWord word) {
        known(key, topic -> topic.nodeWords().heard(node, word));
    }

    /** Tells the other nodes again what they have to know of this one about a topic. */
    public void refresh(TopicKey key) {
        known(key, topic -> topic.nodeWords().refresh());
    }

    /** Another node is lost: nobody is present there any more. */
    public void lost(NodeId node) {
        topics.keySet().forEach(key -> known(key, topic -> topic.nodeWords().lost(node)));
    }

    private void known(TopicKey key, Consumer<Topic> work) {
        loopOf(key).run(() -> {
            Topic topic = topics.get(key);
            if (topic != null) {
                work.accept(topic);
            }
        });
    }

    /**
     * Tells the stream from now on, until its terminal, and before that what opens it. Only on the topic's loop, and done
     * when it returns, so that nothing of the stream is missed.
     */
    public void open(TopicKey key, LiveStream stream, Voice voice, Opening opening) {
        Topic topic = topics.computeIfAbsent(key, this::newTopic);
        opening.said().apply(stream).forEach(broadcast -> topic.broadcast(broadcast, null));
        topic.open(stream, voice, opening);
    }

    /**
     * Tells a stream from now on that another node produces; who follows the topic gets its text so far. Only on the
     * topic's loop.
     */
    public void follow(TopicKey key, LiveStream stream, Voice voice) {
        Topic topic = topics.computeIfAbsent(key, this::newTopic);
        topic.open(stream, voice, Opening.REBUILT);
        topic.caughtUp(stream.id());
    }

    /** Tells everybody on the topic here what was said at another node. */
    public void heard(TopicKey key, Broadcast broadcast) {
        known(key, topic -> topic.broadcast(broadcast, null));
    }

    /** True if somebody here follows the topic. Only on the topic's loop. */
    public boolean isFollowed(TopicKey key) {
        Topic topic = topics.get(key);
        return topic != null && topic.isFollowed();
    }

    /** From now on {@code telling} is told what concerns other nodes. */
    public void tell(TopicListener telling) {
        listener = telling;
    }

    /**
     * Asks whoever produces the stream to stop it; {@code known} is told whether it is a stream of this topic, open or
     * just over.
     */
    public void cancel(TopicKey key, StreamId stream, String by, Consumer<Boolean> known) {
        on(key, topic -> {
            Optional<LiveStream> open = topic.stream(stream);
            open.ifPresent(live -> live.cancel(by));
            known.accept(open.isPresent() || topic.hasEnded(stream));
        });
    }

    /** Gives an input to the agent of an open stream; the answer may come on any thread. */
    public void input(TopicKey key, StreamId stream, Input input, Consumer<InputAnswer> answer) {
        on(key, topic -> topic.stream(stream)
                .ifPresentOrElse(
                        live -> live.input(input, answer),
                        () -> answer.accept(new InputAnswer.Refused(InputAnswer.NOT_OPEN))));
    }

    /** Somebody goes on typing, or has stopped; {@code answer} is false where too many are typing. */
    public void typing(TopicKey key, Typed typed, Consumer<Boolean> answer) {
        on(key, topic -> {
            if (typed.on()) {
                answer.accept(topic.typing().on(typed.subscriber(), typed.account(), typed.except()));
            } else {
                topic.typing().off(typed.account(), typed.except());
                answer.accept(true);
            }
        });
    }

    /** Somebody has read a stream up to an offset; {@code known} is told whether it is a stream of this topic. */
    public void read(TopicKey key, StreamId stream, String account, long offset, Consumer<Boolean> known) {
        on(key, topic -> known.accept(topic.read(stream, account, offset)));
    }

    /** Forgets the topic if nobody is on it and nothing is told on it any more. */
    public void settle(TopicKey key) {
        on(key, _ -> {});
    }

    private Topic newTopic(TopicKey key) {
        Loop loop = loopOf(key);
        TopicPlace.Elsewhere elsewhere = word -> listener.told(key, word);
        var place = new TopicPlace(loop, table.kindOf(key.name()), config, logs, clock, figures, elsewhere);
        return new Topic(place, presences.room(loop::later, message -> elsewhere.tell(new NodeWord.Present(message))));
    }

    private void on(TopicKey key, Consumer<Topic> work) {
        loopOf(key).run(() -> {
            Topic topic = topics.computeIfAbsent(key, this::newTopic);
            boolean before = topic.isFollowed();
            work.accept(topic);
            if (topic.isFollowed() != before) {
                listener.followed(key, !before);
            }
            if (topic.isIdle()) {
                topics.remove(key, topic);
            }
        });
    }
}
