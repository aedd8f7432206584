package io.weir.relay.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a join wants to be told of the database.
 *
 * @param bindings what it is told
 * @param refusals why it is not told the rest, for its author
 * @param echo the bindings as they came, each with its id, in order: clients compare them with their own
 * @param waits the join is answered only once the changes are being read
 * @param patience how long it waits at most
 */
public record ChangeRequest(
        List<Binding> bindings, List<String> refusals, String echo, boolean waits, Duration patience) {
    private static final long PATIENCE_MILLIS = 15_000;
    private static final long MAX_PATIENCE_MILLIS = 20_000;
    private static final int ID_MASK = 0x07FF_FFFF;

    public ChangeRequest {
        bindings = List.copyOf(bindings);
        refusals = List.copyOf(refusals);
    }

    /** True if it wants nothing. */
    public boolean isEmpty() {
        return bindings.isEmpty() && refusals.isEmpty();
    }

    /** Reads the {@code config} of a join. */
    public static ChangeRequest of(JsonNode config, int maxBindings, ObjectMapper mapper) {
        List<Binding> bindings = new ArrayList<>();
        List<String> refusals = new ArrayList<>();
        ArrayNode echo = mapper.createArrayNode();
        Set<Integer> ids = new HashSet<>();
        for (JsonNode node : config.path("postgres_changes")) {
            if (!(node instanceof ObjectNode object)) {
                continue;
            }
            int id = id(object, ids);
            echo.add(object.deepCopy().put("id", id));
            if (bindings.size() + refusals.size() >= maxBindings) {
                refusals.add("more than " + maxBindings + " bindings");
                continue;
            }
            try {
                bindings.add(Binding.of(id, object));
            } catch (Filter.Refused refused) {
                refusals.add(String.valueOf(refused.getMessage()));
            }
        }
        JsonNode options = config.path("postgres_changes_options");
        boolean waits = options.path("wait").asBoolean(false) && !echo.isEmpty();
        long patience = options.path("timeout").asLong(PATIENCE_MILLIS);
        return new ChangeRequest(
                bindings,
                refusals,
                mapper.createObjectNode().set("postgres_changes", echo).toString(),
                waits,
                Duration.ofMillis(Math.clamp(patience, 0, MAX_PATIENCE_MILLIS)));
    }

    /** The same binding has the same id at every join, and no two of a join have one. */
    private static int id(ObjectNode binding, Set<Integer> taken) {
        int id = Math.max(1, binding.hashCode() & ID_MASK);
        while (!taken.add(id)) {
            id = Math.max(1, (id + 1) & ID_MASK);
        }
        return id;
    }
}
