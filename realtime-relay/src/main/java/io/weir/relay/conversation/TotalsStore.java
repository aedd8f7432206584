package io.weir.relay.conversation;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.TotalsPage;
import io.weir.contracts.stream.UsageSource;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads what closed logs counted. One statement a page; fails with what the driver says. */
@Singleton
class TotalsStore {
    /** Others may write messages too: those have no totals. */
    private static final String PAGE = """
            SELECT stream_id, state, input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                usage_source, created_at
            FROM messages
            WHERE stream_id >= $1 AND stream_id < $2 AND role = 'assistant' AND input_tokens IS NOT NULL
            ORDER BY stream_id DESC LIMIT $3""";

    private final Pool pool;

    TotalsStore(Pool pool) {
        this.pool = pool;
    }

    /** Closed logs with an id from {@code first} to before {@code end}, youngest id first. */
    Uni<TotalsPage> page(UUID first, UUID end, int limit) {
        return pool.preparedQuery(PAGE).execute(Tuple.of(first, end, limit + 1)).map(rows -> {
            List<TotalsPage.Closed> all = StreamSupport.stream(rows.spliterator(), false)
                    .map(TotalsStore::closed)
                    .toList();
            List<TotalsPage.Closed> shown = all.subList(0, Math.min(limit, all.size()));
            return new TotalsPage(shown, all.size() > limit ? shown.getLast().streamId() : null);
        });
    }

    private static TotalsPage.Closed closed(Row row) {
        return new TotalsPage.Closed(
                new StreamId(row.getUUID("stream_id")),
                EndReason.ofWire(row.getString("state")),
                new Totals(
                        row.getLong("input_tokens"),
                        row.getLong("cached_tokens"),
                        row.getLong("cache_write_tokens"),
                        row.getLong("output_tokens"),
                        row.getLong("reasoning_tokens")),
                UsageSource.valueOf(row.getString("usage_source").toUpperCase(Locale.ROOT)),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
