package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.handoff.View;
import io.weir.gateway.net.NettyBytes;
import io.weir.streams.outlet.Outlet;
import io.weir.streams.outlet.Sink;
import io.weir.streams.render.Commitment;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import io.weir.streams.sse.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A reader on the request's own connection, and its view of the stream: heartbeats, usage, and status and headers that may
 * wait until the agent has committed itself. When it goes away the stream goes on. Stream's event loop only.
 *
 * <pre>
 *   New ── connect() ──► Held ── commit() ──► Shown ── terminal, abandon() ──► closed
 *                         └── a problem instead ──────────────────────────────────┘
 * </pre>
 */
final class Reader implements DirectReader, Sink {
    /** A write that the other side has not taken for this long: it is dead. */
    private static final Duration STALLED = Duration.ofMinutes(5);

    private final Visitor visitor;
    private final HttpServerResponse response;
    private final Outlet outlet;
    private final List<Run> held = new ArrayList<>();
    private final long commitAfterNanos;
    private long writtenNanos = System.nanoTime();
    private boolean connected;
    private boolean committed;

    /**
     * A reader that has nothing yet.
     *
     * @param commitAfter how long a view that is not {@code early} waits for the agent
     */
    Reader(Visitor visitor, Duration commitAfter) {
        this(visitor, commitAfter, _ -> {});
    }

    Reader(Visitor visitor, Duration commitAfter, Outlet.Closed closed) {
        this.visitor = visitor;
        this.response = visitor.response();
        this.commitAfterNanos = commitAfter.toNanos();
        View view = visitor.view();
        this.outlet = new Outlet(
                Renderer.of(view.dialect(), view.framing(), visitor.ticket().stream(), view.model(), view.usageChunk()),
                this,
                0,
                Outlet.Limits.DEFAULT,
                closed);
        response.exceptionHandler(_ -> outlet.gone());
        response.closeHandler(_ -> outlet.gone());
    }

    /** The stream is ours to show, unless the caller has been answered already or has left. */
    @Override
    public void connect() {
        if (response.headWritten() || response.closed()) {
            outlet.gone();
            return;
        }
        connected = true;
        writtenNanos = System.nanoTime();
        if (visitor.view().early()) {
            commit();
        }
    }

    /** Status, headers, the first comment, and what was held back. */
    private void commit() {
        if (committed || outlet.isClosed()) {
            return;
        }
        committed = true;
        openEventStream(response, visitor.view().framing().contentType());
        if (visitor.handedOff()) {
            response.putHeader(StreamId.HEADER, visitor.ticket().stream().toString());
        }
        outlet.connected();
        held.forEach(outlet::offer);
        held.clear();
    }

    @Override
    public void offer(Run run) {
        if (committed || !connected) {
            outlet.offer(run);
            return;
        }
        Optional<Commitment.Failure> failure = Commitment.problemOf(run);
        if (failure.isPresent()) {
            refuse(failure.get().type(), failure.get().detail());
            return;
        }
        held.add(run);
        if (Commitment.commits(run)) {
            commit();
        }
    }

    /** All text so far, which replaces what was shown. */
    void snapshot(Deltas text) {
        commit();
        outlet.snapshot(text);
    }

    @Override
    public void weir(String type, ByteBuf json) {
        if (committed && (visitor.view().usage() || !type.equals(EventTypes.WEIR_USAGE))) {
            outlet.weir(type, json);
        }
    }

    /** Ends the response without a terminal: the other side resumes from the relay's log. */
    @Override
    public void abandon() {
        if (committed || !connected) {
            outlet.finish();
        } else {
            refuse(ProblemType.RELAY_UNAVAILABLE, "The answer cannot be read right now.");
        }
    }

    private void refuse(ProblemType type, String detail) {
        held.clear();
        outlet.gone();
        visitor.refuse(type, detail);
    }

    /** True once nothing more can be shown here. */
    @Override
    public boolean closed() {
        return outlet.isClosed();
    }

    @Override
    public void tick(long nowNanos, Duration heartbeat) {
        if (!connected) {
            return;
        }
        long idle = nowNanos - writtenNanos;
        if (!committed) {
            if (idle >= commitAfterNanos) {
                commit();
            }
        } else if (outlet.isWriting()) {
            if (idle > STALLED.toNanos()) {
                outlet.gone();
                response.reset();
            }
        } else if (idle > heartbeat.toNanos()) {
            outlet.heartbeat();
        }
    }

    /** Keeps an idle connection open. */
    void heartbeat() {
        outlet.heartbeat();
    }

    @Override
    public void write(ByteBuf bytes, Completion completion) {
        writtenNanos = System.nanoTime();
        if (response.closed() || response.ended()) {
            completion.written(false);
            return;
        }
        response.write(NettyBytes.of(bytes)).onComplete(done -> {
            writtenNanos = System.nanoTime();
            completion.written(done.succeeded());
        });
    }

    @Override
    public void close() {
        if (!response.closed() && !response.ended()) {
            response.end();
        }
    }

    /** Status and headers of every event stream. */
    static void openEventStream(HttpServerResponse response, String contentType) {
        response.setStatusCode(200)
                .setChunked(true)
                .putHeader("Content-Type", contentType)
                .putHeader("Cache-Control", EventStream.CACHE_CONTROL)
                .putHeader(EventStream.BUFFERING_HEADER, EventStream.BUFFERING);
    }
}
