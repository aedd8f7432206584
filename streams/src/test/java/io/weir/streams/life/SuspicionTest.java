package io.weir.streams.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SuspicionTest {
    private static final FenceReply ORPHANED = new FenceReply(2, EndReason.ORPHANED, Totals.ZERO, 0);
    private static final FenceReply COMPLETED = new FenceReply(1, EndReason.COMPLETED, Totals.ZERO, 0);

    private final Suspicion suspicion = new Suspicion(seconds(0));

    @Test
    void asksAfterSilenceAndAgainIfNobodyAnswers() {
        assertThat(suspicion.due(seconds(14))).isFalse();
        assertThat(suspicion.due(seconds(15))).isTrue();
        assertThat(suspicion.due(seconds(16))).isFalse();
        assertThat(suspicion.due(seconds(17))).isTrue();
        suspicion.heard(seconds(18));
        assertThat(suspicion.due(seconds(32))).isFalse();
        assertThat(suspicion.due(seconds(33))).isTrue();
    }

    @Test
    void asksAgainWhenTheLeaseIsOver() {
        assertThat(suspicion.due(seconds(15))).isTrue();
        suspicion.onLeaseRuns(45_000, seconds(15));
        assertThat(suspicion.due(seconds(59))).isFalse();
        assertThat(suspicion.due(seconds(60))).isTrue();
    }

    @Test
    void waitsForTheTailOfAStreamThatItsOwnerSettled() {
        assertThat(suspicion.onFenced(ORPHANED, seconds(15))).isTrue();
        assertThat(suspicion.onFenced(COMPLETED, seconds(59))).isFalse();
        assertThat(suspicion.onFenced(COMPLETED, seconds(60))).isTrue();
    }

    private static long seconds(int seconds) {
        return Long.MAX_VALUE
                - Duration.ofSeconds(20).toNanos()
                + Duration.ofSeconds(seconds).toNanos();
    }
}
