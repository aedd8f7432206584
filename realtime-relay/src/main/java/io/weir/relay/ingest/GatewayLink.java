package io.weir.relay.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.weir.contracts.id.StreamId;
import io.weir.relay.log.Input;
import io.weir.relay.log.InputAnswer;
import io.weir.relay.log.ProducerLink;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFeature;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.append.AppendFrame.Ack;
import io.weir.streams.append.FrameBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One gateway's append connection. One write is in flight; meanwhile acknowledgements of one stream become the newest of
 * them, and other frames wait in order. What waits goes out together where the gateway takes batches. Safe for any thread.
 */
final class GatewayLink implements ProducerLink {
    private static final Logger LOG = Logger.getLogger(GatewayLink.class);
    private static final int TOO_SLOW = 1013;
    private static final int MAX_WAITING = 100_000;
    /** Frames of one write; most are acknowledgements of some 20 bytes. */
    private static final int MAX_TOGETHER = 256;

    private final WebSocketConnection connection;
    private final AppendCodec codec;
    private final long suspectNanos;
    private final ArrayDeque<AppendFrame> waiting = new ArrayDeque<>();
    private final Map<StreamId, Long> acks = new LinkedHashMap<>();
    private final Inputs inputs;
    private final boolean receipts;
    private final boolean batches;
    private boolean writing;
    private volatile boolean closed;
    private volatile long heardNanos = System.nanoTime();

    /**
     * A connection that was just opened.
     *
     * @param features what the gateway knows beside what all know
     */
    GatewayLink(
            WebSocketConnection connection,
            AppendCodec codec,
            Vertx vertx,
            IngestConfig config,
            Set<AppendFeature> features) {
        this.connection = connection;
        this.receipts = features.contains(AppendFeature.RECEIPTS);
        this.batches = features.contains(AppendFeature.BATCHES);
        this.codec = codec;
        this.suspectNanos = config.suspectAfter().toNanos();
        this.inputs = new Inputs(vertx, config, this::send);
    }

    /** The gateway has sent something, if only a pong. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    void closed() {
        closed = true;
        inputs.closed();
    }

    void ping() {
        if (!closed) {
            connection.sendPing(Buffer.buffer()).subscribe().with(_ -> {}, _ -> {});
        }
    }

    void close(int code, String reason) {
        closed = true;
        connection.close(new CloseReason(code, reason)).subscribe().with(_ -> {}, _ -> {});
    }

    @Override
    public boolean isHeard() {
        return System.nanoTime() - heardNanos < suspectNanos;
    }

    @Override
    public void cancel(StreamId stream, String by) {
        send(new AppendFrame.Cancel(stream, by));
    }

    @Override
    public void input(StreamId stream, Input input, Consumer<InputAnswer> answer) {
        inputs.ask(stream, input, answer);
    }

    /** The gateway answers an input. */
    void answered(StreamId stream, long input, InputAnswer answer) {
        inputs.answered(stream, input, answer);
    }

    @Override
    public void watchers(StreamId stream, int count) {
        send(new AppendFrame.Watchers(stream, count));
    }

    @Override
    public boolean wantsReceipts() {
        return receipts;
    }

    @Override
    public void receipt(StreamId stream, String account, long delivered, long read) {
        send(new AppendFrame.Receipt(stream, account, delivered, read));
    }

    @Override
    public void acknowledge(StreamId stream, long last) {
        synchronized (this) {
            acks.merge(stream, last, Math::max);
        }
        next();
    }

    /** Sends a frame that is no acknowledgement. */
    void send(AppendFrame frame) {
        boolean slow;
        synchronized (this) {
            slow = waiting.size() >= MAX_WAITING;
            if (!slow) {
                waiting.add(frame);
            }
        }
        if (slow) {
            close(TOO_SLOW, "too slow");
        } else {
            next();
        }
    }

    private void next() {
        List<AppendFrame> frames = take();
        if (frames.isEmpty()) {
            return;
        }
        List<ByteBuf> messages = new ArrayList<>(1);
        var batch = new FrameBatch(codec, batches, messages::add);
        frames.forEach(batch::add);
        batch.end();
        List<Uni<Void>> sent = messages.stream()
                .map(message -> connection.sendBinary(ByteBufUtil.getBytes(message)))
                .toList();
        Uni.combine().all().unis(sent).discardItems().subscribe().with(_ -> written(), failure -> {
            closed = true;
            LOG.debugf(failure, "append connection lost");
        });
    }

    /** What goes out next: the oldest of what waits, then the newest acknowledgements. */
    private synchronized List<AppendFrame> take() {
        if (writing || closed) {
            return List.of();
        }
        int most = batches ? MAX_TOGETHER : 1;
        List<AppendFrame> frames = new ArrayList<>();
        while (frames.size() < most && !waiting.isEmpty()) {
            frames.add(waiting.poll());
        }
        Iterator<Map.Entry<StreamId, Long>> newest = acks.entrySet().iterator();
        while (frames.size() < most && newest.hasNext()) {
            var ack = newest.next();
            frames.add(new Ack(ack.getKey(), ack.getValue()));
            newest.remove();
        }
        writing = !frames.isEmpty();
        return frames;
    }

    private void written() {
        synchronized (this) {
            writing = false;
        }
        next();
    }
}
