package io.weir.relay.cameras;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.relay.access.TopicKey;
import io.weir.relay.topics.Hub;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who views which camera, and how a frame reaches them. Any thread. */
@Singleton
public class Cameras {
    private final Hub hub;
    private final Map<TopicKey, Set<CameraSocket>> viewers = new ConcurrentHashMap<>();
    private final Counter published;
    private final Counter skipped;
    private final Counter refused;

    Cameras(Hub hub, MeterRegistry meters) {
        this.hub = hub;
        this.published = meters.counter("relay.camera.frames");
        this.skipped = meters.counter("relay.camera.frames.skipped");
        this.refused = meters.counter("relay.camera.frames.refused");
        meters.gaugeMapSize("relay.cameras.viewed", List.of(), viewers);
    }

    void view(TopicKey key, CameraSocket viewer) {
        viewers.compute(key, (_, known) -> {
            Set<CameraSocket> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(viewer);
            return all;
        });
    }

    void leave(TopicKey key, CameraSocket viewer) {
        viewers.computeIfPresent(key, (_, known) -> {
            known.remove(viewer);
            return known.isEmpty() ? null : known;
        });
    }

    /** Shows a frame to everybody on the topic; who has not written the one before yet skips what lies between. */
    void publish(TopicKey key, CameraFrame frame) {
        published.increment();
        viewers.getOrDefault(key, Set.of()).forEach(viewer -> viewer.show(frame));
        hub.newest(key, frame, null);
    }

    void skipped(long frames) {
        skipped.increment((double) frames);
    }

    void refused() {
        refused.increment();
    }
}
