package io.weir.edge.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * A limit of what is open at a time, shared fairly when it gets tight: below a mark everybody is let in, above it only who
 * has less than an equal part, and nobody at the limit. So one account's flood costs others nothing. Thread-safe.
 *
 * @param <K> whose
 */
final class FairShare<K> {
    private final int limit;
    private final int tightAbove;
    private final Map<K, Integer> open = new HashMap<>();
    private int total;

    /**
     * A limit with nothing open.
     *
     * @param limit most at a time
     * @param tightAbove from here on only accounts with less than an equal part are let in
     */
    FairShare(int limit, int tightAbove) {
        this.limit = limit;
        this.tightAbove = tightAbove;
    }

    /** Takes one, to be given back with {@link #leave}; false if there is none for this key. */
    synchronized boolean enter(K key) {
        int own = open.getOrDefault(key, 0);
        int sharers = own == 0 ? open.size() + 1 : open.size();
        if (total >= limit || (total >= tightAbove && own >= Math.max(1, limit / sharers))) {
            return false;
        }
        open.put(key, own + 1);
        total++;
        return true;
    }

    /** Gives one back. */
    synchronized void leave(K key) {
        total--;
        open.compute(key, (_, own) -> own == null || own == 1 ? null : own - 1);
    }

    synchronized int total() {
        return total;
    }
}
