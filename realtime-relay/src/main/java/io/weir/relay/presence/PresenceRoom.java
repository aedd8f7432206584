package io.weir.relay.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.forms.Forms;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Who is present on one topic, and who wants to know. Members are watchers of this node, or are told of by other nodes; of
 * these nothing is kept while nobody here wants to know. On the topic's loop.
 */
public final class PresenceRoom {
    private final Presences presences;
    private final Ticker ticker;
    private final PresenceBus bus;
    private final Roster roster;
    private final Set<PresenceWatcher> watchers = new LinkedHashSet<>();
    private final OurMembers ours;
    private final TheirMembers theirs;

    private boolean ticking;
    private boolean counted;
    private int toldCount;

    /** Runs something on the room's loop once {@code millis} have passed. */
    @FunctionalInterface
    public interface Ticker {
        /** Runs {@code work} later, never within this call. */
        void later(long millis, Runnable work);
    }

    PresenceRoom(Presences presences, Ticker ticker, PresenceBus bus) {
        this.presences = presences;
        this.ticker = ticker;
        this.bus = bus;
        this.roster = new Roster(presences.mapper());
        this.ours = new OurMembers(presences, ticker, bus);
        this.theirs = new TheirMembers(presences, roster, bus);
    }

    /** Tells {@code watcher} who is present, and from now on who comes and goes. Nothing new if it is told already. */
    public void watch(PresenceWatcher watcher) {
        if (!watchers.add(watcher)) {
            return;
        }
        if (watchers.size() == 1) {
            bus.tell(new PresenceMessage.Asked(null));
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
        if (!ours.has(watcher) && roster.size() >= presences.config().members()) {
            return Tracked.FULL;
        }
        watch(watcher);
        long number = ours.number(watcher);
        String ref = presences.node() + Long.toHexString(presences.nextNumber());
        if (!roster.put(new MemberId(presences.node(), number), key, ref, payload)) {
            return Tracked.UNCHANGED;
        }
        ours.show(number, key, ref, payload);
        tick();
        return Tracked.CHANGED;
    }

    /** Makes the watcher absent; it is still told about the others. */
    public void untrack(PresenceWatcher watcher) {
        Long number = ours.remove(watcher);
        if (number != null) {
            roster.remove(new MemberId(presences.node(), number));
            tick();
        }
    }

    /** Forgets the watcher. */
    public void leave(PresenceWatcher watcher) {
        untrack(watcher);
        if (watchers.remove(watcher) && watchers.isEmpty() && theirs.dropAll()) {
            tick();
        }
    }

    /** Another node says something. */
    public void heard(NodeId node, PresenceMessage message) {
        if (message instanceof PresenceMessage.Asked(NodeId asked)) {
            if (asked == null || asked.equals(presences.node())) {
                ours.tellAll();
            }
        } else if (!watchers.isEmpty() && theirs.heard(node, message)) {
            tick();
        }
    }

    /** Another node is lost, and its members with it. */
    public void nodeLost(NodeId node) {
        if (theirs.drop(node)) {
            tick();
        }
    }

    /** Tells the other nodes that this one is there; those that have said nothing for long are lost. */
    public void refresh() {
        ours.tellStanding();
        if (theirs.dropSilent()) {
            tick();
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
        ours.tellChanges();
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
