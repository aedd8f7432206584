package io.weir.relay.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a topic gathers. */
class TempoTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void tellsAtOnceWhereFewFollow() {
        var tempo = new Tempo(steps(50), 0);
        assertThat(tempo.intervalNanos(0, 0)).isZero();
        assertThat(tempo.intervalNanos(50, 0)).isZero();
        assertThat(tempo.intervalNanos(51, 0)).isEqualTo(millis(20));
    }

    @Test
    void gathersLongerUnderLoadAndLessWhenItIsOver() {
        // Given
        var tempo = new Tempo(steps(50), 0);
        // When 19,900 and then 20,000 messages were due within a second
        for (int i = 1; i < 200; i++) {
            assertThat(tempo.intervalNanos(100, i)).isEqualTo(millis(20));
        }
        // Then
        assertThat(tempo.intervalNanos(100, 200)).isEqualTo(millis(40));
        for (int i = 201; i < 800; i++) {
            assertThat(tempo.intervalNanos(100, i)).isEqualTo(millis(40));
        }
        assertThat(tempo.intervalNanos(100, 800)).isEqualTo(millis(100));
        // The second before still counts, the one before that no more
        assertThat(tempo.intervalNanos(100, SECOND)).isEqualTo(millis(100));
        assertThat(tempo.intervalNanos(100, 2 * SECOND)).isEqualTo(millis(20));
        assertThat(tempo.intervalNanos(100, 9 * SECOND)).isEqualTo(millis(20));
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private static Tempo.Steps steps(int freeSubscribers) {
        return new Tempo.Steps(
                freeSubscribers, 20_000, 80_000, Duration.ofMillis(20), Duration.ofMillis(40), Duration.ofMillis(100));
    }
}
