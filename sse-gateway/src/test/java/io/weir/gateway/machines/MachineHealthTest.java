package io.weir.gateway.machines;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MachineHealthTest {
    private static final Instant AT = Instant.parse("2026-11-28T10:00:00Z");
    private static final long SECOND = 1_000_000_000L;

    private double chance = 0.5; // exactly the nominal time
    private final MachineHealth health = new MachineHealth(new MachineHealth.Rules(
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            3,
            Duration.ofSeconds(10),
            Duration.ofSeconds(35),
            () -> chance));

    @Test
    void isProbedAtOnceAndThenEveryThirtySeconds() {
        assertThat(health.beginProbe(0)).isTrue();
        assertThat(health.beginProbe(0)).as("one at a time").isFalse();
        health.probedWell(0, AT);
        assertThat(health.beginProbe(30 * SECOND - 1)).isFalse();
        assertThat(health.beginProbe(30 * SECOND)).isTrue();
        assertThat(health.view().lastChecked()).contains(AT);
    }

    @Test
    void isAskedAgainAfterTwiceTheTimeWhileItIsDown() {
        long now = 0;
        for (long pause : new long[] {2, 4, 8, 16, 30, 30}) {
            assertThat(health.beginProbe(now)).isTrue();
            health.probedIll("no connection", now, AT);
            assertThat(health.beginProbe(now + pause * SECOND - 1)).isFalse();
            now += pause * SECOND;
        }
        assertThat(health.healthy()).isFalse();
        assertThat(health.view().consecutiveFailures()).isEqualTo(6);
        assertThat(health.view().lastError()).contains("no connection");
        // When
        assertThat(health.beginProbe(now)).isTrue();
        health.probedWell(now, AT);
        // Then
        assertThat(health.healthy()).isTrue();
        assertThat(health.view().consecutiveFailures()).isZero();
        assertThat(health.view().lastError()).as("operators still want to know").contains("no connection");
    }

    @Test
    void spreadsPausesByAFifth() {
        chance = 1;
        health.probedIll("x", 0, AT);
        assertThat(health.beginProbe((long) (2.39 * SECOND))).isFalse();
        assertThat(health.beginProbe((long) (2.41 * SECOND))).isTrue();
        chance = 0;
        health.probedWell(0, AT);
        health.refused("x", 0, AT);
        assertThat(health.beginProbe((long) (1.59 * SECOND))).isFalse();
        assertThat(health.beginProbe((long) (1.61 * SECOND))).isTrue();
    }

    @Test
    void isOutOfChoiceFromTheFirstRefusalUntilAProbePasses() {
        health.probedWell(0, AT);
        health.refused("draining", 0, AT);
        assertThat(health.healthy()).isFalse();
        assertThat(health.beginProbe(2 * SECOND)).isTrue();
        health.probedWell(2 * SECOND, AT);
        assertThat(health.healthy()).isTrue();
    }

    @Test
    void isLeftAloneAfterStreamsFailedInARowAndLongerEachTime() {
        long now = 0;
        for (long pause : new long[] {10, 20, 35, 35}) {
            failStreams(3, now);
            assertThat(health.healthy()).isFalse();
            assertThat(health.leftAlone()).isTrue();
            health.probedWell(now + SECOND, AT);
            assertThat(health.healthy()).as("a probe does not end it early").isFalse();
            assertThat(health.beginProbe(now + pause * SECOND - 1)).isFalse();
            now += pause * SECOND;
            assertThat(health.beginProbe(now)).isTrue();
            health.probedWell(now, AT);
            assertThat(health.healthy()).isTrue();
        }
    }

    @Test
    void isNotLeftAloneWhileStreamsGoWellInBetween() {
        failStreams(2, 0);
        health.streamWorked();
        failStreams(2, 0);
        assertThat(health.healthy()).isTrue();
    }

    @Test
    void isNotLeftAloneWhereTooFewOthersAreThere() {
        for (int i = 0; i < 10; i++) {
            assertThat(health.streamFailed("status 500", false, 0, AT)).isFalse();
        }
        assertThat(health.healthy()).isTrue();
        assertThat(health.view().consecutiveFailures()).isEqualTo(10);
    }

    private void failStreams(int count, long now) {
        for (int i = 0; i < count; i++) {
            health.streamFailed("status 500", true, now, AT);
        }
    }
}
