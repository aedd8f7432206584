package io.weir.relay.changes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.relay.forms.Forms;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A committed change of one message. On the loop of the changes. */
final class MessageChange {
    private static final String TOO_LARGE = "Error 413: Payload Too Large";
    private static final int SMALL_BYTES = 64;

    private final ObjectMapper mapper;
    private final ChangeKind kind;
    private final Instant at;
    private final Readership readership;
    private final Rows rows;
    private final Map<Set<Column>, String> data = new HashMap<>(2);
    private final Forms forms = new Forms();

    /**
     * The row before and after.
     *
     * @param record the row as it is now; null for a deletion
     * @param old the row as it was; null for an insertion
     * @param cut the text was too long to be kept with the change
     */
    record Rows(@Nullable ObjectNode record, @Nullable ObjectNode old, boolean cut) {
        Rows {
            if (record == null && old == null) {
                throw new IllegalArgumentException("a change is about a row");
            }
        }
    }

    MessageChange(ObjectMapper mapper, ChangeKind kind, Instant at, Readership readership, Rows rows) {
        this.mapper = mapper;
        this.kind = kind;
        this.at = at;
        this.readership = readership;
        this.rows = rows;
    }

    ChangeKind kind() {
        return kind;
    }

    Readership readership() {
        return readership;
    }

    /** The row that the change is about: as it is, or as it was before it was deleted. */
    ObjectNode row() {
        ObjectNode record = rows.record();
        ObjectNode row = record == null ? rows.old() : record;
        if (row == null) {
            throw new IllegalStateException("a change without a row");
        }
        return row;
    }

    /** The encoded form of this name, made by {@code encoder} if nobody has asked for it before. */
    <T> T form(Object name, Class<T> type, Supplier<T> encoder) {
        return forms.of(name, type, encoder);
    }

    /** The {@code data} of a {@code postgres_changes} event with these columns. */
    String data(Set<Column> columns, long maxBytes) {
        return data.computeIfAbsent(columns, _ -> {
            String json = data(columns, rows.cut(), Integer.MAX_VALUE);
            return json.getBytes(StandardCharsets.UTF_8).length <= maxBytes ? json : data(columns, true, SMALL_BYTES);
        });
    }

    private String data(Set<Column> columns, boolean incomplete, int maxValueBytes) {
        ObjectNode data = mapper.createObjectNode();
        data.put("schema", "public").put("table", "messages");
        data.put("commit_timestamp", at.truncatedTo(ChronoUnit.MILLIS).toString());
        data.put("type", kind.name());
        ArrayNode described = data.putArray("columns");
        columns.forEach(
                column -> described.addObject().put("name", column.wire()).put("type", column.type()));
        put(data, "record", rows.record(), columns, maxValueBytes);
        put(data, "old_record", rows.old(), columns, maxValueBytes);
        if (incomplete) {
            data.putArray("errors").add(TOO_LARGE);
        } else {
            data.putNull("errors");
        }
        return data.toString();
    }

    private void put(ObjectNode data, String name, @Nullable ObjectNode row, Set<Column> columns, int maxValueBytes) {
        if (row == null) {
            return;
        }
        ObjectNode shown = data.putObject(name);
        for (Column column : columns) {
            boolean missing = !row.has(column.wire());
            if (!missing && row.get(column.wire()).toString().length() <= maxValueBytes) {
                shown.set(column.wire(), row.get(column.wire()));
            }
        }
    }
}
