package io.weir.streams.life;

import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.stream.EndReason;
import java.time.Duration;

/**
 * When the relay suspects the producer of an open log, and when it asks metering to fence it: after 15 s of silence; again
 * when the lease that the refusal named is over; and, where the producer had settled before it fell silent, only after
 * another wait, because the tail of its text is still with it and comes when it is heard again.
 *
 * <p>Times are nanoseconds of the relay's own monotonic clock.
 */
public final class Suspicion {
    /** Silence after which a producer is suspected. */
    public static final Duration SILENCE = Duration.ofSeconds(15);
    /** How long a settled stream's missing tail is waited for. */
    public static final Duration TAIL_PATIENCE = Duration.ofSeconds(60);
    /** Pause between two questions that were not answered. */
    public static final Duration RETRY = Duration.ofSeconds(2);

    private long heardAt;
    private long askAt;

    /** A log was opened, or loaded after a restart of the relay. */
    public Suspicion(long now) {
        heard(now);
    }

    /** The producer's gateway was heard: an append, an open, a ping. */
    public void heard(long now) {
        heardAt = now;
        askAt = now + SILENCE.toNanos();
    }

    /** True if metering is to be asked now; takes note that it is. */
    public boolean due(long now) {
        if (askAt - now > 0) {
            return false;
        }
        askAt = now + RETRY.toNanos();
        return true;
    }

    /** The owner's lease still runs: asks again then. */
    public void onLeaseRuns(long remainingMillis, long now) {
        askAt = now + Duration.ofMillis(Math.max(1, remainingMillis)).toNanos();
    }

    /**
     * The stream is settled.
     *
     * @return true: write the terminal now; false: the owner settled it and may still bring the rest, ask again later
     */
    public boolean onFenced(FenceReply reply, long now) {
        askAt = now + SILENCE.toNanos();
        return reply.reason() == EndReason.ORPHANED || now - heardAt >= TAIL_PATIENCE.toNanos();
    }
}
