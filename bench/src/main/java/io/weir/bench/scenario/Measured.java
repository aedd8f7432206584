package io.weir.bench.scenario;

import io.weir.bench.load.LoadResult;

/**
 * One peer under one load.
 *
 * @param peer its name
 * @param load what the generator saw
 * @param cpuSeconds what all processes of the peer used within the measured part
 * @param memoryBytes what they had at its end
 * @param wholeCpuSeconds what they and all that they need, a database for instance, used within the measured part
 */
public record Measured(String peer, LoadResult load, double cpuSeconds, long memoryBytes, double wholeCpuSeconds) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Deliveries a second within the measured part. */
    public double deliveriesPerSecond() {
        return load.deliveries() / load.seconds();
    }

    /** CPU time that one delivery takes the peer. */
    public double cpuMicrosPerDelivery() {
        return cpuSeconds * 1e6 / Math.max(1, load.deliveries());
    }

    /** CPU time that one delivery takes the peer and all that it needs. */
    public double wholeCpuMicrosPerDelivery() {
        return wholeCpuSeconds * 1e6 / Math.max(1, load.deliveries());
    }

    /** Cores that the peer kept busy. */
    public double cores() {
        return cpuSeconds / load.seconds();
    }

    /** A percentile of the time between two messages of a subscriber, in milliseconds. */
    public double gapMillis(double percentile) {
        return load.gapNanos(percentile) / NANOS_PER_MILLI;
    }

    /** A percentile of the latency, in milliseconds; infinite where it falls among messages that never came. */
    public double latencyMillis(double percentile) {
        return load.latencyNanos(percentile) / NANOS_PER_MILLI;
    }
}
