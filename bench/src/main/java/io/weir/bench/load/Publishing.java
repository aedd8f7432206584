package io.weir.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Runs schedules one after the other over the same subscribers and publishing connections. */
final class Publishing implements AutoCloseable {
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int STEP_MILLIS = 50;
    private static final int QUIET_STEPS = 40;
    private static final int MAX_STEPS = 200;
    private static final int ASK_SECONDS = 30;

    private final LoadSpec spec;
    private final Publisher publisher;
    private final SubscriberLoop loop;
    private final Thread loopThread;
    private final Consumer<String> tell;
    private boolean opened;
    private int next;

    Publishing(LoadSpec spec, Publisher publisher, SubscriberLoop loop, Thread loopThread, Consumer<String> tell) {
        this.spec = spec;
        this.publisher = publisher;
        this.loop = loop;
        this.loopThread = loopThread;
        this.tell = tell;
    }

    /** Warms up, measures, waits for stragglers. */
    LoadResult run(int rate, double warmSeconds, double seconds) throws Exception {
        open();
        Schedule schedule =
                Schedule.of(System.nanoTime() + LEAD_NANOS, rate, spec.topics(), next, warmSeconds, seconds);
        next = schedule.end();
        var tally = new Tally(schedule);
        loop.follow(tally).get(ASK_SECONDS, TimeUnit.SECONDS);

        var pacer = new Pacer(System::nanoTime, publisher);
        pacer.publish(schedule, schedule.first(), schedule.measuredFrom(), until(schedule, schedule.measuredFrom()));
        tell.accept("measuring");
        Cpu before = Cpu.now(loopThread);
        tally.window(true);
        pacer.publish(schedule, schedule.measuredFrom(), schedule.end(), until(schedule, schedule.end()));
        tally.window(false);
        Cpu after = Cpu.now(loopThread);
        tell.accept("measured");

        long expected = (long) schedule.length() * spec.subscribers();
        awaitStragglers(tally, expected);
        return loop.ask(() -> result(tally, expected, before, after)).get(ASK_SECONDS, TimeUnit.SECONDS);
    }

    /** Goes on publishing on all topics while the first of them are stopped. */
    StopResult stop(int count, int perSecond, int rate) throws Exception {
        open();
        if (!(publisher instanceof Answers answers)) {
            throw new IllegalStateException("there is no agent whose sockets could close");
        }
        Schedule schedule = Schedule.of(
                System.nanoTime() + LEAD_NANOS, rate, spec.topics(), next, 0, Stopping.seconds(count, perSecond));
        next = schedule.end();
        Thread speaker = Thread.ofPlatform().daemon().name("speaker").start(() -> speak(schedule));
        StopResult result = new Stopping(spec, loop, answers).run(count, perSecond);
        speaker.join(TimeUnit.SECONDS.toMillis(ASK_SECONDS));
        return result;
    }

    private void speak(Schedule schedule) {
        try {
            new Pacer(System::nanoTime, publisher)
                    .publish(schedule, schedule.first(), schedule.end(), until(schedule, schedule.end()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A publisher that is made to wait gives up at twice the time that was planned: the rest has not arrived. */
    private static long until(Schedule schedule, int number) {
        return 2 * schedule.dueNanos(0, number) - schedule.startNanos() + LEAD_NANOS;
    }

    private void open() throws IOException {
        if (!opened) {
            publisher.open(spec.topics());
            opened = true;
        }
    }

    private void awaitStragglers(Tally tally, long expected)
            throws InterruptedException, ExecutionException, TimeoutException {
        long before = -1;
        int quiet = 0;
        for (int step = 0; step < MAX_STEPS && quiet < QUIET_STEPS; step++) {
            long now = loop.ask(tally::distinct).get(ASK_SECONDS, TimeUnit.SECONDS);
            if (now == expected) {
                return;
            }
            quiet = now == before ? quiet + 1 : 0;
            before = now;
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    private LoadResult result(Tally tally, long expected, Cpu before, Cpu after) {
        double seconds = (after.nanos - before.nanos) / 1e9;
        long measured = (long) (tally.schedule().end() - tally.schedule().measuredFrom()) * spec.subscribers();
        long duplicates = 0;
        long misordered = 0;
        for (Subscriber subscriber : loop.subscribers()) {
            duplicates += subscriber.receipts.duplicates();
            misordered += subscriber.receipts.misordered();
        }
        return new LoadResult(
                expected,
                expected - tally.distinct(),
                measured - tally.latencies().getTotalCount(),
                duplicates,
                misordered,
                loop.closed(),
                seconds,
                tally.windowDeliveries(),
                tally.windowFrames(),
                (after.loopNanos - before.loopNanos) / 1e9 / seconds,
                (after.processNanos - before.processNanos) / 1e9 / seconds,
                LoadResult.encode(tally.latencies()),
                LoadResult.encode(tally.gaps()));
    }

    @Override
    public void close() throws IOException {
        publisher.close();
    }

    private record Cpu(long nanos, long loopNanos, long processNanos) {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private static final OperatingSystemMXBean SYSTEM =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        static Cpu now(Thread loop) {
            return new Cpu(System.nanoTime(), THREADS.getThreadCpuTime(loop.threadId()), SYSTEM.getProcessCpuTime());
        }
    }
}
