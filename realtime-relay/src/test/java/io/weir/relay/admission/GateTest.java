package io.weir.relay.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.weir.relay.admission.Admission.Admitted;
import io.weir.relay.admission.Admission.Closed;
import io.weir.relay.admission.Admission.TooFast;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who gets in, how fast, and how they leave. */
class GateTest {
    private final AtomicLong now = new AtomicLong(1);

    @Test
    void letsInSoManyAtOnceAndThenAtItsRate() {
        // Given
        Gate gate = gate(10, 5, 100);
        // When below and at the burst
        assertThat(admitted(gate, 5)).isEqualTo(5);
        // Then above
        assertThat(gate.knock())
                .isInstanceOfSatisfying(TooFast.class, refusal -> assertThat(refusal.retryAfterSeconds())
                        .isBetween(1, 3));
        // When a tenth of a second has passed
        now.addAndGet(100_000_001);
        // Then
        assertThat(admitted(gate, 10)).isEqualTo(1);
        // When nobody came for long
        now.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(admitted(gate, 100)).isEqualTo(5);
    }

    @Test
    void hasRoomForSoMany() {
        // Given
        Gate gate = gate(1000, 1000, 3);
        gate.opened();
        gate.opened();
        assertThat(gate.knock()).isEqualTo(new Admitted());
        // When
        gate.opened();
        // Then
        assertThat(gate.knock()).isInstanceOf(Closed.class);
        // When one leaves
        gate.closed();
        // Then
        assertThat(gate.knock()).isEqualTo(new Admitted());
    }

    @Test
    void letsNobodyInOnceItIsClosed() {
        // Given
        Gate gate = gate(1000, 1000, 10);
        // When
        gate.close();
        // Then
        assertThat(gate.knock()).isInstanceOf(Closed.class);
    }

    @Test
    void aClockThatSeemsToGoBackGivesNothingAway() {
        var bucket = new TokenBucket(1, 1000, 5_000_000);
        assertThat(bucket.take(5_000_000)).isTrue();
        assertThat(bucket.take(1)).isFalse();
        assertThat(bucket.take(5_500_000)).isFalse();
        assertThat(bucket.take(6_000_000)).isTrue();
    }

    @Test
    void sendsEverybodyAwayOnceOverTheTimeInRandomOrder() {
        // Given
        List<Integer> gone = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        List<Runnable> goodbyes = IntStream.range(0, 1000)
                .<Runnable>mapToObj(i -> () -> gone.add(i))
                .toList();
        // When
        Leaving.over(Duration.ofSeconds(10), goodbyes, new Random(7), (millis, goodbye) -> {
            times.add(millis);
            goodbye.run();
        });
        // Then
        assertThat(new HashSet<>(gone)).hasSize(1000);
        assertThat(gone)
                .hasSize(1000)
                .isNotEqualTo(IntStream.range(0, 1000).boxed().toList());
        assertThat(times).isSorted().first().isEqualTo(1L);
        assertThat(times.getLast()).isEqualTo(9_990);
        assertThat(times.get(500)).isEqualTo(5_000);
    }

    private static long admitted(Gate gate, int knocks) {
        return IntStream.range(0, knocks)
                .filter(_ -> gate.knock() instanceof Admitted)
                .count();
    }

    private Gate gate(int perSecond, int burst, int connections) {
        AdmissionConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(AdmissionConfig.class)
                .withDefaultValues(Map.of(
                        "weir.relay.admission.connections-per-second", Integer.toString(perSecond),
                        "weir.relay.admission.burst", Integer.toString(burst),
                        "weir.relay.admission.connections", Integer.toString(connections),
                        "weir.relay.admission.retry-after", "3s"))
                .build()
                .getConfigMapping(AdmissionConfig.class);
        return new Gate(config, new SimpleMeterRegistry(), now::get);
    }
}
