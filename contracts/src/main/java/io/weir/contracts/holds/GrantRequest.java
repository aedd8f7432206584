package io.weir.contracts.holds;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/accounts/{id}/grants} (role {@code admin}): give credits to an account, which is created if it
 * is unknown. With an {@code Idempotency-Key} header the same request is granted once.
 *
 * @param amountMicro how much; more than zero
 * @param kind {@code purchased} (default) or {@code promotional}
 * @param priority 0 to 1000, 100 by default; what has the lower number is burned first
 * @param effectiveAt when it begins to count; at once by default
 * @param expiresAt when the unused rest lapses; never by default
 * @param rolloverMaxMicro how much of that rest lives on for one more life of the same length; 0 by default
 * @param note free text for people, at most 200 characters
 */
public record GrantRequest(
        @Micro long amountMicro,
        @Nullable String kind,
        @Nullable Integer priority,
        @Nullable Instant effectiveAt,
        @Nullable Instant expiresAt,
        @Micro long rolloverMaxMicro,
        @Nullable String note) {

    /** Counts at once, never lapses. */
    public GrantRequest(long amountMicro, @Nullable String kind, @Nullable String note) {
        this(amountMicro, kind, null, null, null, 0, note);
    }
}
