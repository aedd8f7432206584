package io.weir.relay.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.log.LiveStream;
import io.weir.relay.loop.Loop;
import io.weir.relay.loop.Loops;
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
    private final ObjectMapper mapper;
    private final Map<TopicKey, Topic> topics = new ConcurrentHashMap<>();

    Hub(Loops loops, ObjectMapper mapper, MeterRegistry meters) {
        meters.gaugeMapSize("relay.topics", List.of(), topics);
        this.loops = loops;
        this.mapper = mapper;
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

    /** Makes the subscriber present under a presence key, or changes what is shown of it. */
    public void track(TopicKey key, Subscriber subscriber, String presenceKey, ObjectNode payload) {
        on(key, topic -> topic.track(subscriber, presenceKey, payload));
    }

    /** Makes the subscriber absent. */
    public void untrack(TopicKey key, Subscriber subscriber) {
        on(key, topic -> topic.untrack(subscriber));
    }

    /**
     * Tells the stream from now on, until its terminal, and before that what opens it. Only on the topic's loop, and done
     * when it returns, so that nothing of the stream is missed.
     */
    public void open(TopicKey key, LiveStream stream, Voice voice, Opening opening) {
        Topic topic = topics.computeIfAbsent(key, _ -> new Topic(mapper));
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

    private void on(TopicKey key, Consumer<Topic> work) {
        loopOf(key).run(() -> {
            Topic topic = topics.computeIfAbsent(key, _ -> new Topic(mapper));
            work.accept(topic);
            if (topic.isIdle()) {
                topics.remove(key, topic);
            }
        });
    }
}
