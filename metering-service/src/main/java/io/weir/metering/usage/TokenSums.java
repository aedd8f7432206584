package io.weir.metering.usage;

import io.vertx.sqlclient.Row;

/**
 * Sums of tokens; in a row of late corrections alone, what they add, which for a single kind may be below zero.
 *
 * @param input all input tokens
 * @param cached of them read from a cache
 * @param cacheWrite of them written to a cache
 * @param output all output tokens
 * @param reasoning of them reasoning
 */
public record TokenSums(long input, long cached, long cacheWrite, long output, long reasoning) {
    static TokenSums from(Row row) {
        return new TokenSums(
                row.getLong("input"),
                row.getLong("cached"),
                row.getLong("cache_write"),
                row.getLong("output"),
                row.getLong("reasoning"));
    }
}
