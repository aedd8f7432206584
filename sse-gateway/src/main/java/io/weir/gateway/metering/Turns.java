package io.weir.gateway.metering;

import io.vertx.core.Context;
import java.util.ArrayDeque;

/**
 * Lets a few tasks be under way at a time; the others wait in line. A burst of what may wait then leaves connections to what
 * somebody waits for. What waits is bounded by what can be asked for: here by the streams that are not settled. One context.
 */
final class Turns {
    private final Context context;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int free;

    /**
     * Nobody is there yet.
     *
     * @param most tasks under way at a time, at least 1
     */
    Turns(Context context, int most) {
        this.context = context;
        this.free = most;
    }

    /** Begins the task now or when its turn comes; whoever began has to {@link #leave} once. */
    void enter(Runnable task) {
        if (free > 0) {
            free--;
            task.run();
        } else {
            waiting.add(task);
        }
    }

    /** A task is over; the next one begins with the context's next turn. */
    void leave() {
        Runnable next = waiting.poll();
        if (next == null) {
            free++;
        } else {
            context.runOnContext(_ -> next.run());
        }
    }
}
