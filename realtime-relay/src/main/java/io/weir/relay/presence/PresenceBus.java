package io.weir.relay.presence;

/** The way from one topic here to the same topic on other nodes. Called on the topic's loop; returns at once. */
@FunctionalInterface
public interface PresenceBus {
    /** Tells the other nodes that want to hear the topic. It may be lost on the way: rooms notice, and ask again. */
    void tell(PresenceMessage message);
}
