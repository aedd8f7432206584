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
import io.weir.relay.nodes.Nodes;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Looks for open streams whose gateway is not heard, and asks metering about them: while the gateway's lease runs, again
 * when it has run out; while metering is away, again and again. Only metering's answer ends a log:
 * an orphaned stream's at once; that of a stream which its gateway had settled before it fell silent only after another
 * wait, as in {@link io.weir.streams.life.Suspicion}, because the tail of its text is still with that gateway.
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
    private final Answers answers;
    private final Nodes nodes;
    private final Map<StreamId, Case> cases = new ConcurrentHashMap<>();

    Suspicion(StreamLogs logs, Fence fence, IngestConfig config, Answers answers, Nodes nodes) {
        this.logs = logs;
        this.fence = fence;
        this.config = config;
        this.answers = answers;
        this.nodes = nodes;
    }

    /**
     * A suspected stream; times in nanoseconds of the monotonic clock.
     *
     * @param since when its gateway was suspected
     * @param askAt when to ask next; far away while an answer is awaited
     */
    private record Case(long since, long askAt) {}

    void start(@Observes StartupEvent started, Vertx vertx) {
        nodes.left(answers::await);
        vertx.setPeriodic(LOOK_MILLIS, _ -> {
            cases.keySet().removeIf(id -> logs.find(id).map(LiveStream::isEnded).orElse(true));
            logs.open().forEach(stream -> stream.loop().run(() -> look(stream)));
        });
    }

    private void look(LiveStream stream) {
        if (!stream.isSuspect()) {
            cases.remove(stream.id());
            return;
        }
        long now = System.nanoTime();
        Case known = cases.putIfAbsent(stream.id(), new Case(now, now));
        if (known == null) {
            LOG.warnf("gateway suspected stream=%s", stream.id());
        } else if (known.askAt() - now > 0) {
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
            case Verdict.Settled(FenceReply reply) -> settled(stream, reply);
            case Verdict.Unknown _ -> end(stream, new FenceReply(Long.MAX_VALUE, EndReason.ORPHANED, Totals.ZERO, 0));
            case Verdict.Leased(long remainingMillis) ->
                askAgain(stream.id(), Math.max(0, remainingMillis) + LEASE_MARGIN_MILLIS);
            case Verdict.Unreachable _ ->
                askAgain(stream.id(), config.retryFence().toMillis());
        }
    }

    private void settled(LiveStream stream, FenceReply reply) {
        if (reply.reason() == EndReason.ORPHANED) {
            end(stream, reply);
            return;
        }
        Case known = cases.get(stream.id());
        if (known == null) {
            // Its gateway is heard again, and brings the rest itself.
            return;
        }
        long waited = (System.nanoTime() - known.since()) / 1_000_000;
        long silence = config.suspectAfter().toMillis();
        long left = config.tailPatience().toMillis() - silence - waited;
        if (left <= 0) {
            end(stream, reply);
        } else {
            askAgain(stream.id(), Math.min(left, silence));
        }
    }

    private void end(LiveStream stream, FenceReply reply) {
        LOG.warnf(
                "stream fenced stream=%s reason=%s", stream.id(), reply.reason().wire());
        cases.remove(stream.id());
        answers.await(stream);
        nodes.fenced(stream, reply);
    }

    private void askAgain(StreamId stream, long inMillis) {
        long askAt = System.nanoTime() + inMillis * 1_000_000;
        cases.computeIfPresent(stream, (_, known) -> new Case(known.since(), askAt));
    }
}
