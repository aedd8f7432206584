package io.weir.gateway.publish;

import io.vertx.core.Context;
import io.weir.streams.append.AppendFrame;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs of all streams on their way to the relay's one connection: what comes within a short time of the first goes on
 * together, so that a token costs neither a wake-up of the connection's loop nor a write of its own. Put by any thread, taken
 * on one context. The order is kept. Beyond {@link #MAX_WAITING} runs are dropped; their producers append them again.
 */
final class Gathering {
    private static final int MAX_WAITING = 100_000;

    private final Queue<AppendFrame.Append> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean due = new AtomicBoolean();
    private final Context context;
    private final long millis;
    private final Runnable takes;

    /**
     * Nothing has come yet.
     *
     * @param time how long the first run waits for others; 0: for those alone that are there when its turn comes
     * @param takes told on the context that there is something to {@link #take}
     */
    Gathering(Context context, Duration time, Runnable takes) {
        this.context = context;
        this.millis = time.toMillis();
        this.takes = takes;
    }

    /** Adds a run. Any thread. */
    void put(AppendFrame.Append run) {
        if (size.get() >= MAX_WAITING) {
            return;
        }
        size.incrementAndGet();
        waiting.add(run);
        if (due.compareAndSet(false, true)) {
            context.runOnContext(_ -> gather());
        }
    }

    private void gather() {
        if (millis == 0) {
            ready();
        } else {
            context.owner().setTimer(millis, _ -> ready());
        }
    }

    /** What is put from here on asks for a turn of its own. */
    private void ready() {
        due.set(false);
        takes.run();
    }

    /** Hands on what there is, in order. The context's thread. */
    void take(Consumer<AppendFrame.Append> taker) {
        for (int left = size.get(); left > 0; left--) {
            AppendFrame.Append run = waiting.poll();
            if (run == null) {
                return;
            }
            size.decrementAndGet();
            taker.accept(run);
        }
    }
}
