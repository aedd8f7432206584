package io.weir.relay.admission;

/** So many at once, and so many more a second. Safe for any thread. */
public final class TokenBucket {
    private final double burst;
    private final double perNano;
    private double tokens;
    private long refilledNanos;

    /**
     * A full bucket.
     *
     * @param burst how many it holds
     * @param perSecond how many it gains a second
     * @param nowNanos the monotonic clock
     */
    public TokenBucket(int burst, int perSecond, long nowNanos) {
        this.burst = burst;
        this.perNano = perSecond / 1e9;
        this.tokens = burst;
        this.refilledNanos = nowNanos;
    }

    /** Takes one, if there is one. */
    public synchronized boolean take(long nowNanos) {
        // Threads read the clock before they come here, so that it may seem to go back.
        long passed = Math.max(0, nowNanos - refilledNanos);
        tokens = Math.min(burst, tokens + passed * perNano);
        refilledNanos += passed;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
