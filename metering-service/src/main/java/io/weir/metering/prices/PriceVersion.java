package io.weir.metering.prices;

import io.vertx.sqlclient.Row;
import io.weir.contracts.holds.Micro;
import java.time.OffsetDateTime;

/**
 * One version in the price book, as listed.
 *
 * @param name what agents refer to
 * @param version from 1; streams keep the version they were reserved under
 * @param inputNano nano-credits per uncached input token
 * @param cachedNano nano-credits per cached input token
 * @param cacheWriteNano nano-credits per input token written to a cache
 * @param outputNano nano-credits per output token
 * @param reasoningNano nano-credits per reasoning token
 * @param requestMicro micro-credits per request
 * @param createdAt in force for streams reserved from then on
 * @param createdBy who set it
 */
public record PriceVersion(
        String name,
        int version,
        long inputNano,
        long cachedNano,
        long cacheWriteNano,
        long outputNano,
        long reasoningNano,
        @Micro long requestMicro,
        OffsetDateTime createdAt,
        String createdBy) {
    static PriceVersion from(PriceRow row) {
        return new PriceVersion(
                row.name,
                row.version,
                row.inputNano,
                row.cachedNano,
                row.cacheWriteNano,
                row.outputNano,
                row.reasoningNano,
                row.requestMicro,
                row.createdAt,
                row.createdBy);
    }

    static PriceVersion from(Row row) {
        return new PriceVersion(
                row.getString("name"),
                row.getInteger("version"),
                row.getLong("input_nano"),
                row.getLong("cached_nano"),
                row.getLong("cache_write_nano"),
                row.getLong("output_nano"),
                row.getLong("reasoning_nano"),
                row.getLong("request_micro"),
                row.getOffsetDateTime("created_at"),
                row.getString("created_by"));
    }
}
