package io.weir.gateway.metering;

import io.weir.contracts.holds.ClaimReply;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * The one lease of this gateway, by its own monotonic clock: it runs from the moment a renewal was <em>sent</em>. Streams
 * take their margin off it themselves. Read on every loop.
 */
@ApplicationScoped
public class Lease {
    private volatile long untilNanos;
    private volatile boolean granted;

    /** Metering has renewed the lease by a request that left at {@code sentNanos}. */
    void renewed(long sentNanos, int leaseSeconds) {
        runsUntil(sentNanos + Duration.ofSeconds(leaseSeconds).toNanos());
    }

    /** A claim, sent at {@code sentNanos}, was won: metering has just heard of us. */
    public void claimed(long sentNanos, int leaseSeconds) {
        runsUntil(sentNanos
                + Duration.ofSeconds(leaseSeconds).minus(ClaimReply.LEASE_SLACK).toNanos());
    }

    private void runsUntil(long until) {
        if (!granted || until - untilNanos > 0) {
            untilNanos = until;
            granted = true;
        }
    }

    /** End of the lease on the clock of {@link System#nanoTime}. */
    public long untilNanos() {
        return untilNanos;
    }

    /** True if metering has heard of us lately. */
    public boolean holds(long nowNanos) {
        return granted && nowNanos - untilNanos < 0;
    }
}
