package io.weir.relay.loop;

import io.vertx.core.Context;

/**
 * One event loop, seen as a place where things happen one after the other. Whoever owns a loop touches its state there
 * and nowhere else; work given to it runs in the order in which one thread gave it.
 */
public final class Loop {
    private final Context context;

    Loop(Context context) {
        this.context = context;
    }

    /** Runs {@code work} on the loop, later, never within this call. */
    public void run(Runnable work) {
        context.runOnContext(_ -> work.run());
    }

    /** Runs {@code work} on the loop once {@code millis} have passed; at once for 0 and less. */
    public void later(long millis, Runnable work) {
        if (millis <= 0) {
            run(work);
        } else {
            context.owner().setTimer(millis, _ -> run(work));
        }
    }
}
