package io.weir.relay.changes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that a channel wants to be told of {@code messages}.
 *
 * @param id the number that frames name it by; never 0
 * @param kinds which changes
 * @param filter which rows: the new one, or the old one of a deletion
 * @param columns which columns are told
 */
record Binding(int id, Set<ChangeKind> kinds, Filter filter, Set<Column> columns) {
    private static final String ANY = "*";

    /** Reads a binding as clients send it. */
    static Binding of(int id, JsonNode node) throws Filter.Refused {
        String schema = node.path("schema").asText(ANY);
        String table = node.path("table").asText(ANY);
        if (!(schema.equals("public") || schema.equals(ANY)) || !(table.equals("messages") || table.equals(ANY))) {
            throw new Filter.Refused("only schema public, table messages is told, not " + schema + "." + table);
        }
        return new Binding(
                id,
                kinds(node.path("event").asText("")),
                Filter.of(node.path("filter").asText("")),
                columns(node.path("select")));
    }

    private static Set<ChangeKind> kinds(String event) throws Filter.Refused {
        return switch (event.toUpperCase(Locale.ROOT)) {
            case ANY -> EnumSet.allOf(ChangeKind.class);
            case "INSERT" -> EnumSet.of(ChangeKind.INSERT);
            case "UPDATE" -> EnumSet.of(ChangeKind.UPDATE);
            case "DELETE" -> EnumSet.of(ChangeKind.DELETE);
            default -> throw new Filter.Refused("no such event: " + event);
        };
    }

    private static Set<Column> columns(JsonNode select) throws Filter.Refused {
        if (!select.isArray() || select.isEmpty()) {
            return EnumSet.allOf(Column.class);
        }
        Set<Column> columns = EnumSet.noneOf(Column.class);
        for (JsonNode name : select) {
            Optional<Column> column = Column.ofWire(name.asText());
            columns.add(column.orElseThrow(() -> new Filter.Refused("no such column: " + name.asText())));
        }
        return columns;
    }

    boolean matches(MessageChange change) {
        return kinds.contains(change.kind()) && filter.matches(change.row());
    }
}
