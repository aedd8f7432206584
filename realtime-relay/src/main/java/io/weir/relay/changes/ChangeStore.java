package io.weir.relay.changes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.weir.relay.changes.ChangeCursor.Ask;
import io.weir.relay.changes.ChangeCursor.Page;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The outbox of {@code messages} in PostgreSQL. Each call is one statement; all of them fail with what the driver says. */
@Singleton
class ChangeStore {
    /** What the trigger notifies. */
    static final String CHANNEL = "weir_message_changes";

    private static final Logger LOG = Logger.getLogger(ChangeStore.class);
    private static final int PRUNED_AT_ONCE = 1000;

    /** Horizon and rows are of one snapshot: that is what the cursor relies on. */
    private static final String READ = """
            WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon)
            SELECT now.horizon::text AS horizon, c.seq, c.xid::text AS xid, c.at, c.kind, c.tenant, c.account, c.workspace_id,
                   c.record, c.old_record, c.cut, c.shared_with
            FROM now LEFT JOIN LATERAL (
                SELECT m.*, ARRAY(SELECT s.account FROM session_share s
                    WHERE s.tenant = m.tenant AND s.owner = m.account AND s.session = m.session) AS shared_with
                FROM message_changes m
                WHERE m.xid >= $1::text::xid8 AND ($2::text IS NULL OR m.xid < $2::text::xid8) AND m.seq > $3
                    AND m.seq <> ALL ($4::bigint[]) AND (NOT $5::boolean OR m.xid < now.horizon)
                ORDER BY m.seq LIMIT $6) c ON true
            ORDER BY c.seq""";

    private static final String READY = "SELECT to_regclass('message_change_cursor') IS NOT NULL AS ready";

    private static final String LOAD = "SELECT state FROM message_change_cursor WHERE name = 'relay'";

    private static final String SAVE = """
            INSERT INTO message_change_cursor (name, state) VALUES ('relay', $1)
            ON CONFLICT (name) DO UPDATE SET state = EXCLUDED.state""";

    /** The oldest first, a few at a time. */
    private static final String PRUNE = """
            DELETE FROM message_changes
            WHERE seq IN (SELECT seq FROM message_changes ORDER BY seq LIMIT $2)
                AND at < clock_timestamp() - make_interval(secs => $1::double precision)
            RETURNING seq, xid::text AS xid""";

    private final ObjectMapper mapper;

    ChangeStore(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * What was read.
     *
     * @param page where it stands
     * @param changes what is to be told of it, in order
     */
    record Batch(Page page, List<MessageChange> changes) {}

    /** Starts to be notified. Fails while the tables are not there yet. */
    Uni<Void> listen(SqlConnection connection) {
        return connection.query(READY).execute().chain(rows -> {
            if (!rows.iterator().next().getBoolean("ready")) {
                return Uni.createFrom().failure(new IllegalStateException("no outbox"));
            }
            return connection.query("LISTEN " + CHANNEL).execute().replaceWithVoid();
        });
    }

    /** The saved cursor, if one was saved. */
    Uni<Optional<String>> load(SqlConnection connection) {
        return connection.query(LOAD).execute().map(rows -> {
            for (Row row : rows) {
                return Optional.of(row.getString("state"));
            }
            return Optional.empty();
        });
    }

    Uni<Void> save(SqlConnection connection, String state) {
        return connection.preparedQuery(SAVE).execute(Tuple.of(state)).replaceWithVoid();
    }

    Uni<Batch> read(SqlConnection connection, Ask ask, int limit) {
        Long until = ask.until();
        Tuple values = Tuple.tuple()
                .addString(Long.toString(ask.from()))
                .addString(until == null ? null : until.toString())
                .addLong(ask.after())
                .addArrayOfLong(ask.except().toArray(Long[]::new))
                .addBoolean(ask.endedOnly())
                .addInteger(limit);
        return connection.preparedQuery(READ).execute(values).map(rows -> batch(rows, limit));
    }

    /** Forgets what is older than {@code keep}, up to a bound; numbers and transactions of what was forgotten. */
    Uni<List<ChangeCursor.Row>> prune(SqlConnection connection, Duration keep) {
        return connection
                .preparedQuery(PRUNE)
                .execute(Tuple.of(keep.toMillis() / 1000.0, PRUNED_AT_ONCE))
                .map(rows -> {
                    List<ChangeCursor.Row> pruned = new ArrayList<>();
                    rows.forEach(row -> pruned.add(position(row)));
                    return pruned;
                });
    }

    private Batch batch(RowSet<Row> rows, int limit) {
        long horizon = 0;
        List<ChangeCursor.Row> positions = new ArrayList<>();
        List<MessageChange> changes = new ArrayList<>();
        for (Row row : rows) {
            horizon = Long.parseLong(row.getString("horizon"));
            if (row.getLong("seq") != null) {
                positions.add(position(row));
                change(row).ifPresent(changes::add);
            }
        }
        return new Batch(new Page(horizon, positions, positions.size() >= limit), changes);
    }

    private static ChangeCursor.Row position(Row row) {
        return new ChangeCursor.Row(row.getLong("seq"), Long.parseLong(row.getString("xid")));
    }

    private Optional<MessageChange> change(Row row) {
        try {
            String[] shared = row.getArrayOfStrings("shared_with");
            var readership = new Readership(
                    row.getString("tenant"),
                    row.getString("account"),
                    row.getString("workspace_id"),
                    shared == null ? Set.of() : Set.of(shared));
            var rows = new MessageChange.Rows(
                    object(row.getString("record")), object(row.getString("old_record")), row.getBoolean("cut"));
            return Optional.of(new MessageChange(
                    mapper,
                    ChangeKind.valueOf(row.getString("kind")),
                    row.getOffsetDateTime("at").toInstant(),
                    readership,
                    rows));
        } catch (JsonProcessingException | RuntimeException e) {
            // It will not read better the next time, and must not keep back what follows.
            LOG.errorf(e, "change cannot be read seq=%d", row.getLong("seq"));
            return Optional.empty();
        }
    }

    private @Nullable ObjectNode object(@Nullable String json) throws JsonProcessingException {
        return json == null ? null : mapper.readValue(json, ObjectNode.class);
    }
}
