package io.weir.relay.cameras;

import io.weir.relay.cameras.FrameReader.Outcome;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Newest;
import io.weir.relay.topics.Subscriber;
import io.weir.relay.topics.Telling;
import io.weir.relay.topics.Voice;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everybody who views one camera over a WebSocket of its own. It follows the camera's topic for them, because frames also
 * come from clients that broadcast them there. Any thread.
 */
final class Screen implements Subscriber {
    private final CameraId camera;
    private final FrameReader reader;
    private final Runnable refused;
    private final Set<CameraSocket> viewers = ConcurrentHashMap.newKeySet();

    /**
     * Nobody views yet.
     *
     * @param reader reads what is broadcast
     * @param refused runs for each broadcast that is no frame
     */
    Screen(CameraId camera, FrameReader reader, Runnable refused) {
        this.camera = camera;
        this.reader = reader;
        this.refused = refused;
    }

    void add(CameraSocket viewer) {
        viewers.add(viewer);
    }

    void remove(CameraSocket viewer) {
        viewers.remove(viewer);
    }

    boolean isEmpty() {
        return viewers.isEmpty();
    }

    /** Shows a frame to all; {@code skipped} others have been replaced by it on the way here. */
    void show(CameraFrame frame, long skipped) {
        viewers.forEach(viewer -> viewer.show(frame, skipped));
    }

    @Override
    public void newest(Newest newest, long skipped) {
        if (newest instanceof CameraFrame frame) {
            show(frame, skipped);
        } else {
            read(newest.told(0), skipped);
        }
    }

    @Override
    public void broadcast(Broadcast broadcast) {
        read(broadcast, 0);
    }

    /** Other events are for those who follow the topic itself. */
    private void read(Broadcast broadcast, long skipped) {
        if (!broadcast.isJson() || !broadcast.event().equals(CameraFrame.EVENT)) {
            return;
        }
        switch (reader.text(camera, broadcast.payload())) {
            case Outcome.Frame(CameraFrame frame) -> show(frame, skipped);
            case Outcome.Bad _ -> refused.run();
        }
    }

    @Override
    public void joined() {
        // Viewers need no answer.
    }

    @Override
    public void live(Telling telling, Voice.Said said) {
        // No stream is told on a camera's topic.
    }

    @Override
    public void snapshot(Telling telling, Voice.Said said) {
        // No stream is told on a camera's topic.
    }

    @Override
    public void resume(Telling telling, long after, Runnable caughtUp) {
        caughtUp.run();
    }

    @Override
    public void left() {
        // Nothing is kept.
    }
}
