package io.weir.relay.delivery;

import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Newest;
import io.weir.relay.topics.Voice;
import io.weir.streams.life.StreamLog.Reading;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one connection has still to be sent, with one write in flight. Frames keep their order; the runs of a stream wait in
 * its {@link Tail} and are merged while a write is in flight, so a slow connection gets the same text in fewer frames. Where
 * even merged text has no room, its stream falls behind and is read from the log later. Broadcasts cannot be merged: a
 * connection that lets too many of them wait is closed, and its client comes back. Safe for any thread.
 *
 * @param <F> what the connection sends
 */
public final class Outbound<F extends Frame> {
    private static final int TOO_SLOW = 1013;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int WRITE_BYTES = 64 * 1024;
    private static final int WRITE_FRAMES = 64;

    /**
     * The connection itself.
     *
     * @param <F> what it sends
     */
    public interface Transport<F extends Frame> {
        /** Writes frames in order; tells {@code done} once for all of them, on any thread, inside the call or later. */
        void write(List<F> frames, Done done);

        /** Closes the connection. */
        void close(int code, String reason);
    }

    /** Learns how a write ended. */
    @FunctionalInterface
    public interface Done {
        /** The write is over. */
        void written(boolean ok);
    }

    private sealed interface Item<F extends Frame> {
        record Single<F extends Frame>(F frame) implements Item<F> {}

        record Stream<F extends Frame>(Tail<F> tail) implements Item<F> {}

        record Latest<F extends Frame>(Slot<F> slot) implements Item<F> {}
    }

    private record Flying<F extends Frame>(Tail<F> tail, long upTo) {}

    private final Transport<F> transport;
    private final long maxWaitingBytes;
    private final ArrayDeque<Item<F>> queue = new ArrayDeque<>(2);
    private List<Flying<F>> flying = List.of();
    private long waitingBytes;
    private long tailBytes;
    private boolean writing;
    private boolean closed;
    private long writingSinceNanos;

    /**
     * Nothing to send yet.
     *
     * @param maxWaitingBytes what may wait of streams before they fall behind; twice that in broadcasts, and the connection
     *     is closed
     */
    public Outbound(Transport<F> transport, long maxWaitingBytes) {
        this.transport = transport;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /** Sends a frame. */
    public void send(F frame) {
        send(List.of(frame));
    }

    /** Sends frames, if nothing else is in flight with one write. */
    public void send(List<F> frames) {
        boolean slow = false;
        synchronized (this) {
            if (closed) {
                return;
            }
            for (F frame : frames) {
                slow |= waitingBytes + frame.weight() > 2 * maxWaitingBytes && writing && waitingBytes > 0;
                if (!slow) {
                    queue.add(new Item.Single<>(frame));
                    waitingBytes += frame.weight();
                }
            }
        }
        if (slow) {
            close(TOO_SLOW, "too slow");
        } else {
            pump();
        }
    }

    /** Sends what is said about a run, merged with what else of its stream waits. */
    public void live(Tail<F> tail, Voice.Said said) {
        synchronized (this) {
            if (closed) {
                return;
            }
            long before = tail.weight();
            tail.offer(said);
            tailBytes += tail.weight() - before;
            if (tailBytes > maxWaitingBytes) {
                makeRoom(tail);
            }
            queue(tail);
        }
        pump();
    }

    private void makeRoom(Tail<F> tail) {
        long before = tail.weight();
        if (!tail.compact() || tailBytes + tail.weight() - before > maxWaitingBytes) {
            tail.fallBehind();
        }
        tailBytes += tail.weight() - before;
    }

    /** Sends all text of a stream so far, in the place of what waits of it. */
    public void snapshot(Tail<F> tail, Voice.Said said) {
        synchronized (this) {
            if (closed) {
                return;
            }
            long before = tail.weight();
            tail.offerSnapshot(said);
            tailBytes += tail.weight() - before;
            queue(tail);
        }
        pump();
    }

    /**
     * Reads the stream from its log, from where the tail stands, until it is at its head; then {@code caughtUp} runs on the
     * topic's loop. It never runs if the connection is closed before.
     */
    public void resume(Tail<F> tail, Runnable caughtUp) {
        synchronized (this) {
            if (closed) {
                return;
            }
            tail.resume(caughtUp);
            queue(tail);
        }
        pump();
    }

    /** Sends the newest. What still waits in the slot is skipped; it does not count into the bound of what waits. */
    public void newest(Slot<F> slot, Newest newest, long skipped) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (slot.offer(newest, skipped)) {
                queue.add(new Item.Latest<>(slot));
            }
        }
        pump();
    }

    /** Closes the connection and forgets what waits. */
    public void close(int code, String reason) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        closed();
        transport.close(code, reason);
    }

    /** The connection is closed. */
    public synchronized void closed() {
        closed = true;
        queue.clear();
        flying = List.of();
        waitingBytes = 0;
        tailBytes = 0;
    }

    /** How long the write in flight has taken; 0 if there is none. */
    public synchronized long stalledNanos(long nowNanos) {
        return writing ? nowNanos - writingSinceNanos : 0;
    }

    /** Weight of what waits: broadcasts, and what streams have not merged or given back to their logs. */
    public synchronized long waitingBytes() {
        return waitingBytes + tailBytes;
    }

    private void queue(Tail<F> tail) {
        if (!tail.queued && !tail.isIdle()) {
            tail.queued = true;
            queue.add(new Item.Stream<>(tail));
        }
    }

    /** A loop, since the transport may be done within the call. */
    private void pump() {
        List<F> next = take();
        while (!next.isEmpty()) {
            var completion = new Completion();
            transport.write(next, completion);
            if (completion.later()) {
                return;
            }
            next = take();
        }
    }

    private synchronized List<F> take() {
        if (writing || closed || queue.isEmpty()) {
            return List.of();
        }
        List<F> frames = new ArrayList<>();
        flying = new ArrayList<>();
        long bytes = 0;
        while (bytes < WRITE_BYTES && frames.size() < WRITE_FRAMES && !queue.isEmpty()) {
            bytes += gather(queue.remove(), frames);
        }
        if (!frames.isEmpty()) {
            writing = true;
            writingSinceNanos = System.nanoTime();
        }
        return frames;
    }

    private long gather(Item<F> item, List<F> frames) {
        return switch (item) {
            case Item.Single<F>(F frame) -> {
                waitingBytes = Math.max(0, waitingBytes - frame.weight());
                frames.add(frame);
                yield frame.weight();
            }
            case Item.Stream<F>(Tail<F> tail) -> gather(tail, frames);
            case Item.Latest<F>(Slot<F> slot) -> gather(slot, frames);
        };
    }

    private long gather(Slot<F> slot, List<F> frames) {
        F frame = slot.poll();
        if (frame == null) {
            return 0;
        }
        frames.add(frame);
        return frame.weight();
    }

    /** What a stream says next. What else it has to say stays in front, in order. */
    private long gather(Tail<F> tail, List<F> frames) {
        long before = tail.weight();
        List<Broadcast> said = tail.poll();
        tailBytes += tail.weight() - before;
        long bytes = 0;
        for (Broadcast broadcast : said) {
            F frame = tail.encode(broadcast);
            if (frame != null) {
                frames.add(frame);
                bytes += frame.weight();
            }
        }
        flying.add(new Flying<>(tail, tail.sent()));
        tail.ask().ifPresent(question -> tail.telling()
                .read(tail.position(), PIECE_BYTES, reading -> answered(tail, question, reading)));
        tail.queued = !tail.isIdle();
        if (tail.queued) {
            queue.addFirst(new Item.Stream<>(tail));
        }
        return bytes;
    }

    private void answered(Tail<F> tail, int question, Optional<Reading> reading) {
        Optional<Runnable> caughtUp;
        synchronized (this) {
            if (closed) {
                return;
            }
            long before = tail.weight();
            caughtUp = tail.take(question, reading);
            tailBytes += tail.weight() - before;
            queue(tail);
        }
        pump();
        caughtUp.ifPresent(Runnable::run);
    }

    private void written(boolean ok) {
        List<Flying<F>> landed;
        synchronized (this) {
            writing = false;
            landed = flying;
            flying = List.of();
            if (!ok) {
                closed();
                return;
            }
        }
        for (Flying<F> one : landed) {
            if (one.tail().written(one.upTo())) {
                one.tail().telling().delivered(one.tail());
            }
        }
    }

    /** Told once; whoever comes second, the transport or the pump, goes on. */
    private final class Completion implements Done {
        private static final int OPEN = 0;
        private static final int RETURNED = 1;
        private static final int WRITTEN = 2;

        private final AtomicInteger state = new AtomicInteger(OPEN);

        @Override
        public void written(boolean ok) {
            Outbound.this.written(ok);
            if (!state.compareAndSet(OPEN, WRITTEN)) {
                pump();
            }
        }

        boolean later() {
            return state.compareAndSet(OPEN, RETURNED);
        }
    }
}
