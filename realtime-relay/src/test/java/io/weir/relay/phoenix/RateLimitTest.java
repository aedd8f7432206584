package io.weir.relay.phoenix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Joins, broadcasts and presence calls of one socket: below, at and above their limits. */
class RateLimitTest {
    @ParameterizedTest
    @CsvSource({"50,1", "500,1", "5,30"})
    void takesTheBurstAndThenOneForEachPartOfTheTime(int burst, long seconds) {
        // Given
        long period = Duration.ofSeconds(seconds).toNanos();
        var limit = new RateLimit(burst, period, 0);
        // When
        for (int i = 0; i < burst; i++) {
            assertThat(limit.take(0)).isTrue();
        }
        // Then
        long one = period / burst;
        assertThat(limit.take(0)).isFalse();
        assertThat(limit.take(one - 1000)).isFalse();
        assertThat(limit.take(one + 1)).isTrue();
        assertThat(limit.take(one + 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"50,1", "500,1", "5,30"})
    void savesNoMoreThanTheBurst(int burst, long seconds) {
        // Given
        long period = Duration.ofSeconds(seconds).toNanos();
        var limit = new RateLimit(burst, period, 0);
        // When nothing is taken for long
        int taken = 0;
        while (limit.take(period * 1000)) {
            taken++;
        }
        // Then
        assertThat(taken).isEqualTo(burst);
    }

    @Test
    void takesAllOfARequestOrNothing() {
        // Given
        var limit = new RateLimit(10, Duration.ofSeconds(1).toNanos(), 0);
        // Then
        assertThat(limit.take(11, 0)).isFalse();
        assertThat(limit.take(7, 0)).isTrue();
        assertThat(limit.take(4, 0)).isFalse();
        assertThat(limit.remaining()).isEqualTo(3);
        assertThat(limit.take(3, 0)).isTrue();
    }
}
