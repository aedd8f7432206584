package io.weir.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What all subscribers together have received of one schedule. On the loop's thread, but for the window. */
final class Tally {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;

    private final Schedule schedule;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, DIGITS);
    private final Histogram gaps = new Histogram(LONGEST_NANOS, DIGITS);
    private long distinct;
    private long windowDeliveries;
    private long windowFrames;
    private volatile boolean window;

    Tally(Schedule schedule) {
        this.schedule = schedule;
    }

    /** From now on arrivals count, until the window is closed. Any thread. */
    void window(boolean open) {
        window = open;
    }

    /** A message has arrived. */
    void arrived(Subscriber subscriber, int number, long nowNanos) {
        if (!schedule.holds(number) || !subscriber.receipts.accept(number - schedule.first())) {
            return;
        }
        distinct++;
        if (window) {
            windowDeliveries++;
        }
        if (number >= schedule.measuredFrom()) {
            long latency = nowNanos - schedule.dueNanos(subscriber.topic, number);
            latencies.recordValue(Math.clamp(latency, 0, LONGEST_NANOS));
            if (subscriber.lastNanos > 0) {
                gaps.recordValue(Math.clamp(nowNanos - subscriber.lastNanos, 0, LONGEST_NANOS));
            }
            subscriber.lastNanos = nowNanos;
        }
    }

    /** A frame with at least one message has arrived. */
    void frame() {
        if (window) {
            windowFrames++;
        }
    }

    Schedule schedule() {
        return schedule;
    }

    long distinct() {
        return distinct;
    }

    long windowDeliveries() {
        return windowDeliveries;
    }

    long windowFrames() {
        return windowFrames;
    }

    /** Times between two messages that came to the same subscriber one after the other. */
    Histogram gaps() {
        return gaps;
    }

    Histogram latencies() {
        return latencies;
    }
}
