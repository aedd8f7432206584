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
    void forgetsFullBucketsWhenThereAreTooMany() {
        for (String key : new String[] {"a", "b", "c", "d"}) {
            buckets.take(key);
        }
        pass(10_000);
        buckets.take("e");
        assertThat(buckets.size()).isEqualTo(1);
    }
}
