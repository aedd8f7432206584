package io.weir.streams.life;

import java.util.Comparator;

/**
 * What credit is given under. Times are milliseconds of metering's own clock.
 *
 * @param amountMicro how much
 * @param purchased false: promotional, burned before what was paid for
 * @param priority the lower number is burned first
 * @param effectiveAt when it begins to count
 * @param expiresAt when the unused rest lapses; {@link #NEVER} for never
 * @param rolloverMaxMicro how much of that rest lives on for one more life of the same length
 */
public record GrantTerms(
        long amountMicro, boolean purchased, int priority, long effectiveAt, long expiresAt, long rolloverMaxMicro) {
    /** No expiry. */
    public static final long NEVER = Long.MAX_VALUE;

    static final Comparator<GrantTerms> BURN_ORDER = Comparator.comparingInt(GrantTerms::priority)
            .thenComparingLong(GrantTerms::expiresAt)
            .thenComparing(GrantTerms::purchased);

    /** Purchased, at once, for ever. */
    public static GrantTerms plain(long micro) {
        return new GrantTerms(micro, true, 100, 0, NEVER, 0);
    }

    GrantTerms follower(long micro) {
        return new GrantTerms(micro, purchased, priority, expiresAt, expiresAt + (expiresAt - effectiveAt), 0);
    }
}
