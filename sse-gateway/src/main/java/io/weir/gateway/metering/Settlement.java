package io.weir.gateway.metering;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.ServiceClient.Answer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Settles holds until metering acknowledges: first on disk, then over HTTP with growing pauses, across restarts. Repeating
 * a settle is harmless, so every doubt is resolved by sending it again; that is also what is done with the settles of the
 * last day when metering's database has failed over.
 */
@ApplicationScoped
public class Settlement {
    private static final Logger LOG = Logger.getLogger(Settlement.class);
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LAST_PAUSE_MILLIS = 5_000;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Loops loops;
    private final MeteringClient metering;
    private final ObjectMapper json;
    private final AtomicInteger unsettled = new AtomicInteger();
    private final Turns turns; // control context only
    private @Nullable Journal journal;
    private @Nullable Resettling resettling;

    Settlement(Vertx vertx, GatewayConfig config, Loops loops, MeteringClient metering, ObjectMapper json) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.metering = metering;
        this.json = json;
        this.turns = new Turns(loops.control(), config.limits().settles());
    }

    /** Opens the journal and settles what an earlier process could not. Called once, at start, on a worker thread. */
    public void start() {
        GatewayConfig.Settled kept = config.settled();
        Journal opened = Journal.open(
                config.journal(), new Journal.Keeping(kept.keep(), kept.size().asLongValue(), InstantSource.system()));
        journal = opened;
        resettling = new Resettling(opened.archive(), kept.underWay(), this::sendAgain);
        opened.unsettled().forEach((stream, payload) -> {
            LOG.infof("settle replayed stream=%s", stream);
            unsettled.incrementAndGet();
            loops.control()
                    .runOnContext(_ -> send(StreamId.parse(stream), parse(payload), 1, acknowledging(stream, _ -> {})));
        });
    }

    /** Metering's answer came from a database on this timeline: a new one may have lost settles. Any thread. */
    public void timeline(long timeline) {
        Resettling started = resettling;
        if (started != null) {
            started.timeline(timeline);
        }
    }

    /** Writes what waits. Called once, at the end. */
    public void stop() {
        Resettling started = resettling;
        if (started != null) {
            started.close();
        }
        Journal opened = journal;
        if (opened != null) {
            opened.close();
        }
    }

    /**
     * Writes down what a stream will be settled with. If this process does not live to settle it, the next one does.
     *
     * @param noted told once, on the journal's thread: it is on disk, or the disk does not take it
     */
    public void fixed(StreamId stream, SettleRequest request, Runnable noted) {
        opened().put(stream.toString(), print(request), _ -> noted.run());
    }

    /**
     * Settles a stream.
     *
     * @param settled told once on the control context; empty if metering knows no such hold
     */
    public void settle(StreamId stream, SettleRequest request, Consumer<Optional<SettleReply>> settled) {
        unsettled.incrementAndGet();
        opened().put(stream.toString(), print(request), _ -> loops.control()
                .runOnContext(_ -> send(stream, request, 1, acknowledging(stream.toString(), settled))));
    }

    private Journal opened() {
        Journal opened = journal;
        if (opened == null) {
            throw new IllegalStateException("settlement has not been started");
        }
        return opened;
    }

    /** Entries that the disk does not have yet. */
    public int unwritten() {
        Journal opened = journal;
        return opened == null ? 0 : opened.waiting();
    }

    /** Streams that metering has not acknowledged. */
    public int unsettled() {
        return unsettled.get();
    }

    private void send(StreamId stream, SettleRequest request, int attempt, Consumer<Optional<SettleReply>> settled) {
        turns.enter(
                () -> metering.post(loops.of(loops.control()).services(), "/v1/holds/" + stream + "/settle", request)
                        .compose(answer -> outcome(stream, answer))
                        .onComplete(_ -> turns.leave())
                        .onSuccess(settled::accept)
                        .onFailure(failure -> {
                            if (attempt == 1) {
                                LOG.warnf("settle unanswered stream=%s reason=%s", stream, failure.getMessage());
                            }
                            vertx.setTimer(pauseMillis(attempt), _ -> send(stream, request, attempt + 1, settled));
                        }));
    }

    /** 404 and 409 will not change by asking again: there is no hold that this settle could be for. */
    private Future<Optional<SettleReply>> outcome(StreamId stream, Answer answer) {
        return switch (answer.status()) {
            case 200 -> metering.read(answer, SettleReply.class).map(Optional::of);
            case 404, 409 -> {
                LOG.errorf("settle refused stream=%s status=%d", stream, answer.status());
                yield Future.succeededFuture(Optional.empty());
            }
            default -> Future.failedFuture("metering answered " + answer.status());
        };
    }

    private Consumer<Optional<SettleReply>> acknowledging(String stream, Consumer<Optional<SettleReply>> settled) {
        return reply -> {
            unsettled.decrementAndGet();
            opened().acknowledged(stream);
            settled.accept(reply);
        };
    }

    private void sendAgain(String stream, String payload, Runnable answered) {
        loops.control().runOnContext(_ -> send(StreamId.parse(stream), parse(payload), 1, _ -> answered.run()));
    }

    private static long pauseMillis(int attempt) {
        return Math.min(LAST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 5));
    }

    private String print(SettleRequest request) {
        try {
            return json.writeValueAsString(request);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a settle is always printable", e);
        }
    }

    private SettleRequest parse(String payload) {
        try {
            return json.readValue(payload, SettleRequest.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line with a sound checksum is no settle", e);
        }
    }
}
