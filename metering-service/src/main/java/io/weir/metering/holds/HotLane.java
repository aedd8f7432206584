package io.weir.metering.holds;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.database.DatabaseFailures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * The reserves and settles of one account, one batch after the other, in the order in which they came. Any thread. What
 * waits here belongs to nobody's request: whoever leaves changes nothing for the batch.
 */
final class HotLane {
    private final Vertx vertx;
    private final HotSettings settings;
    private final Function<List<BatchItem>, Future<List<Row>>> commit;
    private final ArrayDeque<BatchItem> waiting = new ArrayDeque<>();
    private boolean onItsWay;
    private int inBatch;
    private boolean lingering;
    private long sharedNanos = System.nanoTime();

    /**
     * An empty lane.
     *
     * @param commit does a batch in one transaction; a row for each item, in order
     */
    HotLane(Vertx vertx, HotSettings settings, Function<List<BatchItem>, Future<List<Row>>> commit) {
        this.vertx = vertx;
        this.settings = settings;
        this.commit = commit;
    }

    /** Takes part in a batch. */
    Future<Row> offer(BatchItem item) {
        synchronized (this) {
            if (waiting.size() >= settings.queue()) {
                return Future.failedFuture(new ProblemException(
                        ProblemType.METERING_UNAVAILABLE,
                        "Too many requests of this account wait. Try again shortly."));
            }
            waiting.add(item);
            if (!onItsWay && !lingering && waiting.size() < settings.batch()) {
                lingering = true;
                vertx.setTimer(settings.linger().toMillis(), _ -> lingered());
            }
        }
        go(settings.batch());
        return item.answer().future();
    }

    private void lingered() {
        synchronized (this) {
            lingering = false;
        }
        go(1);
    }

    /** Sends a batch off, if none is on its way and so many wait. */
    private void go(int least) {
        List<BatchItem> batch;
        synchronized (this) {
            if (onItsWay || waiting.size() < least) {
                return;
            }
            onItsWay = true;
            batch = new ArrayList<>();
            while (batch.size() < settings.batch() && !waiting.isEmpty()) {
                batch.add(waiting.remove());
            }
            inBatch = batch.size();
            if (batch.size() > 1) {
                sharedNanos = System.nanoTime();
            }
        }
        Future.succeededFuture(batch)
                .compose(commit)
                .onComplete(rows -> answer(batch, rows), failure -> failed(batch, failure));
    }

    private void answer(List<BatchItem> batch, List<Row> rows) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer().tryComplete(rows.get(i));
        }
        next();
    }

    /**
     * The database is away: whoever asked may ask again, and finds what was done. Anything else is the fault of one of
     * them, and undid the work of all: so each is done alone, and has its own answer.
     */
    private void failed(List<BatchItem> batch, Throwable failure) {
        if (DatabaseFailures.away(failure)) {
            batch.forEach(item -> item.answer().tryFail(failure));
            next();
        } else {
            alone(batch.iterator());
        }
    }

    private void alone(Iterator<BatchItem> rest) {
        if (!rest.hasNext()) {
            next();
            return;
        }
        var item = rest.next();
        item.alone().get().onComplete(done -> {
            item.answer().handle(done);
            alone(rest);
        });
    }

    private void next() {
        synchronized (this) {
            onItsWay = false;
            inBatch = 0;
        }
        // What has come meanwhile has waited long enough.
        go(1);
    }

    /** How many wait for a batch, or are in the one that is on its way. */
    synchronized int pending() {
        return waiting.size() + inBatch;
    }

    /** True if nothing is waiting, and nothing has been shared for long. */
    synchronized boolean isCold() {
        return !onItsWay
                && waiting.isEmpty()
                && System.nanoTime() - sharedNanos > settings.cool().toNanos();
    }
}
