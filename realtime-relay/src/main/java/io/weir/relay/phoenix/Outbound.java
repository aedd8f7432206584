package io.weir.relay.phoenix;

import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Voice;
import io.weir.streams.run.Conflater;
import io.weir.streams.run.Run;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one socket has still to be sent, with one write in flight. Frames keep their order; the runs of a stream wait in a
 * conflater and are merged while a write is in flight, so a slow socket gets the same text in fewer frames. Broadcasts
 * cannot be merged: a socket that lets too many of them wait is closed, and its client comes back. Safe for any thread.
 */
final class Outbound {
    private static final int MAX_TEXT_BYTES = 64 * 1024;

    /** The socket itself. */
    interface Transport {
        /** Writes a frame; tells {@code done} once, on any thread, inside the call or later. */
        void write(ServerFrame frame, Done done);

        /** Closes the socket. */
        void close(int code, String reason);
    }

    /** Learns how a write ended. */
    @FunctionalInterface
    interface Done {
        void written(boolean ok);
    }

    /** Encodes what is said on one channel. */
    @FunctionalInterface
    interface Encoder {
        @Nullable
        ServerFrame encode(Broadcast broadcast);
    }

    /** The runs of one stream that wait for one channel. Belongs to the outbound that it is given to. */
    static final class Tail {
        private final Voice voice;
        private final Encoder encoder;
        private final Conflater waiting;
        private Voice.@Nullable Said newest;
        private boolean queued;

        Tail(Voice voice, Encoder encoder, long maxWaitingBytes) {
            this.voice = voice;
            this.encoder = encoder;
            this.waiting = new Conflater(maxWaitingBytes);
        }

        private List<Broadcast> poll() {
            Run run = waiting.poll(MAX_TEXT_BYTES);
            Voice.Said said = newest;
            if (run == null) {
                return List.of();
            }
            return said != null && said.run() == run ? said.broadcasts() : voice.render(run);
        }
    }

    private sealed interface Item {
        record Frame(ServerFrame frame) implements Item {}

        record Stream(Tail tail) implements Item {}
    }

    private final Transport transport;
    private final long maxWaitingBytes;
    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    private long waitingBytes;
    private boolean writing;
    private boolean closed;
    private long writingSinceNanos;

    Outbound(Transport transport, long maxWaitingBytes) {
        this.transport = transport;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /** Sends a frame. */
    void send(ServerFrame frame) {
        boolean slow;
        synchronized (this) {
            if (closed) {
                return;
            }
            slow = waitingBytes + frame.weight() > 2 * maxWaitingBytes && writing && waitingBytes > 0;
            if (!slow) {
                add(frame);
            }
        }
        if (slow) {
            close(1013, "too slow");
        } else {
            pump();
        }
    }

    /** Sends a frame whatever waits: a snapshot may be longer than the bound. */
    void sendSnapshot(ServerFrame frame) {
        synchronized (this) {
            if (closed) {
                return;
            }
            queue.add(new Item.Frame(frame));
        }
        pump();
    }

    /** Sends what is said about a run, merged with what else of its stream waits. */
    void send(Tail tail, Voice.Said said) {
        synchronized (this) {
            if (closed) {
                return;
            }
            tail.waiting.offer(said.run());
            tail.newest = said;
            if (!tail.queued) {
                tail.queued = true;
                queue.add(new Item.Stream(tail));
            }
        }
        pump();
    }

    /** Closes the socket and forgets what waits. */
    void close(int code, String reason) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        closed();
        transport.close(code, reason);
    }

    /** The socket is closed. */
    synchronized void closed() {
        closed = true;
        queue.clear();
        waitingBytes = 0;
    }

    /** How long the write in flight has taken; 0 if there is none. */
    synchronized long stalledNanos(long nowNanos) {
        return writing ? nowNanos - writingSinceNanos : 0;
    }

    private void add(ServerFrame frame) {
        queue.add(new Item.Frame(frame));
        waitingBytes += frame.weight();
    }

    /** A loop, since the transport may be done within the call. */
    private void pump() {
        ServerFrame next = take();
        while (next != null) {
            var completion = new Completion();
            transport.write(next, completion);
            if (completion.later()) {
                return;
            }
            next = take();
        }
    }

    private synchronized @Nullable ServerFrame take() {
        if (writing || closed) {
            return null;
        }
        ServerFrame next = poll();
        if (next != null) {
            writing = true;
            writingSinceNanos = System.nanoTime();
        }
        return next;
    }

    private @Nullable ServerFrame poll() {
        Item item = queue.poll();
        while (item != null) {
            ServerFrame frame =
                    switch (item) {
                        case Item.Frame(ServerFrame ready) -> {
                            waitingBytes = Math.max(0, waitingBytes - ready.weight());
                            yield ready;
                        }
                        case Item.Stream(Tail tail) -> next(tail);
                    };
            if (frame != null) {
                return frame;
            }
            item = queue.poll();
        }
        return null;
    }

    /** The next frame of a stream. What else it has to say stays in front, in order. */
    private @Nullable ServerFrame next(Tail tail) {
        List<Broadcast> broadcasts = tail.poll();
        if (tail.waiting.isEmpty()) {
            tail.queued = false;
            tail.newest = null;
        } else {
            queue.addFirst(new Item.Stream(tail));
        }
        ServerFrame first = null;
        for (int i = broadcasts.size() - 1; i >= 0; i--) {
            ServerFrame frame = tail.encoder.encode(broadcasts.get(i));
            if (frame == null) {
                continue;
            }
            if (first != null) {
                queue.addFirst(new Item.Frame(first));
                waitingBytes += first.weight();
            }
            first = frame;
        }
        return first;
    }

    private synchronized void written(boolean ok) {
        writing = false;
        if (!ok) {
            closed();
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
