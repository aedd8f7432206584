package io.weir.gateway.metering;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.Totals;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.ServiceClient.Answer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Cumulative totals of all open streams, to metering in one batch: every 5 s, and at once when a stream asks for more
 * credit. One batch is under way at a time; a stream's newer figures replace its older ones while they wait, so what waits
 * is bounded by the number of streams. An empty batch renews the lease.
 */
@ApplicationScoped
public class Updates {
    private static final Logger LOG = Logger.getLogger(Updates.class);
    private static final int MAX_BATCH = 1000;
    /** After a failed batch, streams that wait for credit are asked for again this soon. */
    private static final long AGAIN_MILLIS = 500;
    /** How long streams on other loops get to put in their figures. */
    private static final long COLLECT_MILLIS = 20;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Loops loops;
    private final MeteringClient metering;
    private final Incarnation incarnation;
    private final Lease lease;
    private final Settlement settlement;

    // Below: control context only.
    private final Map<StreamId, Waiting> waiting = new LinkedHashMap<>();
    private boolean underWay;
    private boolean urgent;
    private boolean retrying;
    private boolean reachable = true;

    /** Gets metering's answer to one stream's update; called on the control context. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Metering has answered.
         *
         * @param extended the update had asked for an extension
         */
        void answered(boolean extended, UpdateReply.Extension answer);
    }

    private record Waiting(UpdateBatch.Update update, Listener listener) {}

    Updates(
            Vertx vertx,
            GatewayConfig config,
            Loops loops,
            MeteringClient metering,
            Incarnation incarnation,
            Lease lease,
            Settlement settlement) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.metering = metering;
        this.incarnation = incarnation;
        this.lease = lease;
        this.settlement = settlement;
    }

    /**
     * Begins to renew the lease. Called once, at start.
     *
     * @param collect asks every open stream for its {@link #put}; called on the control context before each batch
     */
    public void start(Runnable collect) {
        loops.control().runOnContext(_ -> {
            vertx.setPeriodic(config.times().update().toMillis(), _ -> {
                collect.run();
                vertx.setTimer(COLLECT_MILLIS, _ -> flush());
            });
            flush();
        });
    }

    /** Puts a stream's figures into the next batch; at once if they ask for an extension. Any thread. */
    public void put(UpdateBatch.Update update, Listener listener) {
        loops.control().runOnContext(_ -> {
            waiting.merge(update.streamId(), new Waiting(update, listener), Updates::newer);
            if (update.extend()) {
                urgent = true;
                flush();
            }
        });
    }

    /** A stream has ended: its figures go with its settle. Any thread. */
    public void forget(StreamId stream) {
        loops.control().runOnContext(_ -> waiting.remove(stream));
    }

    private static Waiting newer(Waiting old, Waiting fresh) {
        UpdateBatch.Update update = fresh.update();
        boolean extend = update.extend() || old.update().extend();
        // A request for more counts what is held back, too: its figure may be the larger one.
        Totals totals = update.totals().max(old.update().totals());
        return new Waiting(new UpdateBatch.Update(update.streamId(), update.epoch(), totals, extend), fresh.listener());
    }

    private void flush() {
        if (underWay) {
            return;
        }
        underWay = true;
        urgent = false;
        List<Waiting> batch = take();
        List<UpdateBatch.Update> updates = batch.stream().map(Waiting::update).toList();
        HttpClient client = loops.of(loops.control()).services();
        long sentNanos = System.nanoTime();
        metering.post(client, "/v1/holds/updates", incarnation.batch(updates))
                .compose(this::reply)
                .onComplete(done -> {
                    underWay = false;
                    if (done.succeeded()) {
                        accept(batch, done.result(), sentNanos);
                    } else {
                        putBack(batch, done.cause());
                    }
                });
    }

    private io.vertx.core.Future<UpdateReply> reply(Answer answer) {
        return answer.status() == 200
                ? metering.read(answer, UpdateReply.class)
                : io.vertx.core.Future.failedFuture("metering answered " + answer.status());
    }

    private List<Waiting> take() {
        List<Waiting> batch = new ArrayList<>();
        Iterator<Waiting> all = waiting.values().iterator();
        while (all.hasNext() && batch.size() < MAX_BATCH) {
            batch.add(all.next());
            all.remove();
        }
        return batch;
    }

    private void accept(List<Waiting> batch, UpdateReply reply, long sentNanos) {
        if (!reachable) {
            reachable = true;
            LOG.info("metering reachable again");
        }
        lease.renewed(sentNanos, reply.leaseSeconds());
        settlement.timeline(reply.timeline());
        Map<StreamId, Waiting> asked = new LinkedHashMap<>();
        batch.forEach(w -> asked.put(w.update().streamId(), w));
        for (UpdateReply.Extension answer : reply.streams()) {
            Waiting one = asked.get(answer.streamId());
            if (one != null) {
                one.listener().answered(one.update().extend(), answer);
            }
        }
        if (urgent || waiting.size() >= MAX_BATCH) {
            flush();
        }
    }

    private void putBack(List<Waiting> batch, Throwable failure) {
        if (reachable) {
            reachable = false;
            LOG.warnf("metering unreachable reason=%s", failure.getMessage());
        }
        boolean hungry = urgent;
        for (Waiting old : batch) {
            waiting.merge(old.update().streamId(), old, (fresh, before) -> newer(before, fresh));
            hungry |= old.update().extend();
        }
        if (hungry && !retrying) {
            retrying = true;
            vertx.setTimer(AGAIN_MILLIS, _ -> {
                retrying = false;
                flush();
            });
        }
    }
}
