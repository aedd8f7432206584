package io.weir.metering.holds;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.holds.Price;
import io.weir.contracts.stream.Totals;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Between contract records and the columns of the ledger's functions. */
final class HoldRows {
    private HoldRows() {}

    static Tuple add(Tuple tuple, Totals totals) {
        return tuple.addLong(totals.input())
                .addLong(totals.cached())
                .addLong(totals.cacheWrite())
                .addLong(totals.output())
                .addLong(totals.reasoning());
    }

    static Totals totals(Row row) {
        return new Totals(
                row.getLong("input"),
                row.getLong("cached"),
                row.getLong("cache_write"),
                row.getLong("output"),
                row.getLong("reasoning"));
    }

    static Price price(Row row) {
        return new Price(
                row.getInteger("version"),
                row.getLong("input_nano"),
                row.getLong("cached_nano"),
                row.getLong("cache_write_nano"),
                row.getLong("output_nano"),
                row.getLong("reasoning_nano"),
                row.getLong("request_micro"));
    }

    static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
