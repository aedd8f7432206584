package io.weir.relay.topics;

import java.time.Duration;

/** How long a topic gathers before it tells, by how many follow it and what that would cost. Not thread-safe. */
final class Tempo {
    private static final long WINDOW_NANOS = 1_000_000_000L;

    /**
     * What decides.
     *
     * @param freeSubscribers up to so many, nothing is gathered
     * @param mediumLoad messages a second from which on the medium tick counts
     * @param highLoad messages a second from which on the longest tick counts
     * @param low shortest tick
     * @param medium medium tick
     * @param high longest tick
     */
    record Steps(int freeSubscribers, long mediumLoad, long highLoad, Duration low, Duration medium, Duration high) {
        static Steps of(TellingConfig.Ticks config) {
            return new Steps(
                    config.enabled() ? config.freeSubscribers() : Integer.MAX_VALUE,
                    config.mediumLoad(),
                    config.highLoad(),
                    config.low(),
                    config.medium(),
                    config.high());
        }
    }

    private final Steps steps;
    private long windowNanos;
    private long messages;
    private long messagesBefore;

    Tempo(Steps steps, long nowNanos) {
        this.steps = steps;
        this.windowNanos = nowNanos;
    }

    /** Something is said to so many; the time until it has to be told, in nanoseconds since the last telling. */
    long intervalNanos(int subscribers, long nowNanos) {
        roll(nowNanos);
        messages += subscribers;
        if (subscribers <= steps.freeSubscribers()) {
            return 0;
        }
        long load = Math.max(messages, messagesBefore);
        if (load >= steps.highLoad()) {
            return steps.high().toNanos();
        }
        return (load >= steps.mediumLoad() ? steps.medium() : steps.low()).toNanos();
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
