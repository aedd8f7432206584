package io.weir.relay.access;

/** What a caller may do on a topic. */
public sealed interface TopicAccess {
    /**
     * The caller may read it.
     *
     * @param key which topic it is
     * @param write may broadcast
     * @param control may send control events and be present
     */
    record Granted(TopicKey key, boolean write, boolean control) implements TopicAccess {}

    /** The caller may not. */
    record Denied() implements TopicAccess {}
}
