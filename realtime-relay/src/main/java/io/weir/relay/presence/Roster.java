package io.weir.relay.presence;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The members of one topic: as they are, and as they were told last. The difference is told at each tick, so whoever comes
 * or changes and goes back between two ticks is not told at all. On one loop.
 */
final class Roster {
    private final ObjectMapper mapper;
    private final Map<MemberId, Entry> present = new LinkedHashMap<>();
    private final Map<MemberId, Entry> told = new LinkedHashMap<>();
    private final Set<MemberId> touched = new LinkedHashSet<>();
    private @Nullable String state;

    Roster(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * One device.
     *
     * @param key the key that it is present under
     * @param ref its reference
     * @param previousRef the reference that it was told under before, if it was told differently
     * @param payload what is shown; nobody changes it
     */
    record Entry(String key, String ref, @Nullable String previousRef, ObjectNode payload) {
        boolean shows(String otherKey, ObjectNode otherPayload) {
            return key.equals(otherKey) && payload.equals(otherPayload);
        }

        boolean looksLike(Entry other) {
            return shows(other.key, other.payload);
        }

        private void addTo(ObjectNode target) {
            ObjectNode meta = payload.deepCopy().put("phx_ref", ref);
            if (previousRef != null) {
                meta.put("phx_ref_prev", previousRef);
            }
            target.withObjectProperty(key).withArrayProperty("metas").add(meta);
        }
    }

    /** A change of one member since the last tick. */
    sealed interface Change {
        /** It has come. */
        record Come(MemberId member, Entry entry) implements Change {}

        /** It is shown differently. */
        record Changed(MemberId member, Entry before, Entry after) implements Change {}

        /** It has gone. */
        record Gone(MemberId member, Entry entry) implements Change {}
    }

    int size() {
        return present.size();
    }

    /** False if the member is present just so already. */
    boolean put(MemberId member, String key, String ref, ObjectNode payload) {
        Entry before = present.get(member);
        if (before != null && before.shows(key, payload)) {
            return false;
        }
        present.put(member, new Entry(key, ref, null, payload));
        touched.add(member);
        return true;
    }

    boolean contains(MemberId member) {
        return present.containsKey(member);
    }

    /** True if it was present. */
    boolean remove(MemberId member) {
        boolean removed = present.remove(member) != null;
        if (removed) {
            touched.add(member);
        }
        return removed;
    }

    /** True if the node had members here. */
    boolean removeNode(NodeId node) {
        return removeNode(node, _ -> true);
    }

    /** Removes the node's members with these numbers; true if there were any. */
    boolean removeNode(NodeId node, LongPredicate numbers) {
        List<MemberId> lost = present.keySet().stream()
                .filter(member -> member.node().equals(node) && numbers.test(member.number()))
                .toList();
        lost.forEach(this::remove);
        return !lost.isEmpty();
    }

    /** Calls what is present now what was told, and gives the difference to what was told before. */
    List<Change> turn() {
        List<Change> changes = new ArrayList<>();
        for (MemberId member : touched) {
            Change change = change(member);
            if (change != null) {
                changes.add(change);
            }
        }
        touched.clear();
        cancelOut(changes);
        changes.forEach(this::tell);
        if (!changes.isEmpty()) {
            state = null;
        }
        return changes;
    }

    private @Nullable Change change(MemberId member) {
        Entry before = told.get(member);
        Entry after = present.get(member);
        if (before == null) {
            return after == null ? null : new Change.Come(member, after);
        }
        if (after == null) {
            return new Change.Gone(member, before);
        }
        if (before.looksLike(after)) {
            present.put(member, before);
            return null;
        }
        return new Change.Changed(member, before, new Entry(after.key(), after.ref(), before.ref(), after.payload()));
    }

    /** A device that reconnects goes and comes as another member: whoever looks the same takes the place of the other. */
    private void cancelOut(List<Change> changes) {
        Map<String, List<Change.Gone>> places = new HashMap<>();
        for (Change change : changes) {
            if (change instanceof Change.Gone gone) {
                places.computeIfAbsent(gone.entry().key(), _ -> new ArrayList<>())
                        .add(gone);
            }
        }
        Set<MemberId> cancelled = new HashSet<>();
        for (Change change : changes) {
            if (change instanceof Change.Come come) {
                places.getOrDefault(come.entry().key(), List.of()).stream()
                        .filter(gone -> gone.entry().looksLike(come.entry()) && cancelled.add(gone.member()))
                        .findFirst()
                        .ifPresent(gone -> {
                            cancelled.add(come.member());
                            told.remove(gone.member());
                            told.put(come.member(), gone.entry());
                            present.put(come.member(), gone.entry());
                        });
            }
        }
        changes.removeIf(change -> switch (change) {
            case Change.Come come -> cancelled.contains(come.member());
            case Change.Gone gone -> cancelled.contains(gone.member());
            case Change.Changed _ -> false;
        });
    }

    private void tell(Change change) {
        switch (change) {
            case Change.Come come -> told.put(come.member(), come.entry());
            case Change.Gone gone -> told.remove(gone.member());
            case Change.Changed changed -> {
                told.put(changed.member(), changed.after());
                present.put(changed.member(), changed.after());
            }
        }
    }

    /** The payload of {@code presence_state}, as it was told last: the next difference begins there. */
    String state() {
        String known = state;
        if (known == null) {
            ObjectNode members = mapper.createObjectNode();
            told.values().forEach(entry -> entry.addTo(members));
            known = members.toString();
            state = known;
        }
        return known;
    }

    /** The payload of {@code presence_diff}. */
    String diff(List<Change> changes) {
        ObjectNode diff = mapper.createObjectNode();
        ObjectNode joins = diff.putObject("joins");
        ObjectNode leaves = diff.putObject("leaves");
        for (Change change : changes) {
            switch (change) {
                case Change.Come come -> come.entry().addTo(joins);
                case Change.Gone gone -> gone.entry().addTo(leaves);
                case Change.Changed changed -> {
                    changed.after().addTo(joins);
                    changed.before().addTo(leaves);
                }
            }
        }
        return diff.toString();
    }
}
