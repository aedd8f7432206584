package io.weir.metering.holds;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.metering.answer.Outcome;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Claim and settle: what a gateway asks for once per stream. One statement each; settles of a hot account share one. */
@ApplicationScoped
class GatewayHolds {
    private static final String CLAIM = """
            SELECT outcome, epoch, cancelled, owner, address
            FROM hold_claim($1, $2, $3, $4, $5::bigint * interval '1 ms')
            """;
    private static final String SETTLE = """
            SELECT outcome, booked, charge, receivable, available, reason, late, agent,
                booked_charge, booked_receivable, account_id, waited
            FROM hold_settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;

    private final Database database;
    private final MeteringSettings settings;
    private final HoldMeters meters;
    private final HotAccounts hot;

    GatewayHolds(Database database, MeteringSettings settings, HoldMeters meters, HotAccounts hot) {
        this.database = database;
        this.settings = settings;
        this.meters = meters;
        this.hot = hot;
    }

    Uni<Outcome<ClaimReply>> claim(StreamId stream, ClaimRequest request) {
        var arguments = Tuple.of(
                stream.value(),
                request.gateway(),
                request.incarnation(),
                request.address(),
                settings.lease().toMillis());
        return database.one(CLAIM, arguments, GatewayHolds::claimed);
    }

    Uni<Outcome<SettleReply>> settle(StreamId stream, SettleRequest request) {
        var item = new BatchItem(json(stream, request), stream.value(), () -> alone(stream, request));
        return database.observe(hot.run(hot.accountOf(stream), item)
                // Another account's after all.
                .compose(row -> row.getString("outcome").equals("elsewhere")
                        ? alone(stream, request)
                        : Future.succeededFuture(row))
                .map(this::settled));
    }

    private Future<Row> alone(StreamId stream, SettleRequest request) {
        var arguments = HoldRows.add(Tuple.of(stream.value(), request.epoch()), request.totals())
                .addString(request.usageSource().wire())
                .addString(request.reason().wire())
                .addString(request.model())
                .addString(request.textSha256())
                .addOffsetDateTime(HoldRows.time(request.startedAt()))
                .addOffsetDateTime(HoldRows.time(request.firstTokenAt()))
                .addOffsetDateTime(HoldRows.time(request.endedAt()));
        return database.rows(SETTLE, arguments).map(List::getFirst).onSuccess(this::waited);
    }

    private void waited(Row row) {
        String account = row.getString("account_id");
        if (account != null) {
            hot.waited(new AccountId(account), row.getLong("waited"));
        }
    }

    /** The same arguments for a batch. */
    private static JsonObject json(StreamId stream, SettleRequest request) {
        var totals = request.totals();
        return new JsonObject()
                .put("stream", stream.toString())
                .put("epoch", request.epoch())
                .put("input", totals.input())
                .put("cached", totals.cached())
                .put("cacheWrite", totals.cacheWrite())
                .put("output", totals.output())
                .put("reasoning", totals.reasoning())
                .put("source", request.usageSource().wire())
                .put("reason", request.reason().wire())
                .put("model", request.model())
                .put("sha", request.textSha256())
                .put("started", text(request.startedAt()))
                .put("first", text(request.firstTokenAt()))
                .put("ended", text(request.endedAt()));
    }

    /** Cut to microseconds, as the other way cuts it. */
    private static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.truncatedTo(ChronoUnit.MICROS).toString();
    }

    private static Outcome<ClaimReply> claimed(Row row) {
        return switch (row.getString("outcome")) {
            case "won" ->
                Outcome.done(new ClaimReply(true, row.getLong("epoch"), row.getBoolean("cancelled"), null, null));
            case "lost" ->
                Outcome.done(new ClaimReply(
                        false,
                        row.getLong("epoch"),
                        row.getBoolean("cancelled"),
                        row.getString("owner"),
                        row.getString("address")));
            case "unknown" -> Outcome.unknownStream();
            case "superseded" -> Outcome.conflict("A newer process of this gateway has taken over.");
            case String ended -> Outcome.conflict("The hold is " + ended + " already.");
        };
    }

    private Outcome<SettleReply> settled(Row row) {
        return switch (row.getString("outcome")) {
            case "settled", "stored" -> {
                if (row.getBoolean("booked")) {
                    meters.booked(
                            row.getString("agent"), row.getLong("booked_charge"), row.getLong("booked_receivable"));
                }
                yield new Done<>(
                        new SettleReply(
                                row.getLong("charge"),
                                row.getLong("receivable"),
                                row.getLong("available"),
                                EndReason.ofWire(row.getString("reason")),
                                row.getBoolean("late")),
                        row.getBoolean("booked"));
            }
            case "unknown" -> Outcome.unknownStream();
            case "different" -> Outcome.conflict("The stream is settled at other totals.");
            case "stale" -> Outcome.conflict("Another owner holds the stream under another epoch.");
            case String other -> Outcome.conflict("The hold is " + other + ".");
        };
    }
}
