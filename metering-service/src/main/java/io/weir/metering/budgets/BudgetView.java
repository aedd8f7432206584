package io.weir.metering.budgets;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.sqlclient.Row;
import io.weir.contracts.holds.Micro;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A budget in the period that runs.
 *
 * @param keyId the API key that it limits; absent: the account as a whole
 * @param period {@code day} or {@code month}
 * @param timeZone whose midnight begins it
 * @param softMicro from here on the account is told
 * @param hardMicro beyond it nothing is reserved or extended
 * @param committedMicro charged, or held, by streams that were reserved in this period
 * @param startsAt begin of the period
 * @param endsAt its end; a new one begins at zero
 * @param softReachedAt when the soft limit was reached in this period; absent: it was not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BudgetView(
        @Nullable UUID keyId,
        String period,
        String timeZone,

        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Long softMicro,

        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Long hardMicro,

        @Micro long committedMicro,
        Instant startsAt,
        Instant endsAt,
        @Nullable Instant softReachedAt) {
    static BudgetView from(Row row) {
        UUID key = row.getUUID("key_id");
        var reached = row.getOffsetDateTime("noticed_at");
        return new BudgetView(
                key.equals(Budgets.WHOLE_ACCOUNT) ? null : key,
                row.getString("period"),
                row.getString("time_zone"),
                row.getLong("soft"),
                row.getLong("hard"),
                row.getLong("committed"),
                row.getOffsetDateTime("starts_at").toInstant(),
                row.getOffsetDateTime("ends_at").toInstant(),
                reached == null ? null : reached.toInstant());
    }
}
