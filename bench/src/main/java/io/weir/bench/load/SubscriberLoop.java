package io.weir.bench.load;

import io.weir.bench.load.Subscriber.State;
import io.weir.bench.wire.FrameReader;
import io.weir.bench.wire.FrameWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Reads all subscribers' sockets on one thread, with one buffer for all. */
final class SubscriberLoop implements Runnable {
    private static final int BUFFER_BYTES = 512 * 1024;
    private static final int SELECT_MILLIS = 10;
    private static final int MAX_JOINING = 200;
    private static final int SOURCES = 4;
    private static final int JOIN_DIGITS = 3;
    private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final LoadSpec spec;
    private final Dialect dialect;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Integer> settled = new CompletableFuture<>();
    private final FrameReader.Taker taker = this::frame;
    private final Marks.Taker marker = this::mark;

    private final Histogram joins = new Histogram(JOIN_DIGITS);
    private @Nullable Tally tally;
    private long startNanos;
    private long beats;
    private int ready;
    private int failed;
    private long closed;
    private @Nullable String firstFailure;
    private volatile boolean stopped;

    /** What is being read, for the callbacks. */
    private @Nullable SelectionKey reading;

    private long readNanos;
    private boolean marked;

    SubscriberLoop(LoadSpec spec) throws IOException {
        this.spec = spec;
        this.dialect = spec.kind().dialect(spec);
        this.selector = Selector.open();
    }

    /** Completed with the number of subscribers that follow their topic once none is left on the way. */
    CompletableFuture<Integer> settled() {
        return settled;
    }

    /** From now on arrivals are told to this tally. */
    CompletableFuture<Void> follow(Tally next) {
        return ask(() -> {
            tally = next;
            subscribers.forEach(subscriber -> {
                subscriber.receipts = new Receipts();
                subscriber.lastNanos = 0;
            });
            return null;
        });
    }

    /** Answers on the loop's thread. */
    <T extends @Nullable Object> CompletableFuture<T> ask(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        tasks.add(() -> answer.complete(question.get()));
        selector.wakeup();
        return answer;
    }

    List<Subscriber> subscribers() {
        return subscribers;
    }

    /** How long it took subscribers from their request until they followed their topic, in nanoseconds. */
    Histogram joins() {
        return joins;
    }

    /** Sockets that the server has closed. */
    long closed() {
        return closed;
    }

    /** Why the first of the subscribers that failed did so. */
    @Nullable
    String firstFailure() {
        return firstFailure;
    }

    /**
     * Stops what a subscriber follows: by the request that the dialect has for it, which whoever asks then sends, or by
     * closing its socket.
     *
     * @return the topic, the time, and the request if there is one
     */
    Stop stop(int number) {
        Subscriber subscriber = subscribers.get(number);
        Optional<ByteBuffer> request = dialect.stop(authority(), number);
        long now = System.nanoTime();
        SelectionKey key = subscriber.channel.keyFor(selector);
        if (request.isEmpty() && key != null) {
            lost(subscriber, key, "stopped");
        }
        return new Stop(subscriber.topic, now, request);
    }

    /** How a subscriber is stopped, and since when where that has been done. */
    record Stop(int topic, long atNanos, Optional<ByteBuffer> request) {}

    private String authority() {
        return "127.0.0.1:" + spec.port();
    }

    void stop() {
        stopped = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        startNanos = System.nanoTime();
        try {
            while (!stopped) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                long now = System.nanoTime();
                connect(now);
                beat(now);
                selector.select(this::selected, SELECT_MILLIS);
            }
            selector.close();
            for (Subscriber subscriber : subscribers) {
                subscriber.channel.close();
            }
        } catch (IOException | RuntimeException e) {
            settled.completeExceptionally(e);
            throw new IllegalStateException("loop ended", e);
        }
    }

    private void connect(long now) throws IOException {
        long due = Math.min(spec.subscribers(), 1 + (now - startNanos) * spec.connectsPerSecond() / 1_000_000_000L);
        while (subscribers.size() < due && subscribers.size() - ready - failed < MAX_JOINING) {
            int number = subscribers.size();
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.bind(new InetSocketAddress("127.0.0." + (spec.firstSource() + number % SOURCES), 0));
            var subscriber =
                    new Subscriber(number, spec.firstTopic() + number % spec.topics(), channel, dialect.framing());
            subscribers.add(subscriber);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, subscriber);
            if (channel.connect(spec.server())) {
                connected(subscriber, key);
            }
        }
    }

    /** Heartbeats, spread evenly over the time between two of one subscriber. */
    private void beat(long now) {
        if (dialect.heartbeat().isEmpty() || !settled.isDone()) {
            return;
        }
        long due = (now - startNanos) * subscribers.size() / BEAT_NANOS;
        beats = Math.max(beats, due - subscribers.size());
        for (; beats < due; beats++) {
            Subscriber subscriber = subscribers.get((int) (beats % subscribers.size()));
            SelectionKey key = subscriber.channel.keyFor(selector);
            if (subscriber.state == State.READY && key != null) {
                guarded(
                        subscriber,
                        key,
                        () -> say(subscriber, key, dialect.heartbeat().orElseThrow()));
            }
        }
    }

    private void selected(SelectionKey key) {
        var subscriber = (Subscriber) key.attachment();
        guarded(subscriber, key, () -> {
            if (key.isConnectable() && subscriber.channel.finishConnect()) {
                connected(subscriber, key);
            }
            if (key.isValid() && key.isWritable()) {
                subscriber.writable(key);
            }
            if (key.isValid() && key.isReadable()) {
                read(subscriber, key);
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private void guarded(Subscriber subscriber, SelectionKey key, Work work) {
        try {
            work.run();
        } catch (IOException e) {
            lost(subscriber, key, String.valueOf(e.getMessage()));
        }
    }

    private void connected(Subscriber subscriber, SelectionKey key) throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        subscriber.state = State.UPGRADING;
        subscriber.requestedNanos = System.nanoTime();
        subscriber.send(dialect.request(authority(), subscriber.number, subscriber.topic), key);
    }

    private void read(Subscriber subscriber, SelectionKey key) throws IOException {
        subscriber.restore(buffer);
        int read = subscriber.channel.read(buffer);
        readNanos = System.nanoTime();
        if (read < 0) {
            lost(subscriber, key, "closed by the server");
            return;
        }
        buffer.flip();
        if (subscriber.state == State.UPGRADING && dialect.passed(buffer, subscriber.number)) {
            opened(subscriber, key);
        }
        if (subscriber.state != State.UPGRADING) {
            reading = key;
            subscriber.framing.read(buffer, taker);
        }
        subscriber.keep(buffer);
    }

    private void opened(Subscriber subscriber, SelectionKey key) throws IOException {
        subscriber.state = State.JOINING;
        if (dialect.isReadyWhenOpen()) {
            ready(subscriber);
        }
        String greeting = dialect.greeting(subscriber.number, subscriber.topic).orElse(null);
        if (greeting != null) {
            say(subscriber, key, greeting);
        }
    }

    private void frame(int opcode, ByteBuffer payload) {
        SelectionKey key = reading;
        if (key == null) {
            return;
        }
        var subscriber = (Subscriber) key.attachment();
        switch (opcode) {
            case FrameReader.CLOSE -> lost(subscriber, key, "closed by the server");
            case FrameReader.PING -> {
                byte[] echo = new byte[payload.remaining()];
                payload.get(echo);
                guarded(subscriber, key, () -> subscriber.send(FrameWriter.frame(FrameReader.PONG, echo), key));
            }
            default -> message(subscriber, key, payload);
        }
    }

    private void message(Subscriber subscriber, SelectionKey key, ByteBuffer payload) {
        if (subscriber.state == State.JOINING) {
            String text = StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
            guarded(subscriber, key, () -> joining(subscriber, key, text));
        } else if (payload.remaining() == 1) {
            byte only = payload.get(payload.position());
            dialect.keepAlive(only).ifPresent(answer -> guarded(subscriber, key, () -> say(subscriber, key, answer)));
        } else if (tally != null) {
            marked = false;
            Marks.find(payload, marker);
            if (marked) {
                tally.frame();
            }
        }
    }

    private void mark(int number) {
        if (tally != null && reading != null) {
            marked = true;
            tally.arrived((Subscriber) reading.attachment(), number, readNanos);
        }
    }

    private void joining(Subscriber subscriber, SelectionKey key, String text) throws IOException {
        switch (dialect.hear(text, subscriber.topic)) {
            case Dialect.Step.Ready _ -> ready(subscriber);
            case Dialect.Step.Follow(int topic) -> {
                subscriber.topic = topic;
                ready(subscriber);
            }
            case Dialect.Step.Say(String answer) -> say(subscriber, key, answer);
            case Dialect.Step.Wait _ -> {}
            case Dialect.Step.Refused(String why) -> lost(subscriber, key, why);
        }
    }

    private void ready(Subscriber subscriber) {
        subscriber.state = State.READY;
        joins.recordValue(System.nanoTime() - subscriber.requestedNanos);
        ready++;
        settle();
    }

    private void lost(Subscriber subscriber, SelectionKey key, String why) {
        if (subscriber.state == State.CLOSED) {
            return;
        }
        if (subscriber.state == State.READY) {
            closed++;
        } else {
            failed++;
        }
        if (firstFailure == null) {
            firstFailure = why;
        }
        subscriber.state = State.CLOSED;
        key.cancel();
        try {
            subscriber.channel.close();
        } catch (IOException _) {
            // It is gone either way.
        }
        settle();
    }

    private void settle() {
        if (ready + failed == spec.subscribers()) {
            settled.complete(ready);
        }
    }

    private static void say(Subscriber subscriber, SelectionKey key, String text) throws IOException {
        subscriber.send(FrameWriter.frame(FrameReader.TEXT, text.getBytes(StandardCharsets.UTF_8)), key);
    }
}
