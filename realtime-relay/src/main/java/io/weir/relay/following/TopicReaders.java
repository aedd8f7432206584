package io.weir.relay.following;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who follows topics over plain HTTP right now. Any thread. */
@Singleton
public class TopicReaders {
    private final FollowingConfig config;
    private final Set<TopicReader> open = ConcurrentHashMap.newKeySet();

    TopicReaders(FollowingConfig config, MeterRegistry meters) {
        this.config = config;
        meters.gauge("relay.topic.readers", List.of(), open, Set::size);
    }

    FollowingConfig config() {
        return config;
    }

    boolean hasRoom() {
        return open.size() < config.readers();
    }

    void add(TopicReader reader) {
        open.add(reader);
    }

    void remove(TopicReader reader) {
        open.remove(reader);
    }

    /** What ends each response where it is; the clients come back with their cursors. */
    public List<Runnable> goodbyes() {
        return open.stream().<Runnable>map(reader -> reader::finish).toList();
    }
}
