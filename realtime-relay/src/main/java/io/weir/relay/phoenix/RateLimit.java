package io.weir.relay.phoenix;

/** A token bucket. Not thread-safe. */
final class RateLimit {
    private final double burst;
    private final double perNano;
    private double tokens;
    private long refilledNanos;

    RateLimit(int burst, long perNanos, long nowNanos) {
        this.burst = burst;
        this.perNano = (double) burst / perNanos;
        this.tokens = burst;
        this.refilledNanos = nowNanos;
    }

    /** Takes one token, if there is one. */
    boolean take(long nowNanos) {
        return take(1, nowNanos);
    }

    /** Takes so many tokens, if there are as many. */
    boolean take(int count, long nowNanos) {
        tokens = Math.min(burst, tokens + (nowNanos - refilledNanos) * perNano);
        refilledNanos = nowNanos;
        if (tokens < count) {
            return false;
        }
        tokens -= count;
        return true;
    }

    /** Whole tokens that were left at the last call. */
    int remaining() {
        return (int) tokens;
    }
}
