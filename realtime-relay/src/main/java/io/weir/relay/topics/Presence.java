package io.weir.relay.topics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is present on one topic: for each key one entry per subscriber that tracks it. On the topic's loop. */
final class Presence {
    private final ObjectMapper mapper;
    private final Map<Subscriber, Entry> entries = new LinkedHashMap<>();
    private long lastRef;

    Presence(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    private record Entry(String key, String ref, @Nullable String previousRef, ObjectNode payload) {
        ObjectNode meta() {
            ObjectNode meta = payload.deepCopy().put("phx_ref", ref);
            return previousRef == null ? meta : meta.put("phx_ref_prev", previousRef);
        }
    }

    /** The payload of {@code presence_state}. */
    String state() {
        ObjectNode state = mapper.createObjectNode();
        entries.values().forEach(entry -> add(state, entry));
        return state.toString();
    }

    /** Tracks or replaces; the diff to tell, or null if nothing changes. */
    @Nullable
    String track(Subscriber subscriber, String key, ObjectNode payload) {
        Entry before = entries.get(subscriber);
        if (before != null && before.key().equals(key) && before.payload().equals(payload)) {
            return null;
        }
        String ref = HexFormat.of().toHexDigits(++lastRef);
        var entry = new Entry(key, ref, before == null ? null : before.ref(), payload);
        entries.put(subscriber, entry);
        return diff(entry, before);
    }

    /** Removes; the diff to tell, or null if there was nothing. */
    @Nullable
    String untrack(Subscriber subscriber) {
        Entry before = entries.remove(subscriber);
        return before == null ? null : diff(null, before);
    }

    private String diff(@Nullable Entry join, @Nullable Entry leave) {
        ObjectNode joins = mapper.createObjectNode();
        ObjectNode leaves = mapper.createObjectNode();
        if (join != null) {
            add(joins, join);
        }
        if (leave != null) {
            add(leaves, leave);
        }
        ObjectNode diff = mapper.createObjectNode();
        diff.set("joins", joins);
        diff.set("leaves", leaves);
        return diff.toString();
    }

    private static void add(ObjectNode target, Entry entry) {
        ObjectNode member = target.withObjectProperty(entry.key());
        ArrayNode metas = member.withArrayProperty("metas");
        metas.add(entry.meta());
    }
}
