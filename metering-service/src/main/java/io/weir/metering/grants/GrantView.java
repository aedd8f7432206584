package io.weir.metering.grants;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.sqlclient.Row;
import io.weir.contracts.holds.Micro;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One grant, as of now: {@code amount = remaining + spent + lapsed + rolled}.
 *
 * @param grantId the grant
 * @param state {@code scheduled}, {@code active}, {@code spent}, {@code expired} or {@code voided}
 * @param amountMicro how much
 * @param remainingMicro what is left; of an ended grant, what streams reserved before its end still hold
 * @param spentMicro charged by streams
 * @param lapsedMicro left the account unused
 * @param rolledMicro carried on into the grant that follows this one
 * @param kind {@code purchased} or {@code promotional}
 * @param priority what has the lower number is burned first
 * @param effectiveAt when it begins to count
 * @param expiresAt when the unused rest lapses; absent: never
 * @param rolloverMaxMicro how much of that rest may be carried on
 * @param rolledFrom the grant whose rest this one is, if any
 * @param endedAt when it expired or was voided
 * @param endedBy who voided it; {@code weir} if it expired
 * @param note free text, if any
 * @param grantedBy who gave it
 * @param grantedAt when
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GrantView(
        UUID grantId,
        String state,
        @Micro long amountMicro,
        @Micro long remainingMicro,
        @Micro long spentMicro,
        @Micro long lapsedMicro,
        @Micro long rolledMicro,
        String kind,
        int priority,
        Instant effectiveAt,
        @Nullable Instant expiresAt,
        @Micro long rolloverMaxMicro,
        @Nullable UUID rolledFrom,
        @Nullable Instant endedAt,
        @Nullable String endedBy,
        @Nullable String note,
        String grantedBy,
        Instant grantedAt) {
    /** What {@link #from} reads, of a row named {@code g}. */
    static final String COLUMNS = """
            (g).id, (g).state, (g).amount, (g).remaining, (g).spent, (g).lapsed, (g).rolled, (g).kind, (g).priority,
            (g).effective_at, (g).expires_at, (g).rollover_max, (g).rolled_from, (g).ended_at, (g).ended_by, (g).note,
            (g).created_by, (g).created_at""";

    static GrantView from(Row row) {
        long remaining = row.getLong("remaining");
        String state = row.getString("state");
        return new GrantView(
                row.getUUID("id"),
                state.equals("active") && remaining == 0 ? "spent" : state,
                row.getLong("amount"),
                remaining,
                row.getLong("spent"),
                row.getLong("lapsed"),
                row.getLong("rolled"),
                row.getString("kind"),
                row.getInteger("priority"),
                row.getOffsetDateTime("effective_at").toInstant(),
                instant(row.getOffsetDateTime("expires_at")),
                row.getLong("rollover_max"),
                row.getUUID("rolled_from"),
                instant(row.getOffsetDateTime("ended_at")),
                row.getString("ended_by"),
                row.getString("note"),
                row.getString("created_by"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
