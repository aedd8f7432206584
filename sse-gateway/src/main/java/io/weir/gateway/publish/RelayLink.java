package io.weir.gateway.publish;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.NettyBytes;
import io.weir.gateway.net.ServiceTokens;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFeature;
import io.weir.streams.append.AppendFormatException;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.append.FrameBatch;
import io.weir.streams.run.Run;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to the relay. It comes back by itself, opens every open stream again, and each stream then appends
 * again from where its log ends; so nothing is queued while it is away, and nothing is lost. Frames wait in the socket up
 * to a bound; beyond it they are dropped, and the producers send them again when acknowledgements stay away.
 */
@ApplicationScoped
public class RelayLink {
    private static final Logger LOG = Logger.getLogger(RelayLink.class);
    private static final String PATH = "/internal/v1/append";
    private static final int MAX_FRAME_BYTES = 8 << 20;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LAST_PAUSE_MILLIS = 5_000;
    private static final long FULL_PAUSE_MILLIS = 2_000;
    private static final int PING_SECONDS = 10;

    /** What this gateway knows beside what all know. */
    private static final String FEATURES = AppendFeature.header(Set.of(AppendFeature.RECEIPTS, AppendFeature.BATCHES));

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Loops loops;
    private final ServiceTokens tokens;
    private final AppendCodec codec = new AppendCodec(MAX_FRAME_BYTES);
    private final Gathering gathering;

    // Below: control context only.
    private final Map<StreamId, LoggedStream> streams = new HashMap<>();
    private final Set<StreamId> opened = new HashSet<>();
    private @Nullable WebSocketClient client; // from start to stop
    private @Nullable WebSocket socket; // while connected
    private Set<AppendFeature> features = Set.of(); // of the relay at the other end
    private int failures;
    private boolean stopped;
    private boolean heard;
    private volatile boolean connected;

    RelayLink(Vertx vertx, GatewayConfig config, Loops loops, ServiceTokens tokens) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.tokens = tokens;
        this.gathering = new Gathering(loops.control(), config.times().gather(), this::appendAll);
    }

    /** Connects, and goes on connecting. Called once, at start. */
    public void start() {
        loops.control().runOnContext(_ -> {
            client = vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setConnectTimeout(
                            Math.toIntExact(config.upstream().connect().toMillis()))
                    .setMaxConnections(1)
                    .setTryUsePerMessageCompression(false)
                    .setMaxFrameSize(MAX_FRAME_BYTES)
                    .setMaxMessageSize(MAX_FRAME_BYTES)
                    .setTcpNoDelay(true));
            vertx.setPeriodic(PING_SECONDS * 1000L, _ -> ping());
            connect();
        });
    }

    /** Ends the connection for good. */
    public void stop() {
        loops.control().runOnContext(_ -> {
            stopped = true;
            WebSocket open = socket;
            if (open != null) {
                open.close();
            }
        });
    }

    /** True while the relay can be reached. */
    public boolean connected() {
        return connected;
    }

    /** Opens the stream's log, now and on every new connection. Any thread. */
    public void open(LoggedStream stream) {
        loops.control().runOnContext(_ -> {
            streams.put(stream.stream(), stream);
            sendOpen(stream);
        });
    }

    /** Appends a run; dropped while the stream's log is not open on this connection. Any thread. */
    public void append(StreamId stream, long epoch, Run run) {
        gathering.put(new AppendFrame.Append(stream, epoch, run));
    }

    private void appendAll() {
        WebSocket open = socket;
        var batch = new FrameBatch(codec, features.contains(AppendFeature.BATCHES), message -> write(open, message));
        gathering.take(run -> {
            if (opened.contains(run.stream())) {
                add(run, batch);
            }
        });
        batch.end();
    }

    /** Tells what a stream has cost so far; dropped where the relay does not know how to tell its payer. Any thread. */
    public void usage(AppendFrame.Usage usage) {
        loops.control().runOnContext(_ -> {
            if (features.contains(AppendFeature.USAGE) && opened.contains(usage.stream())) {
                send(usage);
            }
        });
    }

    /** The stream is over and everything is acknowledged. Any thread. */
    public void forget(StreamId stream) {
        loops.control().runOnContext(_ -> {
            LoggedStream known = streams.remove(stream);
            if (known != null && opened.remove(stream)) {
                send(new AppendFrame.Close(stream, known.epoch()));
            }
        });
    }

    private void connect() {
        WebSocketClient opener = client;
        if (opener == null || stopped) {
            return;
        }
        String address = config.relayUrl().toString().replaceFirst("^http", "ws") + PATH;
        tokens.bearer()
                .compose(bearer -> opener.connect(new WebSocketConnectOptions()
                        .setAbsoluteURI(address)
                        .addHeader(AppendFeature.HEADER, FEATURES)
                        .addHeader("Authorization", bearer)))
                .onSuccess(this::established)
                .onFailure(this::lost);
    }

    private void established(WebSocket open) {
        LOG.info("relay connected");
        failures = 0;
        socket = open;
        features = AppendFeature.ofHeader(open.headers().get(AppendFeature.HEADER));
        connected = true;
        heard = true;
        open.setWriteQueueMaxSize(Math.toIntExact(config.limits().append().asLongValue()));
        open.binaryMessageHandler(this::received);
        open.pongHandler(_ -> heard = true);
        open.exceptionHandler(_ -> open.close());
        open.closeHandler(_ -> {
            if (socket == open) {
                socket = null;
                connected = false;
                opened.clear();
                streams.values().forEach(LoggedStream::lost);
                lost(null);
            }
        });
        streams.values().forEach(this::sendOpen);
    }

    private void lost(@Nullable Throwable failure) {
        if (stopped) {
            return;
        }
        if (failures++ == 0) {
            LOG.warnf("relay unreachable reason=%s", failure == null ? "closed" : failure.getMessage());
        }
        if (failure != null && "401".equals(statusOf(failure))) {
            tokens.refused();
        }
        long pause = Math.min(LAST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 6));
        vertx.setTimer(pause + ThreadLocalRandom.current().nextLong(pause / 2 + 1), _ -> connect());
    }

    private static String statusOf(Throwable failure) {
        return failure instanceof io.vertx.core.http.UpgradeRejectedException rejected
                ? Integer.toString(rejected.getStatus())
                : "";
    }

    /** A connection that answers no ping is dead even if nobody closed it. */
    private void ping() {
        WebSocket open = socket;
        if (open == null) {
            return;
        }
        if (!heard) {
            open.close();
            return;
        }
        heard = false;
        open.writePing(Buffer.buffer());
        // An OPEN that met a full write queue was dropped; repeating one is harmless.
        streams.values().stream()
                .filter(stream -> !opened.contains(stream.stream()))
                .forEach(this::sendOpen);
    }

    private void sendOpen(LoggedStream stream) {
        send(new AppendFrame.Open(stream.stream(), stream.epoch(), stream.header()));
    }

    private void send(AppendFrame frame) {
        WebSocket open = socket;
        var alone = new FrameBatch(codec, false, message -> write(open, message));
        add(frame, alone);
        alone.end();
    }

    private static void add(AppendFrame frame, FrameBatch batch) {
        try {
            batch.add(frame);
        } catch (AppendFormatException e) {
            LOG.errorf("frame too long stream=%s reason=%s", frame.stream(), e.getMessage());
        }
    }

    /** Dropped where the connection is away or full. */
    private static void write(@Nullable WebSocket open, ByteBuf message) {
        if (open != null && !open.isClosed() && !open.writeQueueFull()) {
            open.writeBinaryMessage(NettyBytes.of(message));
        }
    }

    private void received(Buffer message) {
        heard = true;
        List<AppendFrame> frames;
        try {
            frames = codec.decodeAll(NettyBytes.of(message));
        } catch (AppendFormatException e) {
            LOG.errorf("frame not understood reason=%s", e.getMessage());
            return;
        }
        for (AppendFrame frame : frames) {
            LoggedStream stream = streams.get(frame.stream());
            if (stream != null) {
                handle(stream, frame);
            }
        }
    }

    private void handle(LoggedStream stream, AppendFrame frame) {
        switch (frame) {
            case AppendFrame.Opened answer -> {
                opened.add(answer.stream());
                stream.opened(answer.head());
            }
            case AppendFrame.Ack answer -> stream.acknowledged(answer.last());
            case AppendFrame.Nack answer -> stream.nacked(answer.head());
            case AppendFrame.Refused answer -> refused(stream, answer.why());
            case AppendFrame.Cancel cancel -> stream.cancelled(cancel.by());
            case AppendFrame.Watchers watchers -> stream.watchers(watchers.count());
            case AppendFrame.Receipt receipt -> stream.reached(receipt.account(), receipt.delivered(), receipt.read());
            case AppendFrame.Input asked -> stream.input(asked, refused -> answer(asked, refused));
            case AppendFrame.Open _,
                    AppendFrame.Append _,
                    AppendFrame.Close _,
                    AppendFrame.Usage _,
                    AppendFrame.InputTaken _,
                    AppendFrame.InputRefused _ -> LOG.errorf("frame not for a gateway stream=%s", frame.stream());
        }
    }

    private void answer(AppendFrame.Input asked, String refused) {
        loops.control()
                .runOnContext(_ -> send(
                        refused.isEmpty()
                                ? new AppendFrame.InputTaken(asked.stream(), asked.input())
                                : new AppendFrame.InputRefused(asked.stream(), asked.input(), refused)));
    }

    private void refused(LoggedStream stream, AppendFrame.Why why) {
        opened.remove(stream.stream());
        switch (why) {
            case STALE_EPOCH, ENDED -> {
                LOG.warnf("append refused stream=%s reason=%s", stream.stream(), why);
                stream.refused();
            }
            case NOT_OPEN -> sendOpen(stream);
            case RELAY_FULL ->
                vertx.setTimer(FULL_PAUSE_MILLIS, _ -> {
                    if (streams.containsKey(stream.stream()) && !opened.contains(stream.stream())) {
                        sendOpen(stream);
                    }
                });
        }
    }
}
