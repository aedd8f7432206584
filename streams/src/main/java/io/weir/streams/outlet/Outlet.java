package io.weir.streams.outlet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.problem.ProblemType;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.Conflater;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one reader: cursor → conflater → renderer → sink, one write in flight. Runs that the reader has already been sent
 * are skipped, a run that overlaps is cut, and what arrives in one turn of the loop, or while a write is in flight, goes out
 * merged: a late loop writes less often, not less. Nothing is dropped. Everything is called on one thread.
 *
 * <pre>
 *   Open ── terminal, problem() or finish() ──► Ending ── last write done ──► Closed(ENDED)
 *     │                                            │
 *     └────────── gone(), a write failed ──────────┴────────────────────────► Closed(GONE)
 * </pre>
 */
public final class Outlet {
    /** How the reader left. */
    public enum Cause {
        /** Everything was written and the response ended by us. */
        ENDED,
        /** The connection is gone; the stream goes on without it. */
        GONE
    }

    /** Told exactly once that nothing more will be written. */
    @FunctionalInterface
    public interface Closed {
        /** The outlet is closed. */
        void closed(Cause cause);
    }

    /**
     * Bounds of one reader.
     *
     * @param maxPendingBytes weight beyond which waiting deltas are merged at once
     * @param maxWriteBytes roughly how much goes into one write; a single longer run is written whole
     */
    public record Limits(long maxPendingBytes, int maxWriteBytes) {
        /** 1 MiB waiting, 64 KiB a write. */
        public static final Limits DEFAULT = new Limits(1 << 20, 1 << 16);

        public Limits {
            if (maxPendingBytes < 1 || maxWriteBytes < 1) {
                throw new IllegalArgumentException("limits must be positive");
            }
        }
    }

    private final Renderer renderer;
    private final Sink sink;
    private final Limits limits;
    private final Closed closed;
    private final Conflater pending;
    /** Rendered, waiting for the write in flight. Comes before what is pending. */
    private @Nullable ByteBuf ahead;
    /** Only the newest one counts. */
    private @Nullable ByteBuf usage;

    private long cursor;
    private long sent;
    private boolean heartbeatDue;
    private boolean ending;
    private boolean inFlight;
    private boolean pumping;
    private boolean due;
    private boolean over;

    /**
     * An outlet that has shown everything up to {@code cursor}.
     *
     * @param cursor last offset that the reader has, 0 for a new reader
     */
    public Outlet(Renderer renderer, Sink sink, long cursor, Limits limits, Closed closed) {
        this.renderer = renderer;
        this.sink = sink;
        this.cursor = cursor;
        this.sent = cursor;
        this.limits = limits;
        this.closed = closed;
        this.pending = new Conflater(limits.maxPendingBytes());
    }

    /** Writes the first bytes of the response, so that its headers leave. */
    public void connected() {
        if (open()) {
            renderer.connected(ahead());
            pump();
        }
    }

    /**
     * Takes the next run. A terminal is always shown, even below the cursor (a reader may have seen more than the log
     * kept), and ends the outlet; whatever comes after it is ignored.
     */
    public void offer(Run run) {
        if (!open()) {
            return;
        }
        if (run instanceof Run.Terminal) {
            pending.offer(run);
            cursor = Math.max(cursor, run.last());
            ending = true;
        } else if (run.last() > cursor) {
            pending.offer(run instanceof Deltas deltas && run.first() <= cursor ? deltas.after(cursor) : run);
            cursor = run.last();
        }
        pumpSoon();
    }

    /**
     * Takes a snapshot: it replaces what the reader has and what waits to be sent. A reader that has nothing yet gets it as
     * ordinary text, so that it loses nothing in dialects that cannot replace.
     */
    public void snapshot(Deltas text) {
        if (open()) {
            pending.clear();
            if (sent == 0) {
                pending.offer(text);
            } else {
                renderer.snapshot(text, ahead());
            }
            cursor = text.last();
            pump();
        }
    }

    /** Takes one of our own events. Of several {@code weir.usage} that wait, only the newest is sent. */
    public void weir(String type, ByteBuf json) {
        if (!open()) {
            return;
        }
        if (type.equals(EventTypes.WEIR_USAGE)) {
            usage = json;
        } else {
            flushPendingAhead();
            renderer.weir(type, json, ahead());
        }
        pump();
    }

    /** Keeps an idle connection open; does nothing while something is being written anyway. */
    public void heartbeat() {
        if (open() && !inFlight) {
            heartbeatDue = true;
            pump();
        }
    }

    /** Ends the response with an error because no stream began. */
    public void problem(ProblemType type, String detail) {
        if (open()) {
            flushPendingAhead();
            renderer.problem(type, detail, ahead());
            ending = true;
            pump();
        }
    }

    /** Ends the response after everything taken so far, without a terminal: the client resumes. */
    public void finish() {
        if (open()) {
            ending = true;
            pump();
        }
    }

    /** The connection is gone. */
    public void gone() {
        close(Cause.GONE);
    }

    /** Last offset taken: a new source goes on from here. */
    public long cursor() {
        return cursor;
    }

    /** Last offset handed to the sink. */
    public long sent() {
        return sent;
    }

    /** Weight of what waits behind the write in flight; the owner drops a reader that stays over its limit too long. */
    public long pendingBytes() {
        return pending.pendingBytes() + (ahead == null ? 0 : ahead.readableBytes());
    }

    /** True while a write is in flight. */
    public boolean isWriting() {
        return inFlight;
    }

    /** True once the outlet takes nothing more. */
    public boolean isClosed() {
        return over;
    }

    private boolean open() {
        return !ending && !over;
    }

    private ByteBuf ahead() {
        ByteBuf buffer = ahead;
        if (buffer == null) {
            buffer = Unpooled.buffer(256);
            ahead = buffer;
        }
        return buffer;
    }

    private void flushPendingAhead() {
        ByteBuf out = ahead();
        Run run = pending.poll(limits.maxWriteBytes());
        while (run != null) {
            renderer.render(run, out);
            sent = run.last();
            run = pending.poll(limits.maxWriteBytes());
        }
    }

    private void pumpSoon() {
        if (!due && !inFlight) {
            due = true;
            sink.soon(() -> {
                due = false;
                pump();
            });
        }
    }

    /** Writes until the sink has something in flight or nothing waits. A loop, since a sink may complete at once. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!over && !inFlight) {
                ByteBuf out = next();
                if (!out.isReadable()) {
                    if (ending) {
                        close(Cause.ENDED);
                    }
                    return;
                }
                inFlight = true;
                sink.write(out, new Once());
            }
        } finally {
            pumping = false;
        }
    }

    private ByteBuf next() {
        ByteBuf out = ahead();
        ahead = null;
        while (out.readableBytes() < limits.maxWriteBytes()) {
            Run run = pending.poll(limits.maxWriteBytes());
            if (run == null) {
                break;
            }
            if (run instanceof Run.Terminal) {
                takeUsage(out);
            }
            renderer.render(run, out);
            sent = Math.max(sent, run.last());
        }
        takeUsage(out);
        if (heartbeatDue && !out.isReadable() && !ending) {
            renderer.heartbeat(out);
        }
        heartbeatDue = false;
        return out;
    }

    private void takeUsage(ByteBuf out) {
        ByteBuf json = usage;
        if (json != null) {
            usage = null;
            renderer.weir(EventTypes.WEIR_USAGE, json, out);
        }
    }

    private void close(Cause cause) {
        if (over) {
            return;
        }
        over = true;
        ahead = null;
        usage = null;
        if (cause == Cause.ENDED) {
            sink.close();
        }
        closed.closed(cause);
    }

    /** A write's completion; a second call is ignored. */
    private final class Once implements Sink.Completion {
        private boolean done;

        @Override
        public void written(boolean ok) {
            if (done) {
                return;
            }
            done = true;
            inFlight = false;
            if (ok) {
                pump();
            } else {
                close(Cause.GONE);
            }
        }
    }
}
