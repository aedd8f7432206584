package io.weir.relay.ingest;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.relay.ingest.Fence.Verdict;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamLogs;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Looks for open streams whose gateway is not heard, and asks metering about them: while the gateway's lease runs, again
 * when it has run out; while metering is away, again and again. Only metering's answer ends a log.
 */
@Singleton
class Suspicion {
    private static final Logger LOG = Logger.getLogger(Suspicion.class);
    private static final long LOOK_MILLIS = 500;
    /** Metering's clock and ours are read at different moments. */
    private static final long LEASE_MARGIN_MILLIS = 250;

    private final StreamLogs logs;
    private final Fence fence;
    private final IngestConfig config;
    /** When to ask next, in nanoseconds of the monotonic clock; far away while an answer is awaited. */
    private final Map<StreamId, Long> cases = new ConcurrentHashMap<>();

    Suspicion(StreamLogs logs, Fence fence, IngestConfig config) {
        this.logs = logs;
        this.fence = fence;
        this.config = config;
    }

    void start(@Observes StartupEvent started, Vertx vertx) {
        vertx.setPeriodic(
                LOOK_MILLIS, _ -> logs.open().forEach(stream -> stream.loop().run(() -> look(stream))));
    }

    private void look(LiveStream stream) {
        if (!stream.isSuspect()) {
            cases.remove(stream.id());
            return;
        }
        long now = System.nanoTime();
        Long due = cases.putIfAbsent(stream.id(), now);
        if (due == null) {
            LOG.warnf("gateway suspected stream=%s", stream.id());
        } else if (due - now > 0) {
            return;
        }
        askAgain(stream.id(), 60_000);
        fence.ask(stream.id())
                .subscribe()
                .with(
                        verdict -> stream.loop().run(() -> judge(stream, verdict)),
                        failure -> LOG.errorf(failure, "fence failed stream=%s", stream.id()));
    }

    private void judge(LiveStream stream, Verdict verdict) {
        switch (verdict) {
            case Verdict.Settled(FenceReply reply) -> end(stream, reply);
            case Verdict.Unknown _ -> end(stream, new FenceReply(Long.MAX_VALUE, EndReason.ORPHANED, Totals.ZERO, 0));
            case Verdict.Leased(long remainingMillis) ->
                askAgain(stream.id(), Math.max(0, remainingMillis) + LEASE_MARGIN_MILLIS);
            case Verdict.Unreachable _ ->
                askAgain(stream.id(), config.retryFence().toMillis());
        }
    }

    private void end(LiveStream stream, FenceReply reply) {
        LOG.warnf(
                "stream fenced stream=%s reason=%s", stream.id(), reply.reason().wire());
        cases.remove(stream.id());
        stream.fenced(reply);
    }

    private void askAgain(StreamId stream, long inMillis) {
        cases.put(stream, System.nanoTime() + inMillis * 1_000_000);
    }
}
