package io.weir.bench.ledger.load;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Times of what callers do, by step. Any thread. */
final class Tape {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(1);
    private static final int DIGITS = 3;

    private final Map<String, Recorder> steps = new LinkedHashMap<>();
    private final AtomicLong failed = new AtomicLong();
    private volatile String firstFailure = "";
    private long beganNanos;
    private double beganCpu;

    Tape(List<String> names) {
        names.forEach(name -> steps.put(name, new Recorder(LONGEST_MICROS, DIGITS)));
    }

    /** Does a step and takes its time, if it succeeds. */
    <T> Future<T> timed(String step, Supplier<Future<T>> action) {
        long began = System.nanoTime();
        return action.get().onSuccess(_ -> note(step, began));
    }

    private void note(String step, long began) {
        Recorder recorder = steps.get(step);
        if (recorder == null) {
            throw new IllegalArgumentException("no step " + step);
        }
        recorder.recordValue(Math.clamp((System.nanoTime() - began) / 1_000, 1, LONGEST_MICROS));
    }

    void failed(Throwable why) {
        if (failed.getAndIncrement() == 0) {
            firstFailure = String.valueOf(why.getMessage());
        }
    }

    /** Forgets all times until now: from here on it is measured. Failures stay. */
    void begin() {
        steps.values().forEach(Recorder::reset);
        beganNanos = System.nanoTime();
        beganCpu = cpuSeconds();
    }

    /** What was seen since the beginning. */
    Answer end() {
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        double cores = (cpuSeconds() - beganCpu) / seconds;
        Map<String, Histogram> seen = new LinkedHashMap<>();
        steps.forEach((step, recorder) -> seen.put(step, recorder.getIntervalHistogram()));
        return new Answer(failed.get(), firstFailure, seconds, cores, Answer.encode(seen));
    }

    private static double cpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }
}
