package io.weir.relay.presence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells the others about its members on one topic. Its list has a revision, which grows with each change; by it
 * the others see that they have missed something, and then ask for all of it.
 */
public sealed interface PresenceMessage {
    /**
     * Who has come and gone.
     *
     * @param before revision that the changes follow; 0 if nobody was present before
     * @param revision revision from now on
     * @param changes at most one of each member
     */
    record Changes(long before, long revision, List<MemberChange> changes) implements PresenceMessage {}

    /**
     * The node is there, and so is its list.
     *
     * @param revision that of the list
     */
    record Standing(long revision) implements PresenceMessage {}

    /**
     * The sender wants to know who is present.
     *
     * @param node whom it asks; null for everybody
     */
    record Asked(@Nullable NodeId node) implements PresenceMessage {}

    /**
     * A part of the list: all members with these numbers. Parts follow each other from 0 on, and changes may come between
     * them.
     *
     * @param revision that of the list when its first part was told
     * @param from lowest number
     * @param to highest number; {@link Long#MAX_VALUE} in the last part
     * @param members who is present, ascending by number
     */
    record Part(long revision, long from, long to, List<MemberChange.Shown> members) implements PresenceMessage {}
}
