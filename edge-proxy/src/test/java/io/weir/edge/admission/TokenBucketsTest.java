package io.weir.edge.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class TokenBucketsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final TokenBuckets<String> buckets = new TokenBuckets<>(2, 3, 4, now::get);

    private void pass(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void letsABurstThroughAndThenOneForEachTokenGained() {
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.take("a")).isZero();
        }

        // When
        Duration wait = buckets.take("a");

        // Then
        assertThat(wait).isBetween(Duration.ofMillis(499), Duration.ofMillis(501));
        pass(400);
        assertThat(buckets.take("a")).isPositive();
        pass(101);
        assertThat(buckets.take("a")).isZero();
        assertThat(buckets.take("a")).isPositive();
    }

    @Test
    void countsEachKeyForItself() {
        for (int i = 0; i < 4; i++) {
            buckets.take("a");
        }
        assertThat(buckets.take("b")).isZero();
    }

    @Test
    void neverHoldsMoreThanTheBurst() {
        buckets.take("a");
        pass(1_000_000);
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.take("a")).isZero();
        }
        assertThat(buckets.take("a")).isPositive();
    }

    @Test
    void remembersNoMoreKeysThanItMay() {
        for (int key = 0; key < 100; key++) {
            assertThat(buckets.take("key " + key)).isZero();
            assertThat(buckets.size()).isEqualTo(Math.min(key + 1, 4));
        }
    }

    @Test
    void forgetsAFullBucketBeforeAnEmptyOneThatWasUsedLongerAgo() {
        // Given: at the bound, the oldest one empty, the next one soon full again
        for (int i = 0; i < 3; i++) {
            buckets.take("empty");
        }
        for (String key : new String[] {"b", "c", "d"}) {
            buckets.take(key);
        }
        pass(501);

        // When
        buckets.take("e");

        // Then: still as empty as it was, but for what it gained
        assertThat(buckets.size()).isEqualTo(4);
        assertThat(buckets.take("empty")).isZero();
        assertThat(buckets.take("empty")).isPositive();
    }

    @Test
    void forgetsTheOneUsedLongestAgoWhereNoneIsFull() {
        for (String key : new String[] {"a", "b", "c", "d"}) {
            for (int i = 0; i < 4; i++) {
                buckets.take(key);
            }
        }
        buckets.take("a");

        // When
        buckets.take("e");

        // Then: that was b, which begins anew; a is still over its rate
        assertThat(buckets.take("a")).isPositive();
        assertThat(buckets.take("b")).isZero();
        assertThat(buckets.size()).isEqualTo(4);
    }

    @Test
    void doesTheSameWorkForACallHoweverManyKeysThereAre() {
        int max = 100_000;
        var many = new TokenBuckets<Integer>(0.001, 3, max, now::get);
        for (int key = 0; key < max; key++) {
            many.take(key);
        }
        assertThat(many.looks()).isZero();

        // When: ever more keys, none of whose buckets is full again
        int more = 10_000;
        for (int key = max; key < max + more; key++) {
            long before = many.looks();
            many.take(key);
            assertThat(many.looks() - before).isLessThanOrEqualTo(TokenBuckets.LOOKED_AT);
        }

        // Then
        assertThat(many.size()).isEqualTo(max);
        assertThat(many.looks()).isEqualTo((long) more * TokenBuckets.LOOKED_AT);
        many.take(max + more - 1);
        assertThat(many.looks())
                .as("a key that is known costs nothing")
                .isEqualTo((long) more * TokenBuckets.LOOKED_AT);
    }
}
