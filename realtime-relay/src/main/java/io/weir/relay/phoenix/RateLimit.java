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
        tokens = Math.min(burst, tokens + (nowNanos - refilledNanos) * perNano);
        refilledNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
