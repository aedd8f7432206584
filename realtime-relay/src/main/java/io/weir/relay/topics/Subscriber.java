package io.weir.relay.topics;

import io.weir.relay.presence.PresenceWatcher;
import java.util.List;

/** Somebody who follows a topic. Called on the topic's loop; returns at once. */
public interface Subscriber extends PresenceWatcher {
    /** The join is done; everything said from now on follows. */
    void joined();

    /** Something is said. */
    void broadcast(Broadcast broadcast);

    /** A stream goes on. What waits for a slow subscriber may be merged. */
    void live(Voice voice, Voice.Said said);

    /** All text of a stream so far; what is said of it from now on follows. */
    void snapshot(Voice voice, List<Broadcast> broadcasts);

    /** The subscription is over because its owner asked for it. */
    void left();
}
