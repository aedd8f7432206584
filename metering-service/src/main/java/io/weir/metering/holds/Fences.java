package io.weir.metering.holds;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.metering.answer.Outcome;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;

/** The one judge of a producer: ends a stream whose gateway has lost its lease, and nothing else. */
@ApplicationScoped
class Fences {
    private static final String FENCE = """
            SELECT outcome, remaining_ms, epoch, reason, charge, input, cached, cache_write, output, reasoning, booked,
                receivable, agent
            FROM hold_fence($1, $2::bigint * interval '1 ms', $3::bigint * interval '1 ms')
            """;

    private final Database database;
    private final MeteringSettings settings;
    private final HoldMeters meters;

    Fences(Database database, MeteringSettings settings, HoldMeters meters) {
        this.database = database;
        this.settings = settings;
        this.meters = meters;
    }

    Uni<Outcome<Fence>> fence(StreamId stream) {
        var arguments = Tuple.of(
                stream.value(),
                settings.lease().toMillis(),
                settings.sweep().outage().toMillis());
        return database.one(FENCE, arguments, this::judged);
    }

    private Outcome<Fence> judged(Row row) {
        return switch (row.getString("outcome")) {
            case "unknown" -> Outcome.unknownStream();
            case "leased", "reserved" -> Outcome.done(new Fence.Leased(new FenceRefusal(row.getLong("remaining_ms"))));
            default -> Outcome.done(new Fence.Settled(settled(row)));
        };
    }

    private FenceReply settled(Row row) {
        if (row.getBoolean("booked")) {
            meters.booked(row.getString("agent"), row.getLong("charge"), row.getLong("receivable"));
        }
        return new FenceReply(
                row.getLong("epoch"),
                EndReason.ofWire(row.getString("reason")),
                HoldRows.totals(row),
                row.getLong("charge"));
    }
}
