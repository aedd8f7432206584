package io.weir.bench.ledger.load;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Callers that each do one thing after the other, spread over the event loops. A thing is done as long as there is one.
 */
final class Callers {
    private final List<Future<Void>> ends = new ArrayList<>();
    private volatile boolean stopping;

    /** One thing after the other; null where nothing is left. */
    interface Work extends Supplier<Future<?>> {}

    /** Starts so many callers, each with work of its own. */
    Callers(Vertx vertx, int number, IntFunction<Work> work, Tape tape) {
        for (int caller = 0; caller < number; caller++) {
            Context context = vertx.getOrCreateContext();
            Promise<Void> end = Promise.promise();
            Work own = work.apply(caller);
            context.runOnContext(_ -> next(context, own, tape, end));
            ends.add(end.future());
        }
    }

    private void next(Context context, Work work, Tape tape, Promise<Void> end) {
        Future<?> running = stopping ? null : work.get();
        if (running == null) {
            end.complete();
            return;
        }
        running.onComplete(done -> {
            if (done.failed()) {
                tape.failed(done.cause());
            }
            context.runOnContext(_ -> next(context, work, tape, end));
        });
    }

    /** Lets each finish what it does. */
    void stop() {
        stopping = true;
    }

    /** When all have ended. */
    Future<?> ended() {
        return Future.all(ends);
    }
}
