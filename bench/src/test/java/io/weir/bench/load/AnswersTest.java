package io.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.peer.NoChain;
import io.weir.bench.peer.RunningChain;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The generator as agent and reader at once, with nothing in between. */
class AnswersTest {
    private static final int STREAMS = 20;
    private static final int TOKENS = 50;

    @Test
    void readsEveryTokenOfEveryAnswerOnce() throws Exception {
        try (RunningChain chain = new NoChain().start();
                Generator generator = Generator.start(chain.load(STREAMS, 200))) {
            assertThat(generator.subscribe().getTotalCount()).isEqualTo(STREAMS);

            for (int part = 0; part < 2; part++) {
                LoadResult result = generator.publish(100, 0.1, 0.4, () -> 0).result();

                assertThat(result.expected()).isEqualTo((long) TOKENS * STREAMS);
                assertThat(result.lost()).isZero();
                assertThat(result.duplicates()).isZero();
                assertThat(result.misordered()).isZero();
                assertThat(result.closed()).isZero();
                assertThat(result.latencyNanos(50)).isPositive().isFinite();
                assertThat(result.gapNanos(50)).isPositive();
            }
        }
    }

    @Test
    void seesTheAgentsSocketCloseWhenAnAnswerIsStopped() throws Exception {
        try (RunningChain chain = new NoChain().start();
                Generator generator = Generator.start(chain.load(STREAMS, 200))) {
            generator.subscribe();

            StopResult result = generator.stop(10, 50, 20);

            // The first fifth warms up.
            assertThat(result.stops()).isEqualTo(8);
            assertThat(result.never()).isZero();
            assertThat(result.millis(50)).isPositive().isFinite();
            assertThat(result.millis(99)).isGreaterThanOrEqualTo(result.millis(50));
        }
    }

    @Test
    void playsOneAgentForAllLoads() throws Exception {
        try (RunningChain chain = new NoChain().start();
                Generator generator = Generator.start(chain.load(STREAMS, 200))) {
            generator.subscribe();
            generator.rest();

            // The second one is given up before anybody has asked for an answer.
            generator.load(chain.load(1, 200));
            generator.load(chain.load(2 * STREAMS, 200));
            generator.subscribe();

            LoadResult result = generator.publish(100, 0.1, 0.4, () -> 0).result();
            assertThat(result.expected()).isEqualTo((long) TOKENS * 2 * STREAMS);
            assertThat(result.lost()).isZero();
        }
    }

    @Test
    void countsASocketThatDoesNotCloseAsInfinitelyLate() {
        var closed = new Histogram(3);
        closed.recordValue(2_000_000);
        closed.recordValue(4_000_000);

        var result = new StopResult(4, 2, LoadResult.encode(closed));

        assertThat(result.millis(25)).isBetween(1.9, 2.1);
        assertThat(result.millis(50)).isBetween(3.9, 4.1);
        assertThat(result.millis(75)).isInfinite();
    }
}
