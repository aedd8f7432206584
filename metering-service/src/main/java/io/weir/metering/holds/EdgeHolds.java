package io.weir.metering.holds;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.answer.Outcome;
import io.weir.metering.answer.Outcome.Done;
import io.weir.metering.answer.Outcome.Refused;
import io.weir.metering.database.Database;
import io.weir.metering.database.DatabaseFailures;
import io.weir.metering.settings.Agents;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reserve, release and cancel: what the edge asks for. One statement each; reserves of a hot account share one. */
@ApplicationScoped
class EdgeHolds {
    private static final String RESERVE = """
            SELECT r.outcome, r.stream_id, r.granted, r.last, r.available, (r.tariff).version, (r.tariff).input_nano,
                (r.tariff).cached_nano, (r.tariff).cache_write_nano, (r.tariff).output_nano, (r.tariff).reasoning_nano,
                (r.tariff).request_micro, r.waited
            FROM hold_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                $14::bigint * interval '1 ms', $15::bigint * interval '1 s', $16, $17, $18, $19, $20) r
            """;
    private static final String RELEASE = "SELECT hold_release($1) AS outcome";
    private static final String CANCEL = "SELECT outcome, address FROM hold_cancel($1, $2)";

    private static final String OWN_KEY_PRICE = "byok";
    private static final int OWN_KEY_VERSION = 0;

    private final Database database;
    private final MeteringSettings settings;
    private final Agents agents;
    private final HotAccounts hot;
    private final Paces paces;

    EdgeHolds(Database database, MeteringSettings settings, Agents agents, HotAccounts hot, Paces paces) {
        this.database = database;
        this.settings = settings;
        this.agents = agents;
        this.hot = hot;
        this.paces = paces;
    }

    Uni<Outcome<ReserveReply>> reserve(ReserveRequest request) {
        var agent = agents.byName().get(request.agent().value());
        if (agent == null) {
            return Uni.createFrom().item(new Refused<>(ProblemType.NOT_FOUND, "No such agent."));
        }
        var account = request.account();
        var item = new BatchItem(json(request, agent), null, () -> alone(request, agent));
        return database.observe(hot.run(account, item).map(row -> reserved(account, row)));
    }

    Uni<Outcome<Boolean>> release(StreamId stream) {
        return database.one(RELEASE, Tuple.of(stream.value()), row -> switch (row.getString("outcome")) {
            case "unknown" -> Outcome.unknownStream();
            case "claimed" -> Outcome.conflict("A gateway has claimed the stream: it ends by a settle.");
            case "settled" -> Outcome.conflict("The stream has ended and is settled.");
            default -> Outcome.done(true);
        });
    }

    Uni<Outcome<CancelReply>> cancel(StreamId stream, AccountId account) {
        return database.one(
                CANCEL, Tuple.of(stream.value(), account.value()), row -> switch (row.getString("outcome")) {
                    case "unknown" -> Outcome.unknownStream();
                    case "open" -> Outcome.done(new CancelReply(true, row.getString("address")));
                    default -> Outcome.done(new CancelReply(false, null));
                });
    }

    private Future<Row> alone(ReserveRequest request, Agents.Agent agent) {
        var arguments = arguments(request, agent);
        return database.rows(RESERVE, arguments)
                // Another account has just taken the stream's id: asked again, it is found.
                .recover(failure -> DatabaseFailures.duplicate(failure)
                        ? database.rows(RESERVE, arguments)
                        : Future.failedFuture(failure))
                .map(List::getFirst)
                .onSuccess(row -> hot.waited(request.account(), row.getLong("waited")));
    }

    /** The same arguments for a batch. */
    private JsonObject json(ReserveRequest request, Agents.Agent agent) {
        var apiKey = request.apiKey();
        return new JsonObject()
                .put("stream", request.streamId().toString())
                .put("session", request.session().value())
                .put("agent", request.agent().value())
                .put("price", request.byok() ? OWN_KEY_PRICE : agent.price())
                .put("version", request.byok() ? (Integer) OWN_KEY_VERSION : null)
                .put("prompt", request.promptTokens())
                .put("leaseTokens", paces.leaseTokens(request.agent().value(), agent))
                .put("maxOutput", limit(request, agent))
                .put("maxOpen", request.maxOpenStreams())
                .put("key", request.idempotencyKey())
                .put("untilEnd", request.keyUntilEnd())
                .put("hash", request.bodyHash())
                .put("lifeSeconds", request.lifeSeconds())
                .put("apiKey", apiKey == null ? null : apiKey.toString())
                .put("app", agent.app().orElse(""))
                .put("priceModel", model(request, agent));
    }

    private static @Nullable String model(ReserveRequest request, Agents.Agent agent) {
        return request.byok() ? null : agent.upstreamModel().orElse(null);
    }

    private static long limit(ReserveRequest request, Agents.Agent agent) {
        Long asked = request.maxOutputTokens();
        return asked == null ? agent.maxOutputTokens() : Math.min(asked, agent.maxOutputTokens());
    }

    private Tuple arguments(ReserveRequest request, Agents.Agent agent) {
        return Tuple.tuple()
                .addUUID(request.streamId().value())
                .addString(request.account().value())
                .addString(request.session().value())
                .addString(request.agent().value())
                .addString(request.byok() ? OWN_KEY_PRICE : agent.price())
                .addInteger(request.byok() ? (Integer) OWN_KEY_VERSION : null)
                .addLong(request.promptTokens())
                .addLong(paces.leaseTokens(request.agent().value(), agent))
                .addLong(limit(request, agent))
                .addInteger(request.maxOpenStreams())
                .addString(request.idempotencyKey())
                .addBoolean(request.keyUntilEnd())
                .addString(request.bodyHash())
                .addLong(settings.keyLife().toMillis())
                .addLong((long) request.lifeSeconds())
                .addLong(settings.minimumReserveMicro())
                .addLong(settings.welcomeMicro())
                .addUUID(request.apiKey())
                .addString(agent.app().orElse(""))
                .addString(model(request, agent));
    }

    private Outcome<ReserveReply> reserved(AccountId account, Row row) {
        return switch (row.getString("outcome")) {
            // Who hears of a hold that waits for its claim may dispatch it: the first answer may have been lost.
            case "created", "waiting" -> {
                var reply = reply(row);
                hot.reserved(reply.streamId(), account);
                yield new Done<>(reply, true);
            }
            case "replayed" -> new Done<>(reply(row), false);
            case "key_reused" ->
                new Refused<>(ProblemType.KEY_REUSED, "This idempotency key stands for another request.");
            case "too_many" ->
                new Refused<>(ProblemType.TOO_MANY_STREAMS, "Wait until one of your open answers has ended.");
            case "no_credit" ->
                new Refused<>(ProblemType.INSUFFICIENT_CREDITS, "The account cannot pay for a useful answer.");
            case "over_budget" ->
                new Refused<>(
                        ProblemType.BUDGET_EXCEEDED,
                        "The budget of the account or of the API key is used up until its next day or month begins.");
            case "key_revoked" ->
                new Refused<>(ProblemType.FORBIDDEN, "The API key was revoked, has expired, or is another's.");
            case "stream_exists" -> Outcome.conflict("This stream id is taken.");
            case String other -> throw new IllegalStateException("reserve: " + other);
        };
    }

    private ReserveReply reply(Row row) {
        return new ReserveReply(
                new StreamId(row.getUUID("stream_id")),
                row.getLong("granted"),
                (int) settings.lease().toSeconds(),
                row.getBoolean("last"),
                row.getLong("available"),
                HoldRows.price(row));
    }
}
