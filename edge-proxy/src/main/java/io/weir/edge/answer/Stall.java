package io.weir.edge.answer;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Notices that one write to a reader has not finished for too long. Asked now and then, on the reader's event loop. */
final class Stall {
    private final long limitNanos;
    private final LongSupplier nanoTime;
    private long since;
    private long sentThen = -1;

    Stall(Duration limit, LongSupplier nanoTime) {
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * True if the same write has been in flight for the limit.
     *
     * @param writing a write is in flight
     * @param sent last offset handed to the connection: moves with every write that carries events
     */
    boolean isStalled(boolean writing, long sent) {
        long now = nanoTime.getAsLong();
        if (!writing || sent != sentThen) {
            since = now;
            sentThen = writing ? sent : -1;
            return false;
        }
        return now - since >= limitNanos;
    }
}
