package io.weir.relay.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What becomes of one member of the node that tells it. */
public sealed interface MemberChange {
    /** Its number on its node. */
    long member();

    /**
     * It is present, or is shown differently from now on.
     *
     * @param member its number on its node
     * @param key the key that it is present under
     * @param ref its reference; another one each time that it is shown differently
     * @param payload what is shown; nobody changes it
     */
    record Shown(long member, String key, String ref, ObjectNode payload) implements MemberChange {}

    /** It has gone. */
    record Gone(long member) implements MemberChange {}
}
