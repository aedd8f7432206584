package io.weir.streams.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one reader of one stream has still to be sent. Nothing is ever dropped: consecutive deltas are merged when they are
 * taken out, and already while they wait once the queue is over its bound, so that a slow reader costs little more than
 * the text itself. Not thread-safe.
 */
public final class Conflater {
    private final long maxPendingBytes;
    private final ArrayDeque<Run> pending = new ArrayDeque<>();
    private long pendingBytes;
    /** Compacting again is worth it only when there is twice as much to merge. */
    private int compactAt = 16;

    /**
     * An empty queue.
     *
     * @param maxPendingBytes weight beyond which waiting deltas are merged
     */
    public Conflater(long maxPendingBytes) {
        this.maxPendingBytes = maxPendingBytes;
    }

    /** Adds the next run. */
    public void offer(Run run) {
        pending.add(run);
        pendingBytes += run.weight();
        if (pendingBytes > maxPendingBytes) {
            compact();
        }
    }

    /**
     * Takes the next run out, merged with what continues it as long as the texts stay within {@code maxTextBytes}; a single
     * longer run comes out as it is. Null if there is none.
     */
    public @Nullable Run poll(int maxTextBytes) {
        Run head = pending.poll();
        if (head == null) {
            return null;
        }
        pendingBytes -= head.weight();
        return head instanceof Deltas deltas ? gather(deltas, maxTextBytes) : head;
    }

    /** Forgets what waits, because something newer replaces it. */
    public void clear() {
        pending.clear();
        pendingBytes = 0;
    }

    /** True if nothing waits. */
    public boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Weight of what waits. */
    public long pendingBytes() {
        return pendingBytes;
    }

    private Deltas gather(Deltas head, int maxTextBytes) {
        if (!head.continuedBy(pending.peek())) {
            return head;
        }
        List<Deltas> runs = new ArrayList<>();
        runs.add(head);
        Deltas last = head;
        long bytes = head.text().readableBytes();
        while (pending.peek() instanceof Deltas next && last.continuedBy(next)) {
            bytes += next.text().readableBytes();
            if (bytes > maxTextBytes) {
                break;
            }
            pending.poll();
            pendingBytes -= next.weight();
            runs.add(next);
            last = next;
        }
        return Deltas.join(runs);
    }

    /**
     * Merges what waits, if there is enough of it.
     *
     * @return false if merging was not worth it, because little has come since the last time
     */
    public boolean compact() {
        if (pending.size() < compactAt) {
            return false;
        }
        var waiting = new Conflater(Long.MAX_VALUE);
        pending.forEach(waiting::offer);
        pending.clear();
        pendingBytes = 0;
        Run run = waiting.poll(Integer.MAX_VALUE);
        while (run != null) {
            pending.add(run);
            pendingBytes += run.weight();
            run = waiting.poll(Integer.MAX_VALUE);
        }
        compactAt = Math.max(16, 2 * pending.size());
        return true;
    }
}
