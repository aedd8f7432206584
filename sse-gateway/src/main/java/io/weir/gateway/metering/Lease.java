package io.weir.gateway.metering;

import io.weir.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * The one lease of this gateway, by its own monotonic clock. It runs from the moment a renewal was sent, less a margin, so
 * that this process stops its streams before anybody else may take them for dead. Read on every loop.
 */
@ApplicationScoped
public class Lease {
    /** What a gateway may assume after a won claim, before its first renewal. */
    private static final Duration AFTER_CLAIM = Duration.ofSeconds(30);

    private final long marginNanos;
    private volatile long untilNanos;
    private volatile boolean granted;

    Lease(GatewayConfig config) {
        this.marginNanos = config.times().leaseMargin().toNanos();
    }

    /** Metering has renewed the lease by a batch that left at {@code sentNanos}. */
    void renewed(long sentNanos, int leaseSeconds) {
        untilNanos = sentNanos + Duration.ofSeconds(leaseSeconds).toNanos() - marginNanos;
        granted = true;
    }

    /** A claim was won at {@code nowNanos}: metering has just heard of us. */
    public void claimed(long nowNanos) {
        if (!holds(nowNanos)) {
            untilNanos = nowNanos + AFTER_CLAIM.toNanos();
            granted = true;
        }
    }

    /** False once streams must be stopped because metering may give them away. */
    public boolean holds(long nowNanos) {
        return granted && nowNanos - untilNanos < 0;
    }
}
