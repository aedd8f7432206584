package io.weir.relay.cameras;

import org.jspecify.annotations.Nullable;

/**
 * Room for one picture that waits while another is written: a newer one takes its place, and the viewer is told how many it
 * has missed. Safe for any thread.
 */
final class NewestSlot {
    private @Nullable CameraFrame waiting;
    private long skipped;
    private boolean writing;
    private long writingSinceNanos;

    /**
     * What to write now.
     *
     * @param frame the picture
     * @param skipped how many were not shown since the last one
     */
    record Due(CameraFrame frame, long skipped) {}

    /**
     * Something newer, on whose way here {@code skippedBefore} others were skipped; tells what to write now, or null. What
     * waited until now is skipped, too.
     */
    synchronized @Nullable Due offer(CameraFrame frame, long skippedBefore, long nowNanos) {
        skipped += skippedBefore;
        if (waiting != null) {
            skipped++;
        }
        waiting = frame;
        return take(nowNanos);
    }

    /** The write is over; tells what to write next, or null. */
    synchronized @Nullable Due written(long nowNanos) {
        writing = false;
        return take(nowNanos);
    }

    /** How long the write in flight has taken; 0 if there is none. */
    synchronized long stalledNanos(long nowNanos) {
        return writing ? nowNanos - writingSinceNanos : 0;
    }

    private @Nullable Due take(long nowNanos) {
        CameraFrame frame = waiting;
        if (writing || frame == null) {
            return null;
        }
        var due = new Due(frame, skipped);
        waiting = null;
        skipped = 0;
        writing = true;
        writingSinceNanos = nowNanos;
        return due;
    }
}
