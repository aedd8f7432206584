package io.weir.edge.admission;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;

/**
 * One token bucket per key. A bucket holds up to {@code burst} tokens and gains {@code perSecond} of them; a full bucket is
 * the same as none. At most {@code maxKeys} are remembered: for one more, of the few that were used longest ago a full one
 * is forgotten, or else the one used longest ago, whose key then begins with a full bucket. So neither memory nor the work
 * of a call grows with the number of keys that somebody can make up. Thread-safe; a call holds the lock for less than a
 * microsecond.
 *
 * @param <K> whose bucket
 */
final class TokenBuckets<K> {
    /** Buckets that one call looks at to forget one. */
    static final int LOOKED_AT = 4;

    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private final int maxKeys;
    private final LongSupplier nanoTime;
    /** Used longest ago first. */
    private final LinkedHashMap<K, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private long looks;

    private record Bucket(double tokens, long atNanos) {}

    TokenBuckets(double perSecond, double burst, int maxKeys, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.maxKeys = maxKeys;
        this.nanoTime = nanoTime;
    }

    /** Takes a token. Zero if there was one, else how long until there is. */
    synchronized Duration take(K key) {
        long now = nanoTime.getAsLong();
        Bucket known = buckets.get(key);
        if (known == null && buckets.size() >= maxKeys) {
            forgetOne(now);
        }
        double tokens = known == null ? burst : filled(known, now);
        buckets.put(key, new Bucket(tokens >= 1 ? tokens - 1 : tokens, now));
        return tokens >= 1 ? Duration.ZERO : Duration.ofNanos((long) ((1 - tokens) / perSecond * NANOS) + 1);
    }

    private void forgetOne(long now) {
        var oldest = buckets.entrySet().iterator();
        K first = null;
        for (int i = 0; i < LOOKED_AT && oldest.hasNext(); i++) {
            var next = oldest.next();
            looks++;
            if (filled(next.getValue(), now) >= burst) {
                oldest.remove();
                return;
            }
            first = first == null ? next.getKey() : first;
        }
        buckets.remove(first);
    }

    synchronized int size() {
        return buckets.size();
    }

    /** Buckets that were looked at so far, to forget some. */
    synchronized long looks() {
        return looks;
    }

    private double filled(Bucket bucket, long now) {
        return Math.min(burst, bucket.tokens() + (now - bucket.atNanos()) / NANOS * perSecond);
    }
}
