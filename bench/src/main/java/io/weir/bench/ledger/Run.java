package io.weir.bench.ledger;

import org.HdrHistogram.Histogram;

/**
 * Cycles of somebody in one turn.
 *
 * @param micros how long each took, in microseconds
 * @param seconds how long the turn was
 * @param failed how many failed
 * @param meteringCpuSeconds CPU of the metering-service, whose jobs go on whoever writes
 * @param databaseCpuSeconds CPU of PostgreSQL
 * @param callerCores CPU of who asks, in cores; less than 0 if unknown
 */
record Run(
        Histogram micros,
        double seconds,
        long failed,
        double meteringCpuSeconds,
        double databaseCpuSeconds,
        double callerCores) {
    private static final double MICROS_PER_MILLI = 1e3;

    double perSecond() {
        return micros.getTotalCount() / seconds;
    }

    double millis(double percentile) {
        return micros.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    double meteringMicrosEach() {
        return 1e6 * meteringCpuSeconds / micros.getTotalCount();
    }

    double databaseMicrosEach() {
        return 1e6 * databaseCpuSeconds / micros.getTotalCount();
    }

    double callerMicrosEach() {
        return 1e6 * callerCores * seconds / micros.getTotalCount();
    }
}
