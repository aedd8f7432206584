package io.weir.metering.usage;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads sums of usage: one statement, so one state. What was rolled up after the first page is taken off again on later
 * ones, so that all pages are of one watermark.
 */
@ApplicationScoped
class UsageReader {
    private static final String SUMS = "streams, input, cached, cache_write, output, reasoning, charge, receivable";
    private static final String KEYS = "account_id, at, key_id, app, agent, model, end_reason";

    private static final String QUARTERS = "SELECT " + KEYS + ", '' AS session, " + SUMS + """
             FROM usage_quarter u WHERE u.at >= $1 AND u.at < $2 %1$s
            UNION ALL SELECT %3$s, session, -streams, -input, -cached, -cache_write, -output, -reasoning,
                -charge, -receivable
            FROM usage_record u WHERE u.number > $6 AND u.at >= $1 AND u.at < $2 %1$s
            """;
    private static final String RECORDS = """
            SELECT %3$s, session, %2$s FROM usage_record u
            WHERE u.number <= COALESCE($6, (SELECT number FROM usage_watermark)) AND u.at >= $1 AND u.at < $2 %1$s
            """;

    private final Database database;

    UsageReader(Database database) {
        this.database = database;
    }

    Uni<UsageReport> read(UsageQuery query) {
        var cursor = query.after();
        var arguments = Tuple.tuple()
                .addOffsetDateTime(begin(query).atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(query.span().to().atOffset(ZoneOffset.UTC))
                .addString(query.window().field())
                .addString(query.span().zone().getId())
                .addInteger(query.limit() + 1)
                .addLong(cursor == null ? null : cursor.watermark());
        if (cursor != null) {
            arguments.addOffsetDateTime(cursor.at().atOffset(ZoneOffset.UTC));
            cursor.keys().forEach(arguments::addString);
        }
        return database.all(sql(query, arguments), arguments, row -> row).map(rows -> report(query, rows));
    }

    /** No window of this page begins before the one where the last page ended. */
    private static Instant begin(UsageQuery query) {
        var cursor = query.after();
        if (cursor != null && cursor.at().isAfter(query.span().from())) {
            return cursor.at();
        }
        return query.span().from();
    }

    private static String sql(UsageQuery query, Tuple arguments) {
        List<Dimension> dimensions = query.groupBy();
        String groups = dimensions.stream().map(d -> ", " + d.text()).collect(Collectors.joining());
        String named = IntStream.range(0, dimensions.size())
                .mapToObj(i -> ", " + dimensions.get(i).text() + " AS d" + i)
                .collect(Collectors.joining());
        String ordered =
                IntStream.range(0, dimensions.size()).mapToObj(i -> ", x.d" + i).collect(Collectors.joining());
        String behind = query.after() == null ? "" : behind(groups, dimensions.size());
        String source = query.needsRecords() ? RECORDS : QUARTERS;
        // Always gives a row, be it of the watermark alone.
        return """
            SELECT m.number, m.at AS upto, x.* FROM usage_watermark m LEFT JOIN (
                SELECT w.starts%1$s, sum(u.streams)::bigint AS streams, sum(u.input)::bigint AS input,
                    sum(u.cached)::bigint AS cached, sum(u.cache_write)::bigint AS cache_write,
                    sum(u.output)::bigint AS output, sum(u.reasoning)::bigint AS reasoning,
                    sum(u.charge)::bigint AS charge, sum(u.receivable)::bigint AS receivable
                FROM (%2$s) u CROSS JOIN LATERAL (SELECT date_trunc($3, u.at, $4) AS starts) w
                GROUP BY w.starts%3$s
                HAVING (sum(u.streams), sum(u.input), sum(u.output), sum(u.charge), sum(u.receivable)) <> (0, 0, 0, 0, 0)
                    %4$s
                ORDER BY w.starts%3$s LIMIT $5
            ) x ON true ORDER BY x.starts%5$s
            """.formatted(named, source.formatted(filters(query, arguments), SUMS, KEYS), groups, behind, ordered);
    }

    private static String behind(String groups, int dimensions) {
        String values = IntStream.range(0, dimensions)
                .mapToObj(i -> ", $" + (8 + i) + "::text COLLATE \"C\"")
                .collect(Collectors.joining());
        return "AND (w.starts" + groups + ") > ($7" + values + ")";
    }

    /** Adds the values of the filters to the arguments. */
    static String filters(UsageQuery query, Tuple arguments) {
        var sql = new StringBuilder();
        query.filters().forEach((dimension, value) -> {
            arguments.addString(value);
            sql.append(" AND ").append(dimension.text()).append(" = $").append(arguments.size());
        });
        return sql.toString();
    }

    private static UsageReport report(UsageQuery query, List<Row> rows) {
        var first = rows.getFirst();
        var cursor = query.after();
        long watermark = cursor == null ? first.getLong("number") : cursor.watermark();
        List<UsageRow> read = new ArrayList<>();
        for (Row row : rows) {
            if (row.getOffsetDateTime("starts") != null && read.size() < query.limit()) {
                read.add(row(query, row));
            }
        }
        boolean more = rows.size() > query.limit();
        return new UsageReport(
                query.span().from(),
                query.span().to(),
                query.span().zone().getId(),
                query.window(),
                query.groupBy().stream().map(Dimension::parameter).toList(),
                new UsageReport.Watermark(
                        watermark, first.getOffsetDateTime("upto").toInstant()),
                read,
                more ? next(query, watermark, rows.get(query.limit() - 1)) : null);
    }

    private static String next(UsageQuery query, long watermark, Row last) {
        List<String> keys = IntStream.range(0, query.groupBy().size())
                .mapToObj(i -> last.getString("d" + i))
                .toList();
        return new Cursor(
                        query.name(),
                        watermark,
                        last.getOffsetDateTime("starts").toInstant(),
                        keys)
                .encode();
    }

    private static UsageRow row(UsageQuery query, Row row) {
        Map<Dimension, String> values = new EnumMap<>(Dimension.class);
        for (int i = 0; i < query.groupBy().size(); i++) {
            values.put(query.groupBy().get(i), row.getString("d" + i));
        }
        return new UsageRow(
                row.getOffsetDateTime("starts").toInstant(),
                values.get(Dimension.ACCOUNT),
                KeyText.of(values.get(Dimension.KEY)),
                named(values.get(Dimension.APP)),
                values.get(Dimension.AGENT),
                named(values.get(Dimension.MODEL)),
                values.get(Dimension.SESSION),
                values.get(Dimension.END_REASON),
                row.getLong("streams"),
                TokenSums.from(row),
                row.getLong("charge"),
                row.getLong("receivable"));
    }

    /** Absent where nothing was named. */
    static @Nullable String named(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
