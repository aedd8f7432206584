package io.weir.relay.following;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.weir.relay.access.ShareRight;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.Viewer;
import io.weir.relay.delivery.Outbound;
import io.weir.relay.delivery.Tails;
import io.weir.relay.loop.Loop;
import io.weir.relay.shares.Shares;
import io.weir.relay.shares.TopicRights;
import io.weir.relay.topics.Broadcast;
import io.weir.relay.topics.Hub;
import io.weir.relay.topics.Newest;
import io.weir.relay.topics.Resume;
import io.weir.relay.topics.Subscriber;
import io.weir.relay.topics.Telling;
import io.weir.relay.topics.Voice;
import io.weir.streams.render.Framing;
import io.weir.streams.render.TopicFrames;
import io.weir.streams.sse.EventStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One response that follows a topic. It belongs to the loop of its connection, what the topic tells it to the topic's. */
final class TopicReader implements Subscriber, Outbound.Transport<Line> {
    /** The last event of a response that is ended here; its reason says whether to come back. */
    private static final String CLOSED = "weir.closed";

    private static final String REVOKED = "share_revoked";
    private static final String EXPIRED = "token_expired";
    private static final String DRAINING = "draining";

    private final Order order;
    private final HttpServerResponse response;
    private final Loop loop;
    private final Setting setting;
    private final Outbound<Line> out;
    private final Tails<Line> tails;

    private volatile Granted access;
    private Runnable unfollow = () -> {};
    private long timer = -1;
    private boolean gone;

    /**
     * Who reads what.
     *
     * @param viewer who
     * @param name the topic as they call it
     * @param access what they may do
     * @param wishes how they want to be told
     */
    record Order(Viewer viewer, Name name, Granted access, Wishes wishes) {}

    /**
     * What a topic is called.
     *
     * @param topic its name
     * @param privately true for the private topic of that name
     */
    record Name(String topic, boolean privately) {}

    /**
     * How a reader wants to be told.
     *
     * @param framing SSE or NDJSON
     * @param resume what they have already
     * @param updatesPerSecond 0 for all as they come
     * @param receipts true to be told receipts
     */
    record Wishes(Framing framing, Resume resume, int updatesPerSecond, boolean receipts) {}

    /**
     * What readers work with.
     *
     * @param hub the topics
     * @param readers all readers
     * @param rights what callers may do
     * @param shares followed by those who read by one
     * @param vertx timers
     * @param clock the time
     */
    record Setting(Hub hub, TopicReaders readers, TopicRights rights, Shares shares, Vertx vertx, Clock clock) {}

    TopicReader(Order order, HttpServerResponse response, Loop loop, Setting setting) {
        this.order = order;
        this.access = order.access();
        this.response = response;
        this.loop = loop;
        this.setting = setting;
        this.out = new Outbound<>(this, setting.readers().config().queue().asLongValue());
        this.tails = new Tails<>(out, this::encode, this::person);
    }

    /** Commits the response and joins. */
    void start() {
        response.setChunked(true)
                .setStatusCode(200)
                .putHeader("Content-Type", order.wishes().framing().contentType())
                .putHeader("Cache-Control", EventStream.CACHE_CONTROL)
                .putHeader(EventStream.BUFFERING_HEADER, EventStream.BUFFERING);
        response.closeHandler(_ -> loop.run(this::gone));
        response.exceptionHandler(_ -> loop.run(this::gone));
        setting.readers().add(this);
        long heartbeat = setting.readers().config().heartbeat().toMillis();
        timer = setting.vertx().setPeriodic(heartbeat, _ -> loop.run(this::beat));
        if (order.wishes().resume() instanceof Resume.Nothing) {
            String now = Cursor.at(setting.clock().millis());
            out.send(Line.of(TopicFrames.connected(order.wishes().framing(), now)));
        } else {
            out.send(Line.of(TopicFrames.heartbeat(order.wishes().framing())));
        }
        setting.hub().join(order.access().key(), this);
        setting.rights()
                .share(order.viewer(), order.name().topic())
                .ifPresent(share ->
                        unfollow = setting.shares().follow(share, right -> loop.run(() -> shareChanged(right))));
    }

    private void shareChanged(Optional<ShareRight> right) {
        if (gone) {
            return;
        }
        var name = order.name();
        if (setting.rights().access(order.viewer(), name.topic(), name.privately(), right) instanceof Granted granted) {
            access = granted;
        } else {
            end(REVOKED);
        }
    }

    private void beat() {
        long stalled = out.stalledNanos(System.nanoTime());
        if (stalled > setting.readers().config().stalled().toNanos()) {
            response.reset();
            gone();
        } else if (!setting.clock().instant().isBefore(order.viewer().expiresAt())) {
            // Whoever has a newer token comes back with it and with the cursor.
            end(EXPIRED);
        } else if (stalled == 0) {
            out.send(Line.of(TopicFrames.heartbeat(order.wishes().framing())));
        }
    }

    private void gone() {
        if (gone) {
            return;
        }
        gone = true;
        out.closed();
        setting.vertx().cancelTimer(timer);
        unfollow.run();
        setting.readers().remove(this);
        setting.hub().leave(order.access().key(), this);
    }

    /** Ends the response where it is. Any thread. */
    void finish() {
        loop.run(() -> end(DRAINING));
    }

    /** Nothing more of the topic; what waits is dropped, and can be had again with the cursor. */
    private void end(String reason) {
        gone();
        if (!response.ended() && !response.closed()) {
            byte[] payload = ("{\"reason\":\"" + reason + "\"}").getBytes(StandardCharsets.UTF_8);
            response.end(Line.of(TopicFrames.event(order.wishes().framing(), CLOSED, payload, null))
                    .bytes());
        }
    }

    // The connection.

    @Override
    public void write(List<Line> lines, Outbound.Done done) {
        Buffer bytes = lines.getFirst().bytes();
        if (lines.size() > 1) {
            bytes = Buffer.buffer();
            for (Line line : lines) {
                bytes.appendBuffer(line.bytes());
            }
        }
        Buffer body = bytes;
        loop.run(() -> {
            if (gone || response.ended() || response.closed()) {
                done.written(false);
            } else {
                response.write(body).onComplete(result -> done.written(result.succeeded()));
            }
        });
    }

    @Override
    public void close(int code, String reason) {
        loop.run(() -> {
            gone();
            response.reset();
        });
    }

    // The topic.

    @Override
    public Resume resume() {
        return order.wishes().resume();
    }

    @Override
    public int updatesPerSecond() {
        return order.wishes().updatesPerSecond();
    }

    @Override
    public boolean wantsReceipts() {
        return order.wishes().receipts() && access.control();
    }

    @Override
    public boolean isOneOf(Predicate<Viewer> audience) {
        return audience.test(order.viewer());
    }

    @Override
    public void joined() {
        // The response has begun already.
    }

    @Override
    public void broadcast(Broadcast broadcast) {
        Line line = encode(broadcast);
        if (line != null) {
            out.send(line);
        }
    }

    @Override
    public void live(Telling telling, Voice.Said said) {
        tails.live(telling, said);
    }

    @Override
    public void snapshot(Telling telling, Voice.Said said) {
        tails.snapshot(telling, said);
    }

    @Override
    public void resume(Telling telling, long after, Runnable caughtUp) {
        tails.resume(telling, after, caughtUp);
    }

    @Override
    public void newest(Newest newest, long skipped) {
        tails.newest(newest, skipped);
    }

    @Override
    public void left() {
        tails.clear();
    }

    /** Whose deliveries are shown: of somebody who only watches, none. */
    private String person() {
        return access.control() ? order.viewer().account().value() : "";
    }

    /** Null for bytes, which neither framing can hold. */
    private @Nullable Line encode(Broadcast broadcast) {
        if (!broadcast.isJson()) {
            return null;
        }
        Framing framing = order.wishes().framing();
        Broadcast.Position position = broadcast.position();
        return broadcast.form(
                framing,
                Line.class,
                () -> Line.of(TopicFrames.event(
                        framing,
                        broadcast.event(),
                        broadcast.payload(),
                        position == null ? null : Cursor.of(position))));
    }
}
