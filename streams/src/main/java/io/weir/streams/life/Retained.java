package io.weir.streams.life;

import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * All runs of one open stream, from offset 1: the gateway's truth, from which the relay's log can be rebuilt. Acknowledged
 * deltas are merged, about as in a binary counter, so that a run of n bytes is copied O(log n) times; what is not yet
 * acknowledged stays as it was sent.
 */
final class Retained {
    private static final int MERGED_BYTES = 256 * 1024;

    private final List<Run> runs = new ArrayList<>();
    private int settled;
    private long acknowledged;
    private long last;
    private long weight;

    void add(Run run) {
        runs.add(run);
        last = run.last();
        weight += run.weight();
    }

    /** Last offset numbered so far; 0 if none. */
    long last() {
        return last;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Bytes kept, roughly. */
    long weight() {
        return weight;
    }

    List<Run> all() {
        return List.copyOf(runs);
    }

    /** The log has everything up to {@code offset}. True if that is news. */
    boolean acknowledge(long offset) {
        if (offset <= acknowledged || offset > last) {
            return false;
        }
        acknowledged = offset;
        while (settled < runs.size() && runs.get(settled).last() <= offset) {
            settled++;
            mergeSettled();
        }
        return true;
    }

    /** The log ends at {@code head}, which may be less than it once had. */
    void rewind(long head) {
        acknowledged = head;
    }

    /** Everything beyond {@code head}, in order; a run that spans it is cut. */
    List<Run> after(long head) {
        int from = runs.size();
        while (from > 0 && runs.get(from - 1).last() > head) {
            from--;
        }
        List<Run> rest = new ArrayList<>(runs.subList(from, runs.size()));
        if (!rest.isEmpty() && rest.getFirst() instanceof Deltas deltas && deltas.first() <= head) {
            rest.set(0, deltas.after(head));
        }
        return rest;
    }

    /** Takes out the oldest runs until no more than {@code weightLeft} is kept; at least one. */
    List<Run> removeOldest(long weightLeft) {
        int count = 0;
        while (count < runs.size() && (count == 0 || weight > weightLeft)) {
            weight -= runs.get(count).weight();
            count++;
        }
        List<Run> oldest = runs.subList(0, count);
        List<Run> removed = List.copyOf(oldest);
        oldest.clear();
        settled = Math.max(0, settled - count);
        return removed;
    }

    private void mergeSettled() {
        while (settled >= 2
                && runs.get(settled - 2) instanceof Deltas left
                && runs.get(settled - 1) instanceof Deltas right
                && left.continuedBy(right)
                && left.count() <= 2 * right.count()
                && left.weight() + right.weight() <= MERGED_BYTES) {
            Deltas merged = left.merge(right);
            weight += merged.weight() - left.weight() - right.weight();
            runs.set(settled - 2, merged);
            runs.remove(settled - 1);
            settled--;
        }
    }
}
