package io.weir.metering.usage;

import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.stream.Totals;
import io.weir.metering.access.Caller;
import io.weir.metering.accounts.AccountPath;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.database.Database;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Usage of one account by day and model, straight from the settlements. */
@Path("/v1/usage")
@Tag(name = "usage")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
public class UsageResource {
    private static final String USAGE = """
            SELECT (s.ended_at AT TIME ZONE 'UTC')::date AS day, s.model, count(*) AS streams,
                sum(t.input)::bigint AS input, sum(t.cached)::bigint AS cached,
                sum(t.cache_write)::bigint AS cache_write, sum(t.output)::bigint AS output,
                sum(t.reasoning)::bigint AS reasoning,
                sum(s.charge + COALESCE(c.charge, 0))::bigint AS charge,
                sum(s.receivable + COALESCE(c.receivable, 0))::bigint AS receivable
            FROM hold h JOIN settlement s USING (stream_id) LEFT JOIN late_correction c USING (stream_id)
            CROSS JOIN LATERAL (
                SELECT c.input, c.cached, c.cache_write, c.output, c.reasoning WHERE c.charge + c.receivable > 0
                UNION ALL
                SELECT s.input, s.cached, s.cache_write, s.output, s.reasoning
                WHERE (c.charge + c.receivable > 0) IS NOT TRUE) t
            WHERE h.account_id = $1
                AND s.ended_at >= $2::date::timestamp AT TIME ZONE 'UTC'
                AND s.ended_at < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'
            GROUP BY 1, 2 ORDER BY 1, 2 NULLS FIRST
            """;

    private static final int MOST_DAYS = 366;
    private static final int DEFAULT_DAYS = 30;

    private final Database database;
    private final Caller caller;
    private final InstantSource clock = InstantSource.system();

    UsageResource(Database database, Caller caller) {
        this.database = database;
        this.caller = caller;
    }

    /** Usage of an account; without days the last thirty. */
    @GET
    @Operation(summary = "Usage of an account by day and model")
    public Uni<UsageReport> usage(
            @QueryParam("account") @Nullable String account,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to) {
        AccountId of = account == null ? caller.account() : AccountPath.parse(account);
        caller.mustRead(of);
        var last = to == null ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) : day("to", to);
        var first = from == null ? last.minusDays(DEFAULT_DAYS - 1L) : day("from", from);
        long days = ChronoUnit.DAYS.between(first, last);
        if (days < 0 || days >= MOST_DAYS) {
            throw ProblemException.malformed("from and to must span 1 to " + MOST_DAYS + " days.");
        }
        return database.all(USAGE, Tuple.of(of.value(), first, last), UsageResource::row)
                .map(rows -> new UsageReport(of, first, last, rows));
    }

    private static UsageReport.Row row(Row row) {
        return new UsageReport.Row(
                row.getLocalDate("day"),
                row.getString("model"),
                row.getLong("streams"),
                new Totals(
                        row.getLong("input"),
                        row.getLong("cached"),
                        row.getLong("cache_write"),
                        row.getLong("output"),
                        row.getLong("reasoning")),
                row.getLong("charge"),
                row.getLong("receivable"));
    }

    private static LocalDate day(String name, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException _) {
            throw ProblemException.malformed(name + " must be a day such as 2026-01-31.");
        }
    }
}
