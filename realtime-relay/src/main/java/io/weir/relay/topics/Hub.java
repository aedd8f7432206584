package io.weir.relay.topics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.log.LiveStream;
import io.weir.relay.loop.Loop;
import io.weir.relay.loop.Loops;
import io.weir.relay.presence.PresenceRoom;
import io.weir.relay.presence.Presences;
import io.weir.relay.presence.Tracked;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All topics. Every call may come from any thread and is done on the topic's loop, in the order in which one thread calls.
 * A topic exists as long as somebody follows it or a stream on it is open.
 */
@Singleton
public class Hub {
    private final Loops loops;
    private final Presences presences;
    private final Map<TopicKey, Topic> topics = new ConcurrentHashMap<>();

    Hub(Loops loops, Presences presences, MeterRegistry meters) {
        meters.gaugeMapSize("relay.topics", List.of(), topics);
        this.loops = loops;
        this.presences = presences;
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

    /** Tells everybody on the topic but {@code except}; {@code handedOver} runs once that is done. */
    public void broadcast(TopicKey key, Broadcast broadcast, @Nullable Subscriber except, Runnable handedOver) {
        on(key, topic -> {
            topic.broadcast(broadcast, except);
            handedOver.run();
        });
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

    /** Works on who is present on a topic, if somebody here follows it. */
    void present(TopicKey key, Consumer<PresenceRoom> work) {
        loopOf(key).run(() -> {
            Topic topic = topics.get(key);
            if (topic != null) {
                work.accept(topic.presence());
            }
        });
    }

    /** Works on who is present on each topic that somebody here follows. */
    void presentEverywhere(Consumer<PresenceRoom> work) {
        topics.keySet().forEach(key -> present(key, work));
    }

    /**
     * Tells the stream from now on, until its terminal, and before that what opens it. Only on the topic's loop, and done
     * when it returns, so that nothing of the stream is missed.
     */
    public void open(TopicKey key, LiveStream stream, Voice voice, Opening opening) {
        Topic topic = topics.computeIfAbsent(key, this::newTopic);
        opening.said().forEach(broadcast -> topic.broadcast(broadcast, null));
        topic.open(stream, voice, opening.rebuilt());
    }

    /** Asks whoever produces the stream to stop it; nothing happens if it is not open on this topic. */
    public void cancel(TopicKey key, StreamId stream, String by) {
        on(key, topic -> topic.stream(stream).ifPresent(live -> live.cancel(by)));
    }

    /** Forgets the topic if nobody is on it and nothing is told on it any more. */
    public void settle(TopicKey key) {
        on(key, _ -> {});
    }

    private Topic newTopic(TopicKey key) {
        return new Topic(presences.room(key, loopOf(key)::later));
    }

    private void on(TopicKey key, Consumer<Topic> work) {
        loopOf(key).run(() -> {
            Topic topic = topics.computeIfAbsent(key, this::newTopic);
            work.accept(topic);
            if (topic.isIdle()) {
                topics.remove(key, topic);
            }
        });
    }
}
