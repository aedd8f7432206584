package io.weir.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What came of stopping answers.
 *
 * @param stops answers that were stopped and counted
 * @param never those whose agent's socket was not seen closed within 10 s
 * @param histogram times in nanoseconds from a stop to the agent's closed socket, encoded
 */
public record StopResult(int stops, int never, String histogram) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** A percentile in milliseconds; infinite where it falls among sockets that did not close. */
    public double millis(double percentile) {
        Histogram closed = LoadResult.decode(histogram);
        double rank = percentile / 100 * stops;
        return rank > closed.getTotalCount() || closed.getTotalCount() == 0
                ? Double.POSITIVE_INFINITY
                : closed.getValueAtPercentile(100 * rank / closed.getTotalCount()) / NANOS_PER_MILLI;
    }
}
