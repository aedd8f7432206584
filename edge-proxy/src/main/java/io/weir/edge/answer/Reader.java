package io.weir.edge.answer;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.streams.outlet.Outlet;
import io.weir.streams.render.Commitment;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One reader of one answer: what comes from gateway or relay goes through an {@link Outlet} into the response. Event loop
 * of the request only.
 *
 * <pre>
 *   Held ── commit() ──► Shown ── terminal, cut() ──► Over
 *     │                                                 ▲
 *     └── refuse(): an HTTP problem ────────────────────┤
 *   any ── the browser left ────────────────────────────┘
 * </pre>
 */
final class Reader implements Recipient {
    private final RoutingContext context;
    private final ProblemWriter problems;
    private final Presentation presentation;
    private final StreamId stream;
    private final Outlet outlet;
    private final Context loop;
    private final ResponseSink sink;
    private final Stall stall;
    private final List<Run> held = new ArrayList<>();
    private final long heartbeatTimer;
    private final Runnable left;
    private long commitTimer = -1;
    private boolean committed;
    private boolean ended;
    private boolean over;

    /**
     * A reader that has everything up to {@code cursor}.
     *
     * @param left told once, when nothing more can be shown
     */
    Reader(
            RoutingContext context,
            ProblemWriter problems,
            Presentation presentation,
            StreamId stream,
            long cursor,
            AnswerConfig config,
            Runnable left) {
        this.context = context;
        this.problems = problems;
        this.presentation = presentation;
        this.stream = stream;
        this.left = left;
        this.loop = context.vertx().getOrCreateContext();
        this.sink = new ResponseSink(context.response(), loop);
        this.stall = new Stall(config.stalled(), System::nanoTime);
        this.outlet = new Outlet(
                Renderer.of(
                        presentation.dialect(),
                        presentation.framing(),
                        stream,
                        presentation.model(),
                        presentation.extent() == Presentation.Extent.EVENTS_AND_USAGE),
                sink,
                cursor,
                new Outlet.Limits(config.maxPendingBytes(), config.maxWriteBytes()),
                _ -> finished());
        context.response().exceptionHandler(_ -> outlet.gone()).closeHandler(_ -> outlet.gone());
        this.heartbeatTimer = vertx().setPeriodic(config.heartbeat().toMillis(), _ -> beat());
        if (context.response().closed()) {
            outlet.gone();
        } else if (presentation.early()) {
            commit();
        } else {
            commitTimer = vertx().setTimer(config.commitAfter().toMillis(), _ -> commit());
        }
    }

    private Vertx vertx() {
        return context.vertx();
    }

    @Override
    public void run(Run run) {
        if (over || ended) {
            return;
        }
        if (committed) {
            show(run);
            return;
        }
        Optional<Commitment.Failure> failure = Commitment.problemOf(run);
        if (failure.isPresent()) {
            ended = true;
            // It is known under this id, and has a receipt.
            context.response().putHeader(StreamId.HEADER, stream.toString());
            refuse(new ProblemException(failure.get().type(), failure.get().detail()));
            return;
        }
        held.add(run);
        if (Commitment.commits(run)) {
            commit();
        }
    }

    @Override
    public void snapshot(Deltas text) {
        commit();
        outlet.snapshot(text);
    }

    @Override
    public void weir(String type, ByteBuf json) {
        if (committed && (presentation.usage() || !type.equals(EventTypes.WEIR_USAGE))) {
            outlet.weir(type, json);
        }
    }

    private void show(Run run) {
        ended |= run instanceof Run.Terminal;
        outlet.offer(run);
    }

    private void commit() {
        if (committed || over) {
            return;
        }
        committed = true;
        vertx().cancelTimer(commitTimer);
        sink.head(presentation.framing(), stream);
        outlet.connected();
        held.forEach(this::show);
        held.clear();
    }

    /** An HTTP problem while that is possible, else the dialect's error. */
    @Override
    public void refuse(ProblemException problem) {
        if (over) {
            return;
        }
        if (committed) {
            outlet.problem(problem.type(), problem.detail());
        } else {
            finished();
            problems.write(context, problem);
        }
    }

    /** Ends the response so that the client resumes elsewhere. From any thread. */
    void sendAway() {
        loop.runOnContext(_ -> {
            if (!over && !ended) {
                cut();
            }
        });
    }

    /** Ends the response without a terminal event, so that the client resumes. */
    @Override
    public void cut() {
        if (committed) {
            outlet.finish();
        } else {
            refuse(new ProblemException(ProblemType.RELAY_UNAVAILABLE, "The answer cannot be read right now."));
        }
    }

    @Override
    public long cursor() {
        return held.isEmpty() ? outlet.cursor() : held.getLast().last();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean over() {
        return over;
    }

    private void beat() {
        if (stall.isStalled(outlet.isWriting(), outlet.sent())) {
            sink.cut();
            outlet.gone();
        } else if (committed) {
            outlet.heartbeat();
        }
    }

    private void finished() {
        if (over) {
            return;
        }
        over = true;
        vertx().cancelTimer(heartbeatTimer);
        vertx().cancelTimer(commitTimer);
        left.run();
    }
}
