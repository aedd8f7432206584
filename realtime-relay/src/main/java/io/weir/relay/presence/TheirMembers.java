package io.weir.relay.presence;

import io.weir.relay.presence.MemberChange.Gone;
import io.weir.relay.presence.MemberChange.Shown;
import io.weir.relay.presence.PresenceMessage.Asked;
import io.weir.relay.presence.PresenceMessage.Changes;
import io.weir.relay.presence.PresenceMessage.Part;
import io.weir.relay.presence.PresenceMessage.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this node knows of the other nodes' members on a topic. What was missed is seen by revisions, and asked for. A node
 * that says nothing for its lease is lost, and its members with it. On the topic's loop.
 */
final class TheirMembers {
    private static final long UNKNOWN = -1;
    private static final long NO_LIST = -1;
    /** What is asked for is on its way for so long before it is asked for once more. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Presences presences;
    private final Roster roster;
    private final PresenceBus bus;
    private final Map<NodeId, Known> nodes = new HashMap<>();

    private static final class Known {
        private long heardNanos;
        private long askedNanos;
        private boolean asked;
        /** That of the list as far as it is known here. */
        private long revision = UNKNOWN;
        /** Lowest number of the part that comes next. */
        private long nextPart = NO_LIST;

        private int standingInList;
    }

    TheirMembers(Presences presences, Roster roster, PresenceBus bus) {
        this.presences = presences;
        this.roster = roster;
        this.bus = bus;
    }

    /** Another node tells something; true if the members may be others now. */
    boolean heard(NodeId node, PresenceMessage message) {
        Known known = nodes.computeIfAbsent(node, _ -> new Known());
        known.heardNanos = presences.nanos();
        return switch (message) {
            case Changes changes -> changed(node, known, changes);
            case Part part -> listed(node, known, part);
            case Standing(long revision) -> {
                boolean stuck = known.nextPart != NO_LIST && ++known.standingInList > 1;
                if (stuck || (known.nextPart == NO_LIST && known.revision != revision)) {
                    ask(node, known);
                }
                yield false;
            }
            case Asked _ -> false;
        };
    }

    private boolean changed(NodeId node, Known known, Changes changes) {
        boolean fresh = changes.before() == 0;
        if (fresh && changes.revision() > known.revision) {
            roster.removeNode(node);
            known.nextPart = NO_LIST;
        } else if (known.revision != changes.before()) {
            if (changes.revision() > known.revision) {
                known.revision = UNKNOWN;
                ask(node, known);
            }
            return false;
        }
        known.revision = changes.revision();
        changes.changes().forEach(change -> take(node, change));
        return true;
    }

    private boolean listed(NodeId node, Known known, Part part) {
        if (part.from() == 0) {
            known.revision = part.revision();
        } else if (part.from() != known.nextPart || known.revision == UNKNOWN) {
            if (known.revision != UNKNOWN) {
                known.revision = UNKNOWN;
                ask(node, known);
            }
            known.nextPart = NO_LIST;
            return false;
        }
        known.asked = false;
        known.standingInList = 0;
        known.nextPart = part.to() == Long.MAX_VALUE ? NO_LIST : part.to() + 1;
        Set<Long> present = new HashSet<>();
        part.members().forEach(shown -> present.add(shown.member()));
        roster.removeNode(node, number -> number >= part.from() && number <= part.to() && !present.contains(number));
        part.members().forEach(shown -> take(node, shown));
        return true;
    }

    private void take(NodeId node, MemberChange change) {
        var member = new MemberId(node, change.member());
        switch (change) {
            case Shown shown -> {
                boolean room = roster.contains(member)
                        || roster.size() < presences.config().members();
                if (room) {
                    roster.put(member, shown.key(), shown.ref(), shown.payload());
                }
            }
            case Gone _ -> roster.remove(member);
        }
    }

    private void ask(NodeId node, Known known) {
        long now = presences.nanos();
        if (!known.asked || now - known.askedNanos > PATIENCE_NANOS) {
            known.asked = true;
            known.askedNanos = now;
            bus.tell(new Asked(node));
        }
    }

    /** The nodes that say nothing any more are forgotten; true if members have gone with them. */
    boolean dropSilent() {
        long now = presences.nanos();
        long lease = presences.config().nodeLease().toNanos();
        List<NodeId> silent = new ArrayList<>();
        nodes.forEach((node, known) -> {
            if (now - known.heardNanos > lease) {
                silent.add(node);
            }
        });
        boolean dropped = false;
        for (NodeId node : silent) {
            dropped |= drop(node);
        }
        return dropped;
    }

    /** A node is lost; true if it had members here. */
    boolean drop(NodeId node) {
        nodes.remove(node);
        return roster.removeNode(node);
    }

    /** Nobody here wants to know any more; true if there was anybody. */
    boolean dropAll() {
        boolean dropped = false;
        for (NodeId node : List.copyOf(nodes.keySet())) {
            dropped |= drop(node);
        }
        return dropped;
    }
}
