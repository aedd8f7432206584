package io.weir.metering.usage;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.List;

/** Reads single settlements and late corrections, in pages that do not move while more comes. */
@ApplicationScoped
class RecordReader {
    private static final String RECORDS = """
            SELECT m.number AS mark, m.at AS upto, x.* FROM usage_watermark m LEFT JOIN (
                SELECT u.*, p.input_nano, p.cached_nano, p.cache_write_nano, p.output_nano, p.reasoning_nano,
                    p.request_micro
                FROM usage_record u JOIN price p ON p.name = u.price_name AND p.version = u.price_version
                WHERE u.at >= $1 AND u.at < $2 AND u.number <= COALESCE($4, (SELECT number FROM usage_watermark))
                    AND (u.at, u.number) {behind} ($5, $6) {filters}
                ORDER BY u.at {order}, u.number {order} LIMIT $3
            ) x ON true ORDER BY x.at {order}, x.number {order}
            """;

    private final Database database;

    RecordReader(Database database) {
        this.database = database;
    }

    Uni<RecordPage> read(UsageQuery query) {
        var cursor = query.after();
        var begin = query.span().from().atOffset(ZoneOffset.UTC);
        var end = query.span().to().atOffset(ZoneOffset.UTC);
        // A page goes on behind the last row of the one before, in its direction of time.
        var edge = query.newestFirst() ? end : begin;
        var arguments = Tuple.tuple()
                .addOffsetDateTime(begin)
                .addOffsetDateTime(end)
                .addInteger(query.limit() + 1)
                .addLong(cursor == null ? null : cursor.watermark())
                .addOffsetDateTime(cursor == null ? edge : cursor.at().atOffset(ZoneOffset.UTC))
                .addLong(cursor == null ? -1 : number(cursor));
        String sql = RECORDS.replace("{behind}", query.newestFirst() ? "<" : ">")
                .replace("{order}", query.newestFirst() ? "DESC" : "ASC")
                .replace("{filters}", UsageReader.filters(query, arguments));
        return database.all(sql, arguments, row -> row).map(rows -> page(query, rows));
    }

    private static long number(Cursor cursor) {
        try {
            return Long.parseLong(cursor.keys().getFirst());
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    private static RecordPage page(UsageQuery query, List<Row> rows) {
        var first = rows.getFirst();
        var cursor = query.after();
        long watermark = cursor == null ? first.getLong("mark") : cursor.watermark();
        List<UsageRecord> read = rows.stream()
                .filter(row -> row.getLong("number") != null)
                .limit(query.limit())
                .map(UsageRecord::from)
                .toList();
        boolean more = rows.size() > query.limit();
        String next = more
                ? new Cursor(
                                query.name(),
                                watermark,
                                read.getLast().at(),
                                List.of(Long.toString(read.getLast().number())))
                        .encode()
                : null;
        return new RecordPage(
                new UsageReport.Watermark(
                        watermark, first.getOffsetDateTime("upto").toInstant()),
                read,
                next);
    }
}
