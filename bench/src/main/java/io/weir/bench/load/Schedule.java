package io.weir.bench.load;

/**
 * When each message is due. Latency counts from here, whenever a message really left: a server that makes the publisher
 * wait is late by that time too (no coordinated omission).
 *
 * @param startNanos when the first message of topic 0 is due, on the machine's monotonic clock
 * @param intervalNanos between two messages of one topic
 * @param topics how many topics take turns within an interval
 * @param first number of the first message of every topic
 * @param measuredFrom number of the first message that counts; those before it warm up
 * @param end number after the last message
 */
record Schedule(long startNanos, long intervalNanos, int topics, int first, int measuredFrom, int end) {
    Schedule {
        if (intervalNanos < 1 || topics < 1 || first < 0 || measuredFrom < first || end < measuredFrom) {
            throw new IllegalArgumentException("first=" + first + " measuredFrom=" + measuredFrom + " end=" + end);
        }
    }

    /** A schedule of {@code rate} messages a second on each topic. */
    static Schedule of(long startNanos, int rate, int topics, int first, double warmSeconds, double seconds) {
        int measuredFrom = first + (int) Math.round(rate * warmSeconds);
        return new Schedule(
                startNanos,
                1_000_000_000L / rate,
                topics,
                first,
                measuredFrom,
                measuredFrom + (int) Math.round(rate * seconds));
    }

    /** When a message is due. */
    long dueNanos(int topic, int number) {
        return startNanos + (number - first) * intervalNanos + topic * intervalNanos / topics;
    }

    /** Whether a message belongs to this schedule. */
    boolean holds(int number) {
        return number >= first && number < end;
    }

    /** Messages on one topic. */
    int length() {
        return end - first;
    }
}
