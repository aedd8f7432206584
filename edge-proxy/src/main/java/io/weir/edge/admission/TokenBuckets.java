package io.weir.edge.admission;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One token bucket per key. A bucket holds up to {@code burst} tokens and gains {@code perSecond} of them; a full bucket is
 * the same as none, so full ones are forgotten when there are too many. Thread-safe.
 *
 * @param <K> whose bucket
 */
final class TokenBuckets<K> {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private final int maxKeys;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<K, Bucket> buckets = new ConcurrentHashMap<>();

    private record Bucket(double tokens, long atNanos) {}

    TokenBuckets(double perSecond, double burst, int maxKeys, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.maxKeys = maxKeys;
        this.nanoTime = nanoTime;
    }

    /** Takes a token. Zero if there was one, else how long until there is. */
    Duration take(K key) {
        long now = nanoTime.getAsLong();
        var waitNanos = new AtomicLong();
        buckets.compute(key, (_, known) -> {
            double tokens = known == null ? burst : filled(known, now);
            waitNanos.set(tokens >= 1 ? 0 : (long) ((1 - tokens) / perSecond * NANOS) + 1);
            return new Bucket(tokens >= 1 ? tokens - 1 : tokens, now);
        });
        if (buckets.size() > maxKeys) {
            buckets.values().removeIf(bucket -> filled(bucket, now) >= burst);
        }
        return Duration.ofNanos(waitNanos.get());
    }

    int size() {
        return buckets.size();
    }

    private double filled(Bucket bucket, long now) {
        return Math.min(burst, bucket.tokens() + (now - bucket.atNanos()) / NANOS * perSecond);
    }
}
