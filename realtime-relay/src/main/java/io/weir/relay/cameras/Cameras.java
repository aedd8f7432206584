package io.weir.relay.cameras;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.relay.access.TopicKey;
import io.weir.relay.topics.Hub;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who views which camera, and how a frame reaches them. Any thread. */
@Singleton
public class Cameras {
    private final Hub hub;
    private final Map<TopicKey, Screen> screens = new ConcurrentHashMap<>();
    private final Counter published;
    private final Counter skipped;
    private final Counter refused;

    Cameras(Hub hub, MeterRegistry meters) {
        this.hub = hub;
        this.published = meters.counter("relay.camera.frames");
        this.skipped = meters.counter("relay.camera.frames.skipped");
        this.refused = meters.counter("relay.camera.frames.refused");
        meters.gaugeMapSize("relay.cameras.viewed", List.of(), screens);
    }

    /** {@code viewer} views a camera; {@code reader} reads what is broadcast on its topic. */
    void view(TopicKey key, CameraId camera, CameraSocket viewer, FrameReader reader) {
        screens.compute(key, (_, known) -> {
            Screen screen = known == null ? new Screen(camera, reader, this::refused) : known;
            screen.add(viewer);
            if (known == null) {
                hub.join(key, screen);
            }
            return screen;
        });
    }

    void leave(TopicKey key, CameraSocket viewer) {
        screens.computeIfPresent(key, (_, known) -> {
            known.remove(viewer);
            if (!known.isEmpty()) {
                return known;
            }
            hub.leave(key, known);
            return null;
        });
    }

    /** Shows a frame to everybody on the topic; who has not written the one before yet skips what lies between. */
    void publish(TopicKey key, CameraFrame frame) {
        published.increment();
        Screen screen = screens.get(key);
        if (screen != null) {
            screen.show(frame, 0);
        }
        hub.newest(key, frame, screen);
    }

    void skipped(long frames) {
        skipped.increment((double) frames);
    }

    void refused() {
        refused.increment();
    }
}
