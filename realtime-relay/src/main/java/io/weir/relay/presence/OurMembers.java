package io.weir.relay.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.presence.MemberChange.Gone;
import io.weir.relay.presence.MemberChange.Shown;
import io.weir.relay.presence.PresenceMessage.Changes;
import io.weir.relay.presence.PresenceMessage.Part;
import io.weir.relay.presence.PresenceMessage.Standing;
import io.weir.relay.presence.PresenceRoom.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The members of a topic whose sockets are on this node, and what the other nodes are told of them. On the topic's loop. */
final class OurMembers {
    private static final int PART_MEMBERS = 100;
    private static final int MAX_CHANGES = 500;
    /** Between two parts of a list, so that a long one does not fill the way to the other nodes. */
    private static final long PART_MILLIS = 20;

    private final Presences presences;
    private final Ticker ticker;
    private final PresenceBus bus;
    private final Map<PresenceWatcher, Long> numbers = new HashMap<>();
    private final TreeMap<Long, Shown> members = new TreeMap<>();
    /** What the other nodes have still to be told, the newest of each member. */
    private final Map<Long, MemberChange> untold = new LinkedHashMap<>();

    private long revision;
    private boolean telling;
    private boolean askedAgain;

    OurMembers(Presences presences, Ticker ticker, PresenceBus bus) {
        this.presences = presences;
        this.ticker = ticker;
        this.bus = bus;
    }

    boolean has(PresenceWatcher watcher) {
        return numbers.containsKey(watcher);
    }

    /** The watcher's number; a new one if it has none. */
    long number(PresenceWatcher watcher) {
        return numbers.computeIfAbsent(watcher, _ -> presences.nextNumber());
    }

    void show(long number, String key, String ref, ObjectNode payload) {
        var shown = new Shown(number, key, ref, payload);
        members.put(number, shown);
        untold.put(number, shown);
    }

    /** The number of the watcher, which is present no more; null if it was not. */
    @Nullable
    Long remove(PresenceWatcher watcher) {
        Long number = numbers.remove(watcher);
        if (number != null) {
            members.remove(number);
            untold.put(number, new Gone(number));
        }
        return number;
    }

    /** Tells the others what has changed. If that is very much, they ask for it part by part. */
    void tellChanges() {
        if (untold.isEmpty()) {
            return;
        }
        long before = revision;
        revision = presences.nextNumber();
        bus.tell(
                untold.size() > MAX_CHANGES
                        ? new Standing(revision)
                        : new Changes(before, revision, List.copyOf(untold.values())));
        untold.clear();
    }

    /** Tells the others that the list stands, if anybody is on it. */
    void tellStanding() {
        if (revision > 0 && !members.isEmpty()) {
            bus.tell(new Standing(revision));
        }
    }

    /** Somebody has missed something: tells all members, part by part; once for all who ask meanwhile. */
    void tellAll() {
        if (telling) {
            askedAgain = true;
        } else if (revision > 0) {
            telling = true;
            tellPart(0);
        }
    }

    private void tellPart(long from) {
        List<Shown> part = new ArrayList<>();
        for (Shown shown : members.tailMap(from).values()) {
            if (part.size() == PART_MEMBERS) {
                break;
            }
            part.add(shown);
        }
        long to = part.size() < PART_MEMBERS ? Long.MAX_VALUE : part.getLast().member();
        bus.tell(new Part(revision, from, to, List.copyOf(part)));
        if (to < Long.MAX_VALUE) {
            ticker.later(PART_MILLIS, () -> tellPart(to + 1));
            return;
        }
        telling = false;
        if (askedAgain) {
            askedAgain = false;
            ticker.later(PART_MILLIS, this::tellAll);
        }
    }
}
