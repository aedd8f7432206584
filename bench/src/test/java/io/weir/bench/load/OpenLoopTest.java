package io.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.wire.FrameReader;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Messages are due by the schedule alone, and latency counts from there. */
class OpenLoopTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Schedule schedule = Schedule.of(0, 100, 2, 0, 0.1, 0.2);

    @Test
    void spreadsTopicsOverTheInterval() {
        assertThat(schedule.dueNanos(0, 0)).isZero();
        assertThat(schedule.dueNanos(1, 0)).isEqualTo(5 * MILLI);
        assertThat(schedule.dueNanos(0, 1)).isEqualTo(10 * MILLI);
        assertThat(schedule.measuredFrom()).isEqualTo(10);
        assertThat(schedule.length()).isEqualTo(30);
    }

    @Test
    void publishesEverythingOfAScheduleThatIsLateAndInItsOrder() throws IOException {
        var recorder = new Recorder();

        new Pacer(() -> Long.MAX_VALUE / 2, recorder).publish(schedule, 0, 3, Long.MAX_VALUE);

        assertThat(recorder.published).containsExactly("0:0", "1:0", "0:1", "1:1", "0:2", "1:2");
    }

    @Test
    void givesUpWhatIsLeftAtItsEnd() throws IOException {
        var now = new AtomicLong();
        var recorder = new Recorder();
        recorder.then = () -> now.addAndGet(20 * MILLI);

        new Pacer(now::get, recorder).publish(schedule, 0, 30, 100 * MILLI);

        assertThat(recorder.published).containsExactly("0:0", "1:0", "0:1", "1:1", "0:2", "1:2");
    }

    @Test
    void publishesNothingBeforeItIsDue() throws IOException {
        // Given a clock that goes on by a tenth of a millisecond with each look
        var now = new AtomicLong();
        var recorder = new Recorder();
        List<Long> at = new ArrayList<>();
        recorder.then = () -> at.add(now.get());

        new Pacer(() -> now.addAndGet(MILLI / 10), recorder).publish(schedule, 0, 2, Long.MAX_VALUE);

        for (int i = 0; i < at.size(); i++) {
            assertThat(at.get(i)).isGreaterThanOrEqualTo(schedule.dueNanos(i % 2, i / 2));
        }
        assertThat(at).hasSize(4);
    }

    @Test
    void countsTheLatencyFromWhenTheMessageWasDue() throws IOException {
        var tally = new Tally(schedule);
        var subscriber = new Subscriber(0, 1, SocketChannel.open(), FrameReader::read);

        tally.arrived(subscriber, 9, schedule.dueNanos(1, 9) + MILLI);
        tally.arrived(subscriber, 10, schedule.dueNanos(1, 10) + 7 * MILLI);

        // The first of the two only warms up.
        assertThat(tally.latencies().getTotalCount()).isEqualTo(1);
        assertThat(tally.latencies().getMaxValue()).isBetween(7 * MILLI, 7 * MILLI + MILLI / 10);
    }

    @Test
    void tellsRepetitionsAndDisorder() throws IOException {
        var tally = new Tally(schedule);
        var subscriber = new Subscriber(0, 0, SocketChannel.open(), FrameReader::read);

        for (int number : List.of(0, 1, 3, 2, 3, 99)) {
            tally.arrived(subscriber, number, 0);
        }

        assertThat(tally.distinct()).isEqualTo(4);
        assertThat(subscriber.receipts.duplicates()).isEqualTo(1);
        assertThat(subscriber.receipts.misordered()).isEqualTo(1);
    }

    private static final class Recorder implements Publisher {
        private final List<String> published = new ArrayList<>();
        private Runnable then = () -> {};

        @Override
        public void open(int topics) {
            // Nothing to connect.
        }

        @Override
        public void publish(int topic, int number) {
            published.add(topic + ":" + number);
            then.run();
        }

        @Override
        public void close() {
            // Nothing is connected.
        }
    }
}
