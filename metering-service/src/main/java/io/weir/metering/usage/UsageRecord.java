package io.weir.metering.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.sqlclient.Row;
import io.weir.contracts.holds.Micro;
import io.weir.contracts.holds.Price;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One settlement or late correction.
 *
 * @param number its place among all of them
 * @param at when it was settled; the booking time of its entries
 * @param stream the stream
 * @param late true for a late correction: tokens and amounts are what it adds
 * @param account who paid
 * @param key id of the API key that asked
 * @param app fleet of the agent
 * @param agent the agent
 * @param model as the agent named it
 * @param session the conversation
 * @param endReason how the stream ended
 * @param tokens its totals
 * @param priceName name in the price book
 * @param price what the totals were multiplied with; rounded up once
 * @param chargeMicro taken from the balance
 * @param receivableMicro used, but not payable
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageRecord(
        long number,
        Instant at,
        UUID stream,
        boolean late,
        String account,
        @Nullable String key,
        @Nullable String app,
        String agent,
        @Nullable String model,
        String session,
        String endReason,
        TokenSums tokens,
        String priceName,
        Price price,
        @Micro long chargeMicro,
        @Micro long receivableMicro) {
    /** A row with the columns of usage_record and of its price. */
    public static UsageRecord from(Row row) {
        return new UsageRecord(
                row.getLong("number"),
                row.getOffsetDateTime("at").toInstant(),
                row.getUUID("stream_id"),
                row.getBoolean("late"),
                row.getString("account_id"),
                KeyText.of(row.getUUID("key_id").toString()),
                UsageReader.named(row.getString("app")),
                row.getString("agent"),
                UsageReader.named(row.getString("model")),
                row.getString("session"),
                row.getString("end_reason"),
                TokenSums.from(row),
                row.getString("price_name"),
                new Price(
                        row.getInteger("price_version"),
                        row.getLong("input_nano"),
                        row.getLong("cached_nano"),
                        row.getLong("cache_write_nano"),
                        row.getLong("output_nano"),
                        row.getLong("reasoning_nano"),
                        row.getLong("request_micro")),
                row.getLong("charge"),
                row.getLong("receivable"));
    }
}
