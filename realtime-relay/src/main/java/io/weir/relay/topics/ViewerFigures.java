package io.weir.relay.topics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What viewers of streams get, in figures: how far deltas are merged on the way to them, how far they are behind, and how
 * long they wait for the first text. Counted once for each run or write, never for each token, and without allocation. Safe
 * for any thread.
 */
@Singleton
public final class ViewerFigures {
    private final LongAdder deltas = new LongAdder();
    private final LongAdder frames = new LongAdder();
    private final DistributionSummary lag;
    private final Timer firstText;

    /** Nothing counted yet. */
    public ViewerFigures(MeterRegistry meters) {
        FunctionCounter.builder("relay.viewer.deltas", deltas, LongAdder::sum)
                .description("Deltas that viewers were to be told, each viewer counted")
                .register(meters);
        FunctionCounter.builder("relay.viewer.frames", frames, LongAdder::sum)
                .description("Frames in which they were told")
                .register(meters);
        Gauge.builder("relay.viewer.conflation", this, ViewerFigures::conflation)
                .description("Deltas to a frame since the start; 1 where nothing was merged")
                .register(meters);
        this.lag = DistributionSummary.builder("relay.viewer.lag")
                .baseUnit("offsets")
                .description("How far a viewer is behind its stream when a write to it has ended")
                .serviceLevelObjectives(1, 4, 16, 64, 256, 1024, 4096)
                .register(meters);
        this.firstText = Timer.builder("relay.viewer.first.text")
                .description("From the opening of a stream to its first text with a viewer that was there")
                .serviceLevelObjectives(
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(2500),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30))
                .register(meters);
    }

    private double conflation() {
        long told = frames.sum();
        return told == 0 ? 1 : (double) deltas.sum() / (double) told;
    }

    /** A viewer is to be told so many deltas. */
    public void taken(int count) {
        deltas.add(count);
    }

    /** Deltas leave for a viewer in one frame. */
    public void told() {
        frames.increment();
    }

    /** A write to a viewer has ended, and so many offsets are not with it yet. */
    public void behind(long offsets) {
        lag.record((double) offsets);
    }

    /** The first text of a stream is with a viewer that was there when it was said. */
    public void firstText(long nanos) {
        firstText.record(nanos, TimeUnit.NANOSECONDS);
    }
}
