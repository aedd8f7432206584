package io.weir.metering.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.audit.AuditReport.Line;
import io.weir.metering.audit.AuditReport.State;
import io.weir.metering.audit.TotalsAudit.Result;
import io.weir.metering.chain.ChainState;
import io.weir.metering.chain.EntryChain;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks the ledger against itself on one snapshot, and against the relay's closed logs; when it is asked, and every now
 * and then by itself. What was found is noted in the database and told by the metrics.
 */
@ApplicationScoped
class LedgerAudit {
    static final String VIOLATIONS = "weir.metering.audit.violations";
    static final String AGE = "weir.metering.audit.age";

    private static final List<Invariant> INVARIANTS = List.of(Invariant.values());
    private static final String OVERSPENT = """
            SELECT COALESCE(sum(low), 0)::bigint AS violations FROM (
                SELECT -min(balance_after) AS low FROM entry WHERE balance_after < 0 GROUP BY account) worst
            """;
    private static final String NOTE = "SELECT invariant, checked_at, violated_at FROM audit_note($1, $2, $3)";

    private final Database database;
    private final EntryChain chain;
    private final TotalsAudit totals;
    private final MeteringSettings settings;
    private final List<String> statements;
    private final InstantSource clock = InstantSource.system();
    private final MultiGauge violations;
    private final AtomicLong checkedMillis = new AtomicLong(clock.millis());

    LedgerAudit(
            Database database,
            EntryChain chain,
            TotalsAudit totals,
            MeteringSettings settings,
            MeterRegistry registry) {
        this.database = database;
        this.chain = chain;
        this.totals = totals;
        this.settings = settings;
        this.statements = new ArrayList<>(INVARIANTS.stream()
                .filter(invariant -> invariant != Invariant.I7)
                .map(invariant -> invariant.sql(settings))
                .toList());
        this.statements.add(OVERSPENT);
        this.violations = MultiGauge.builder(VIOLATIONS)
                .description("Violations that the last audit found, by invariant")
                .register(registry);
        TimeGauge.builder(AGE, () -> clock.millis() - checkedMillis.get(), TimeUnit.MILLISECONDS)
                .description("Time since the last audit, or the start")
                .register(registry);
    }

    /** When a check was last made, and last found something. */
    private record Noted(Instant checkedAt, @Nullable Instant violatedAt) {}

    @Scheduled(
            every = "${weir.metering.audit.interval:10m}",
            delay = 1,
            delayUnit = TimeUnit.MINUTES,
            concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> round() {
        return run().onFailure()
                .invoke(failure -> Log.warnf("audit failed, will try again cause=%s", failure))
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    /** All invariants as of now. */
    Uni<AuditReport> run() {
        var checkedAt = clock.instant();
        return totals.check().chain(logs -> chain.state().chain(state -> database.snapshot(
                        statements,
                        row -> row.getLong("violations"),
                        settings.audit().within())
                .chain(found -> noted(checkedAt, logs, state, found))));
    }

    private Uni<AuditReport> noted(Instant checkedAt, Result logs, ChainState state, List<Long> found) {
        var results = results(logs, found);
        var arguments = Tuple.of(checkedAt.atOffset(ZoneOffset.UTC))
                .addArrayOfString(results.keySet().stream().map(Invariant::name).toArray(String[]::new))
                .addArrayOfLong(results.values().toArray(Long[]::new));
        return database.all(NOTE, arguments, row -> row)
                .map(rows -> report(checkedAt, logs, state, results, found.getLast(), notes(rows)));
    }

    /** Violations by invariant; one that was skipped has none. */
    private static Map<Invariant, Long> results(Result logs, List<Long> found) {
        var results = new EnumMap<Invariant, Long>(Invariant.class);
        int next = 0;
        for (var invariant : INVARIANTS) {
            if (invariant != Invariant.I7) {
                results.put(invariant, found.get(next));
                next++;
            } else if (logs instanceof Result.Compared compared) {
                results.put(invariant, compared.violations());
            }
        }
        return results;
    }

    private static Map<String, Noted> notes(List<Row> rows) {
        var notes = new HashMap<String, Noted>();
        for (var row : rows) {
            OffsetDateTime violated = row.getOffsetDateTime("violated_at");
            notes.put(
                    row.getString("invariant"),
                    new Noted(
                            row.getOffsetDateTime("checked_at").toInstant(),
                            violated == null ? null : violated.toInstant()));
        }
        return notes;
    }

    private AuditReport report(
            Instant checkedAt,
            Result logs,
            ChainState state,
            Map<Invariant, Long> results,
            long overspent,
            Map<String, Noted> notes) {
        var lines = INVARIANTS.stream()
                .map(invariant -> line(invariant, logs, results.get(invariant), notes.get(invariant.name())))
                .toList();
        checkedMillis.set(checkedAt.toEpochMilli());
        violations.register(
                results.entrySet().stream()
                        .map(result -> MultiGauge.Row.of(
                                Tags.of("invariant", result.getKey().name()), result.getValue()))
                        .toList(),
                true);
        results.forEach((invariant, number) -> {
            if (number > 0) {
                Log.errorf("audit found violations invariant=%s violations=%d", invariant, number);
            }
        });
        return new AuditReport(checkedAt, overspent, lines, state);
    }

    private static Line line(Invariant invariant, Result logs, @Nullable Long violations, @Nullable Noted noted) {
        String detail = invariant == Invariant.I7
                ? switch (logs) {
                    case Result.Compared compared -> compared.detail();
                    case Result.Skipped(String reason) -> reason;
                }
                : null;
        return new Line(
                invariant.name(),
                violations == null ? State.SKIPPED : State.CHECKED,
                violations,
                invariant.statement(),
                detail,
                noted == null ? null : noted.checkedAt(),
                noted == null ? null : noted.violatedAt());
    }
}
