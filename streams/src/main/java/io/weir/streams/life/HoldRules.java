package io.weir.streams.life;

import java.time.Duration;

/**
 * The rules of metering that are configuration.
 *
 * @param lease life of a gateway's lease, and the output that a grant is sized for
 * @param grace how long after the loss of a lease the sweeper waits
 * @param minimumReserveMicro a reserve is refused only if the account has less than this available
 * @param keyLife how long an idempotency key is remembered
 */
public record HoldRules(Duration lease, Duration grace, long minimumReserveMicro, Duration keyLife) {
    /** The documented defaults. */
    public static final HoldRules DEFAULT =
            new HoldRules(Duration.ofSeconds(60), Duration.ofSeconds(15), 1, Duration.ofHours(24));
}
