package io.weir.gateway.upstream;

import java.time.Duration;
import java.util.Optional;

/**
 * How long an agent may keep silent. Looked at several times a second; while nobody looks, this process has not run and has
 * heard nothing, whatever the agent has said, so that time is not the agent's silence. Event loop of the call only.
 */
final class Patience {
    /** Between two looks; more was a pause of this process. */
    private static final long PAUSED_NANOS = Duration.ofSeconds(2).toNanos();

    private final long firstDeltaNanos;
    private final long silenceNanos;
    private long sinceStart;
    private long sinceHeard;
    private long looked;
    private boolean delta;

    Patience(Duration firstDelta, Duration silence, long nowNanos) {
        this.firstDeltaNanos = firstDelta.toNanos();
        this.silenceNanos = silence.toNanos();
        this.sinceStart = nowNanos;
        this.sinceHeard = nowNanos;
        this.looked = nowNanos;
    }

    /** The agent has said something. */
    void heard(long nowNanos) {
        sinceHeard = nowNanos;
    }

    /** The agent has begun its answer. */
    void delta() {
        delta = true;
    }

    /** Why it is at its end; empty while it lasts. */
    Optional<String> lost(long nowNanos) {
        long since = nowNanos - looked;
        looked = nowNanos;
        if (since > PAUSED_NANOS) {
            sinceStart += since;
            sinceHeard += Math.min(since, nowNanos - sinceHeard);
        }
        if (!delta && nowNanos - sinceStart > firstDeltaNanos) {
            return Optional.of("no first delta in time");
        }
        return nowNanos - sinceHeard > silenceNanos ? Optional.of("silent") : Optional.empty();
    }
}
