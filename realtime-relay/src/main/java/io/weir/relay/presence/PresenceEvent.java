package io.weir.relay.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.access.TopicKey;
import java.time.Duration;

/** What nodes tell each other about who is present. Telling the same again changes nothing. */
public sealed interface PresenceEvent {
    /** The node that it is about, which is the one that tells it. */
    NodeId node();

    /**
     * A member is present, or is shown differently from now on.
     *
     * @param node its node
     * @param topic where
     * @param member its number on its node
     * @param key the key that it is present under
     * @param ref its reference; another one each time that it is shown differently
     * @param payload what is shown; nobody changes it
     */
    record Joined(NodeId node, TopicKey topic, long member, String key, String ref, ObjectNode payload)
            implements PresenceEvent {}

    /**
     * A member has gone.
     *
     * @param node its node
     * @param topic where
     * @param member its number on its node
     */
    record Left(NodeId node, TopicKey topic, long member) implements PresenceEvent {}

    /**
     * The node is there.
     *
     * @param node which
     * @param lease it is lost if it is not heard of again for so long
     */
    record Alive(NodeId node, Duration lease) implements PresenceEvent {}

    /**
     * The node goes away, and its members with it.
     *
     * @param node which
     */
    record Gone(NodeId node) implements PresenceEvent {}
}
