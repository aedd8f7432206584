package io.weir.bench.load;

import io.weir.bench.wire.RequestLink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Stops answers at an even pace while all of them go on, as whoever reads one would: by the request that the server has for
 * it, or by closing the socket. Sees when the agent's socket closes. The first fifth warms up and does not count.
 */
final class Stopping {
    private static final long LEAD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int ASK_SECONDS = 30;
    private static final int WAIT_SECONDS = 10;
    private static final int STEP_MILLIS = 20;
    private static final int DIGITS = 3;
    private static final int WARM_UP_PART = 5;

    private final LoadSpec spec;
    private final SubscriberLoop loop;
    private final Answers answers;

    Stopping(LoadSpec spec, SubscriberLoop loop, Answers answers) {
        this.spec = spec;
        this.loop = loop;
        this.answers = answers;
    }

    /** How long a schedule has to be for so many stops. */
    static double seconds(int count, int perSecond) {
        return (double) count / perSecond + TimeUnit.NANOSECONDS.toSeconds(LEAD_NANOS);
    }

    /** Stops the first answers. */
    StopResult run(int count, int perSecond) throws Exception {
        List<Sent> sent = new ArrayList<>();
        long start = System.nanoTime() + LEAD_NANOS;
        try (var link = new RequestLink(spec.server())) {
            for (int i = 0; i < count; i++) {
                waitUntil(start + i * TimeUnit.SECONDS.toNanos(1) / perSecond);
                int number = i;
                SubscriberLoop.Stop stop = loop.ask(() -> loop.stop(number)).get(ASK_SECONDS, TimeUnit.SECONDS);
                long at = stop.atNanos();
                if (stop.request().isPresent()) {
                    at = System.nanoTime();
                    accepted(link.exchange(stop.request().get()));
                }
                sent.add(new Sent(stop.topic(), at));
            }
        }
        return result(sent.subList(count / WARM_UP_PART, count));
    }

    private record Sent(int topic, long atNanos) {}

    private static void accepted(int status) throws IOException {
        if (status != 202) {
            throw new IOException("a stop was answered with " + status);
        }
    }

    private StopResult result(List<Sent> stops) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (System.nanoTime() < end && stops.stream().anyMatch(stop -> answers.closedNanos(stop.topic) == 0)) {
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        var times = new Histogram(DIGITS);
        for (Sent stop : stops) {
            long closed = answers.closedNanos(stop.topic);
            if (closed != 0) {
                times.recordValue(Math.max(0, closed - stop.atNanos));
            }
        }
        return new StopResult(stops.size(), stops.size() - (int) times.getTotalCount(), LoadResult.encode(times));
    }

    private static void waitUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
