package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.Unwatched;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AudienceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Audience audience = new Audience(Unwatched.STOP, PATIENCE);
    private final AtomicBoolean edge = new AtomicBoolean(true);

    @Test
    void isGoneOnceNobodyHasWatchedForAsLongAsIsAllowed() {
        // Given
        audience.connection(edge::get);
        audience.subscribers(0);
        assertThat(goneAt(0)).isFalse();
        assertThat(goneAt(1000)).isFalse();
        // When
        edge.set(false);
        // Then
        assertThat(goneAt(2000)).as("seen now").isFalse();
        assertThat(goneAt(2059.9)).isFalse();
        assertThat(goneAt(2060)).isTrue();
    }

    @Test
    void startsAnewWhenSomebodyCameBackInTime() {
        // Given
        audience.subscribers(0);
        assertThat(goneAt(0)).isFalse();
        assertThat(goneAt(59)).isFalse();
        // When
        audience.subscribers(1);
        assertThat(goneAt(60)).isFalse();
        audience.subscribers(0);
        // Then
        assertThat(goneAt(61)).isFalse();
        assertThat(goneAt(120.9)).isFalse();
        assertThat(goneAt(121)).isTrue();
    }

    @Test
    void countsConnectionsOfEveryKind() {
        // Given
        var browser = new AtomicBoolean(true);
        audience.connection(edge::get);
        audience.connection(browser::get);
        audience.subscribers(0);
        // When
        edge.set(false);
        // Then
        assertThat(goneAt(0)).isFalse();
        assertThat(goneAt(1000)).isFalse();
        browser.set(false);
        assertThat(goneAt(1001)).isFalse();
        assertThat(goneAt(1061)).isTrue();
    }

    @Test
    void takesNobodyForGoneWhileTheRelayCannotBeHeard() {
        // Given
        assertThat(goneAt(0)).as("not connected yet").isFalse();
        assertThat(goneAt(1000)).isFalse();
        audience.subscribers(0);
        assertThat(goneAt(1001)).isFalse();
        // When
        audience.relayLost();
        // Then
        assertThat(goneAt(1061)).isFalse();
        audience.subscribers(0);
        assertThat(goneAt(2000)).as("counted anew").isFalse();
        assertThat(goneAt(2060)).isTrue();
    }

    @Test
    void lastsForEverWhereUnwatchedStreamsGoOn() {
        // Given
        var patient = new Audience(Unwatched.CONTINUE, PATIENCE);
        // When
        patient.subscribers(0);
        // Then
        assertThat(patient.gone(0)).isFalse();
        assertThat(patient.gone(Duration.ofDays(1).toNanos())).isFalse();
    }

    private boolean goneAt(double seconds) {
        return audience.gone((long) (seconds * 1e9));
    }
}
