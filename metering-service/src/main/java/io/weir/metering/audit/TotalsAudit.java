package io.weir.metering.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.TotalsPage;
import io.weir.metering.database.Database;
import io.weir.metering.holds.TotalsLimit;
import io.weir.metering.settings.MeteringSettings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * I7: what closed logs counted is what was settled. Streams belong to the time at which their id was made, so relay and
 * ledger speak of the same ones. Page by page, youngest first, up to a configured number; nothing of it is kept.
 */
@Singleton
class TotalsAudit {
    private static final String COMPARE = """
            SELECT violations, unlogged FROM audit_totals($1, $2, $3, $4, $5, $6, $7, $8, $9,
                $10::bigint * interval '1 ms')
            """;
    private static final int PAGE = 2_000;
    /** Ids are made by the clocks of edges, which may be ahead of ours. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private final ClosedLogs logs;
    private final Database database;
    private final MeteringSettings settings;
    private final InstantSource clock = InstantSource.system();

    TotalsAudit(ClosedLogs logs, Database database, MeteringSettings settings) {
        this.logs = logs;
        this.database = database;
        this.settings = settings;
    }

    /** What a comparison found, or why there was none. */
    sealed interface Result {
        /**
         * Compared.
         *
         * @param logs closed logs looked at
         * @param violations those whose totals are not settled
         * @param unlogged streams that their gateway has settled, and that are in no closed log
         */
        record Compared(long logs, long violations, long unlogged) implements Result {
            Compared and(Compared more) {
                return new Compared(logs + more.logs, violations + more.violations, unlogged + more.unlogged);
            }

            String detail() {
                return logs + " closed logs compared; " + unlogged + " settled streams have none";
            }
        }

        /** Not compared. */
        record Skipped(String reason) implements Result {}
    }

    /** Compares. Fails only with the database. */
    Uni<Result> check() {
        var now = clock.instant();
        var range = new Range(now.minus(settings.audit().span()), now.plus(AHEAD));
        return from(range, null, new Result.Compared(0, 0, 0));
    }

    private record Range(Instant from, Instant to) {
        UUID first() {
            return lowest(from);
        }

        UUID end(@Nullable StreamId before) {
            return before == null ? lowest(to) : before.value();
        }

        private static UUID lowest(Instant at) {
            return new UUID(at.toEpochMilli() << 16, 0);
        }
    }

    private Uni<Result> from(Range range, @Nullable StreamId before, Result.Compared sofar) {
        long left = settings.audit().streams() - sofar.logs();
        if (left <= 0) {
            return Uni.createFrom().item(sofar);
        }
        return logs.page(range.from(), range.to(), before, (int) Math.min(PAGE, left))
                .chain(answer -> switch (answer) {
                    case ClosedLogs.Answer.None(String reason) ->
                        Uni.createFrom().item(new Result.Skipped(reason));
                    case ClosedLogs.Answer.Page(TotalsPage page) ->
                        compare(range, before, page).chain(found -> {
                            var all = sofar.and(found);
                            return page.before() == null ? Uni.createFrom().item(all) : from(range, page.before(), all);
                        });
                });
    }

    private Uni<Result.Compared> compare(Range range, @Nullable StreamId before, TotalsPage page) {
        var next = page.before();
        var arguments = Tuple.of(next == null ? range.first() : next.value(), range.end(before))
                .addArrayOfUUID(page.streams().stream()
                        .map(log -> log.streamId().value())
                        .toArray(UUID[]::new))
                .addArrayOfOffsetDateTime(page.streams().stream()
                        .map(log -> log.closedAt().atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new))
                .addArrayOfLong(longs(page.streams(), Totals::input))
                .addArrayOfLong(longs(page.streams(), Totals::cached))
                .addArrayOfLong(longs(page.streams(), Totals::cacheWrite))
                .addArrayOfLong(longs(page.streams(), Totals::output))
                .addArrayOfLong(longs(page.streams(), Totals::reasoning))
                .addLong(settings.audit().overdue().toMillis());
        return database.one(
                COMPARE,
                arguments,
                row -> new Result.Compared(page.streams().size(), row.getLong("violations"), row.getLong("unlogged")));
    }

    private static Long[] longs(List<TotalsPage.Closed> logs, ToLongFunction<Totals> figure) {
        return logs.stream()
                .map(log -> figure.applyAsLong(TotalsLimit.cut(log.tokens())))
                .toArray(Long[]::new);
    }
}
