package io.weir.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatienceTest {
    /** Just before the monotonic clock overflows. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private static final Duration FIRST_DELTA = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final Patience patience = new Patience(FIRST_DELTA, SILENCE, START);
    private long now = START;

    @Test
    void endsWithoutAFirstDelta() {
        assertThat(passes(10_000)).isEmpty();
        assertThat(passes(100)).contains("no first delta in time");
    }

    @Test
    void endsInSilenceAfterTheFirstDelta() {
        patience.delta();
        assertThat(passes(15_000)).isEmpty();
        patience.heard(now);
        assertThat(passes(20_000)).isEmpty();
        assertThat(passes(100)).contains("silent");
    }

    @Test
    void doesNotTakeAPauseOfThisProcessForSilence() {
        // Given
        patience.delta();
        assertThat(passes(15_000)).isEmpty();
        // When nobody has looked for half a minute
        now += Duration.ofSeconds(30).toNanos();
        // Then
        assertThat(patience.lost(now)).isEmpty();
        assertThat(passes(5_000)).isEmpty();
        assertThat(passes(100)).contains("silent");
    }

    @Test
    void givesTheTimeForAFirstDeltaBackAfterAPause() {
        // Given
        assertThat(passes(9_000)).isEmpty();
        // When
        now += Duration.ofSeconds(30).toNanos();
        // Then
        assertThat(patience.lost(now)).isEmpty();
        assertThat(passes(1_000)).isEmpty();
        assertThat(passes(100)).contains("no first delta in time");
    }

    @Test
    void doesNotGoAheadOfTheClockWhereSomethingWasHeardBeforeTheNextLook() {
        // Given
        patience.delta();
        now += Duration.ofSeconds(30).toNanos();
        patience.heard(now);
        // When
        assertThat(patience.lost(now)).isEmpty();
        // Then
        assertThat(passes(20_000)).isEmpty();
        assertThat(passes(100)).contains("silent");
    }

    /** Looks ten times a second. */
    private Optional<String> passes(int millis) {
        Optional<String> lost = Optional.empty();
        for (int passed = 0; passed < millis; passed += 100) {
            now += Duration.ofMillis(100).toNanos();
            lost = patience.lost(now);
        }
        return lost;
    }
}
