package io.weir.bench.load;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Publishes by a schedule, on the thread that calls. What is late is sent at once; nothing is left out. */
final class Pacer {
    private final LongSupplier nanoClock;
    private final Publisher publisher;

    Pacer(LongSupplier nanoClock, Publisher publisher) {
        this.nanoClock = nanoClock;
        this.publisher = publisher;
    }

    /**
     * Publishes numbers {@code from} to {@code to}, the latter excluded, on every topic; begins no number after
     * {@code untilNanos}.
     */
    void publish(Schedule schedule, int from, int to, long untilNanos) throws IOException {
        for (int number = from; number < to && nanoClock.getAsLong() < untilNanos; number++) {
            for (int topic = 0; topic < schedule.topics(); topic++) {
                waitUntil(schedule.dueNanos(topic, number));
                publisher.publish(topic, number);
            }
        }
    }

    private void waitUntil(long due) {
        long left = due - nanoClock.getAsLong();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - nanoClock.getAsLong();
        }
    }
}
