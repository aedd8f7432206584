package io.weir.relay.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.access.TopicKey;
import io.weir.relay.forms.Forms;
import io.weir.relay.presence.PresenceEvent.Joined;
import io.weir.relay.presence.PresenceEvent.Left;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Who is present on one topic, and who wants to know. Members are watchers of this node, or are announced by other nodes.
 * On the topic's loop.
 */
public final class PresenceRoom {
    private final TopicKey topic;
    private final Presences presences;
    private final Ticker ticker;
    private final Roster roster;
    private final Set<PresenceWatcher> watchers = new LinkedHashSet<>();
    private final Map<PresenceWatcher, Joined> local = new LinkedHashMap<>();
    /** What the other nodes have still to be told, the newest of each member. */
    private final Map<Long, PresenceEvent> untold = new LinkedHashMap<>();

    private boolean ticking;
    private boolean counted;
    private int toldCount;

    /** Runs something on the room's loop once {@code millis} have passed. */
    @FunctionalInterface
    public interface Ticker {
        /** Runs {@code work} later, never within this call. */
        void later(long millis, Runnable work);
    }

    PresenceRoom(TopicKey topic, Presences presences, Ticker ticker) {
        this.topic = topic;
        this.presences = presences;
        this.ticker = ticker;
        this.roster = new Roster(presences.mapper());
    }

    /** Tells {@code watcher} who is present, and from now on who comes and goes. Nothing new if it is told already. */
    public void watch(PresenceWatcher watcher) {
        if (!watchers.add(watcher)) {
            return;
        }
        if (watchers.size() == 1) {
            presences.bus().watch(topic);
        }
        if (counted) {
            watcher.presence(PresenceNews.State.EMPTY);
            watcher.presence(new PresenceNews.Count(toldCount));
        } else {
            watcher.presence(new PresenceNews.State(roster.state()));
        }
    }

    /** Makes the watcher present, or shows it differently; it is told who is present from then on. */
    public Tracked track(PresenceWatcher watcher, String key, ObjectNode payload) {
        Joined known = local.get(watcher);
        if (known == null && roster.size() >= presences.config().members()) {
            return Tracked.FULL;
        }
        watch(watcher);
        NodeId node = presences.node();
        long number = known == null ? presences.nextNumber() : known.member();
        String ref = node + Long.toHexString(presences.nextNumber());
        if (!roster.put(new MemberId(node, number), key, ref, payload)) {
            return Tracked.UNCHANGED;
        }
        var joined = new Joined(node, topic, number, key, ref, payload);
        local.put(watcher, joined);
        untold.put(number, joined);
        tick();
        return Tracked.CHANGED;
    }

    /** Makes the watcher absent; it is still told about the others. */
    public void untrack(PresenceWatcher watcher) {
        Joined known = local.remove(watcher);
        if (known != null) {
            roster.remove(new MemberId(known.node(), known.member()));
            untold.put(known.member(), new Left(known.node(), topic, known.member()));
            tick();
        }
    }

    /** Forgets the watcher. */
    public void leave(PresenceWatcher watcher) {
        untrack(watcher);
        if (watchers.remove(watcher) && watchers.isEmpty()) {
            presences.bus().unwatch(topic);
        }
    }

    /** Another node's member has come or changed. At the bound it is not taken. */
    public void joined(Joined event) {
        var member = new MemberId(event.node(), event.member());
        boolean room =
                roster.contains(member) || roster.size() < presences.config().members();
        if (room && roster.put(member, event.key(), event.ref(), event.payload())) {
            tick();
        }
    }

    /** Another node's member has gone. */
    public void left(Left event) {
        if (roster.remove(new MemberId(event.node(), event.member()))) {
            tick();
        }
    }

    /** Another node is lost, and its members with it. */
    public void nodeLost(NodeId node) {
        if (roster.removeNode(node)) {
            tick();
        }
    }

    /** Tells the other nodes who of this node is present: one of them begins to watch. */
    public void announce() {
        if (!local.isEmpty()) {
            presences.bus().publish(List.copyOf(local.values()));
        }
    }

    private void tick() {
        if (!ticking) {
            ticking = true;
            ticker.later(presences.config().tick().toMillis(), this::turn);
        }
    }

    private void turn() {
        ticking = false;
        if (!untold.isEmpty()) {
            presences.bus().publish(List.copyOf(untold.values()));
            untold.clear();
        }
        List<Roster.Change> changes = roster.turn();
        int members = roster.size();
        boolean before = counted;
        int listed = presences.config().listed();
        counted = members > (before ? listed * 4 / 5 : listed);
        if (counted) {
            if (!before) {
                tell(() -> PresenceNews.State.EMPTY);
            }
            if (!before || members != toldCount) {
                tell(() -> new PresenceNews.Count(members));
            }
        } else if (before) {
            tell(() -> new PresenceNews.State(roster.state()));
        } else if (!changes.isEmpty()) {
            tell(() -> new PresenceNews.Diff(roster.diff(changes), new Forms()));
        }
        toldCount = members;
    }

    private void tell(Supplier<PresenceNews> news) {
        if (!watchers.isEmpty()) {
            PresenceNews told = news.get();
            new ArrayList<>(watchers).forEach(watcher -> watcher.presence(told));
        }
    }
}
