package io.weir.relay.presence;

/** Somebody who may want to know who is present. Called on the topic's loop; returns at once. */
public interface PresenceWatcher {
    /** True if it wants to know from the start. Whoever is present itself wants to from then on. */
    default boolean wantsPresence() {
        return false;
    }

    /** Something about who is present; first a state. */
    default void presence(PresenceNews news) {}
}
