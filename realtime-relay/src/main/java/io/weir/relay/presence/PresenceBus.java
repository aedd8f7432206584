package io.weir.relay.presence;

import io.weir.relay.access.TopicKey;
import java.util.List;

/**
 * The way from this node to the others. What comes from them goes to {@code topics.Neighbours}. Called on topics' loops;
 * returns at once.
 */
public interface PresenceBus {
    /** Tells the others who has come and gone on a topic of ours. */
    void publish(List<PresenceEvent> events);

    /** From now on somebody here wants to know who is present on {@code topic}: the others announce their members. */
    void watch(TopicKey topic);

    /** Nobody here wants to know any more. */
    void unwatch(TopicKey topic);
}
