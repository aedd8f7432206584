package io.weir.relay.topics;

import io.weir.relay.access.Viewer;
import io.weir.relay.presence.PresenceWatcher;
import java.util.List;
import java.util.function.Predicate;

/** Somebody who follows a topic. Called on the topic's loop; returns at once. */
public interface Subscriber extends PresenceWatcher {
    /** What of the topic's streams it has already. */
    default Resume resume() {
        return Resume.NOTHING;
    }

    /** Updates of streams that it wants in a second at most; 0 for all as they come. */
    default int updatesPerSecond() {
        return 0;
    }

    /** True if it wants to be told how far streams have reached whom, and were read. */
    default boolean wantsReceipts() {
        return false;
    }

    /** The join is done; everything said from now on follows. */
    void joined();

    /** True if whoever it is, by its newest token, is among {@code audience}: it is told what is for these only. */
    default boolean isOneOf(Predicate<Viewer> audience) {
        return false;
    }

    /** Something is said. */
    void broadcast(Broadcast broadcast);

    /** Several things are said, one after the other. */
    default void broadcasts(List<Broadcast> said) {
        said.forEach(this::broadcast);
    }

    /** A stream goes on. What waits for a slow subscriber may be merged. */
    void live(Telling telling, Voice.Said said);

    /** All text of a stream so far; what is said of it from now on follows. */
    void snapshot(Telling telling, Voice.Said said);

    /**
     * The stream is told from behind {@code after} on, read from its log; {@code caughtUp} runs on the topic's loop once the
     * subscriber has been given all that the log has.
     */
    void resume(Telling telling, long after, Runnable caughtUp);

    /** Something of which only the newest counts; {@code skipped} others have been replaced by it on the way here. */
    void newest(Newest newest, long skipped);

    /** The subscription is over because its owner asked for it. */
    void left();
}
