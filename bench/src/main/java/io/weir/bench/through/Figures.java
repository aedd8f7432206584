package io.weir.bench.through;

import io.weir.bench.report.Table;
import io.weir.bench.scenario.Measured;
import org.HdrHistogram.Histogram;

/**
 * One chain under one load.
 *
 * @param measured what came through
 * @param firstTokens from a request to its first token, in nanoseconds
 * @param openedBytes memory that the hops took while the streams were opened
 */
record Figures(Measured measured, Histogram firstTokens, long openedBytes) {
    private static final double NANOS_PER_MILLI = 1e6;

    double firstTokenMillis(double percentile) {
        return firstTokens.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    String line(String chain, Load load) {
        return "%s, %s: %s tokens/s, p50 %s ms, p99 %s ms, %s µs CPU each, first token %s ms, %d lost, generator %s cores"
                .formatted(
                        chain,
                        load.title(),
                        Table.figure(measured.deliveriesPerSecond()),
                        Table.figure(measured.latencyMillis(50)),
                        Table.figure(measured.latencyMillis(99)),
                        Table.figure(measured.cpuMicrosPerDelivery()),
                        Table.figure(firstTokenMillis(50)),
                        measured.load().lost(),
                        Table.figure(measured.load().cores()));
    }
}
