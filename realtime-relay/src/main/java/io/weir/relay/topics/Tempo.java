package io.weir.relay.topics;

/** How long a topic gathers before it tells, by how many follow it and what that would cost. Not thread-safe. */
final class Tempo {
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final TellingConfig.Ticks config;
    private long windowNanos;
    private long messages;
    private long messagesBefore;

    Tempo(TellingConfig.Ticks config, long nowNanos) {
        this.config = config;
        this.windowNanos = nowNanos;
    }

    /** Something is said to so many; the time until it has to be told, in nanoseconds since the last telling. */
    long intervalNanos(int subscribers, long nowNanos) {
        roll(nowNanos);
        messages += subscribers;
        if (!config.enabled() || subscribers <= config.freeSubscribers()) {
            return 0;
        }
        long load = Math.max(messages, messagesBefore);
        if (load >= config.highLoad()) {
            return config.high().toNanos();
        }
        return (load >= config.mediumLoad() ? config.medium() : config.low()).toNanos();
    }

    private void roll(long nowNanos) {
        long passed = nowNanos - windowNanos;
        if (passed >= WINDOW_NANOS) {
            messagesBefore = passed < 2 * WINDOW_NANOS ? messages : 0;
            messages = 0;
            windowNanos = nowNanos;
        }
    }
}
