package io.weir.metering.holds;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.holds.UpdateReply.Extension;
import io.weir.contracts.id.StreamId;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;

/** One gateway's batch of updates: its lease, the totals of its streams and their extensions in one statement. */
@ApplicationScoped
class HoldUpdates {
    /** The timeline in every row, and one row of it alone where the batch is empty. */
    private static final String UPDATE = """
            WITH u AS MATERIALIZED (
                SELECT * FROM hold_update($1, $2, $3, $4::bigint * interval '1 ms', $5, $6, $7, $8, $9, $10, $11, $12))
            SELECT t.timeline, u.place, u.accepted, u.granted, u.last, u.available, u.cancelled
            FROM (SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint AS timeline) t
            LEFT JOIN u ON true
            ORDER BY u.place
            """;

    private final Database database;
    private final MeteringSettings settings;

    HoldUpdates(Database database, MeteringSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    Uni<UpdateReply> apply(UpdateBatch batch) {
        var updates = batch.updates();
        var arguments = Tuple.of(
                        batch.gateway(),
                        batch.incarnation(),
                        batch.address(),
                        settings.lease().toMillis())
                .addArrayOfUUID(updates.stream().map(u -> u.streamId().value()).toArray(UUID[]::new))
                .addArrayOfLong(longs(updates, Update::epoch))
                .addArrayOfLong(longs(updates, u -> u.totals().input()))
                .addArrayOfLong(longs(updates, u -> u.totals().cached()))
                .addArrayOfLong(longs(updates, u -> u.totals().cacheWrite()))
                .addArrayOfLong(longs(updates, u -> u.totals().output()))
                .addArrayOfLong(longs(updates, u -> u.totals().reasoning()))
                .addArrayOfBoolean(updates.stream().map(Update::extend).toArray(Boolean[]::new));
        return database.all(UPDATE, arguments, row -> row).map(rows -> reply(updates, rows));
    }

    private UpdateReply reply(List<Update> updates, List<Row> rows) {
        var streams = rows.stream()
                .filter(row -> row.getLong("place") != null)
                .map(row -> extension(
                        updates.get(Math.toIntExact(row.getLong("place")) - 1).streamId(), row))
                .toList();
        return new UpdateReply(
                rows.getFirst().getLong("timeline"), (int) settings.lease().toSeconds(), streams);
    }

    private static Extension extension(StreamId stream, Row row) {
        return new Extension(
                stream,
                row.getBoolean("accepted"),
                row.getLong("granted"),
                row.getBoolean("last"),
                row.getLong("available"),
                row.getBoolean("cancelled"));
    }

    private static Long[] longs(List<Update> updates, ToLongFunction<Update> figure) {
        return updates.stream().mapToLong(figure).boxed().toArray(Long[]::new);
    }
}
