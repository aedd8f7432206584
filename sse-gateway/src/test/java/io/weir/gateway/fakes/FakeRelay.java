package io.weir.gateway.fakes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.gateway.net.NettyBytes;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFeature;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.CanonicalWriter;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The relay's append connection and its logs in memory. */
public final class FakeRelay extends FakeServer {
    private static final AppendCodec CODEC = new AppendCodec(8 << 20);

    private final Map<StreamId, Log> logs = new ConcurrentHashMap<>();
    private final List<AppendFrame> answers = new CopyOnWriteArrayList<>();
    private volatile @Nullable ServerWebSocket socket; // while a gateway is connected
    private volatile boolean forgetful;
    private volatile String history = "{\"messages\":[]}";
    private volatile String features = "usage, batches";
    private volatile String gatewaysFeatures = "";
    private final AtomicInteger largest = new AtomicInteger();
    private final List<AppendFrame.Usage> usages = new CopyOnWriteArrayList<>();

    /** One stream's log. */
    public static final class Log {
        private final List<Run> runs = new CopyOnWriteArrayList<>();
        private volatile @Nullable StreamHeader header; // once opened
        private volatile boolean refusing;
        private volatile int watchers;

        /** What was appended, in order. */
        public List<Run> runs() {
            return runs;
        }

        /** The header it was opened with. */
        public @Nullable StreamHeader header() {
            return header;
        }

        /** Last offset. */
        public long head() {
            return runs.isEmpty() ? 0 : runs.getLast().last();
        }

        /** The text, still escaped. */
        public String text() {
            var text = new StringBuilder();
            for (Run run : runs) {
                if (run instanceof Deltas deltas && deltas.isText()) {
                    text.append(deltas.text().toString(StandardCharsets.UTF_8));
                }
            }
            return text.toString();
        }

        /** The terminal, waited for. */
        public Run.Terminal terminal() {
            Await.until("terminal in the log", () -> !runs.isEmpty() && runs.getLast() instanceof Run.Terminal);
            return (Run.Terminal) runs.getLast();
        }

        /** So many watch; told to the gateway that opens the log next. */
        public void watchers(int count) {
            watchers = count;
        }

        /** Refuses everything from now on, as if fenced. */
        public void refuse() {
            refusing = true;
        }
    }

    FakeRelay(Vertx vertx) {
        super(vertx);
    }

    /** The log of a stream. */
    public Log log(StreamId stream) {
        return logs.computeIfAbsent(stream, _ -> new Log());
    }

    /** Forgets all logs. */
    public void loseLogs() {
        logs.clear();
    }

    /** What a session's messages are from now on; empty for an error. */
    public void history(String page) {
        history = page;
    }

    /** Stops acknowledging, or begins again. */
    public void forgetful(boolean silent) {
        forgetful = silent;
    }

    /** Sends a frame to the gateway. */
    public void send(AppendFrame frame) {
        ServerWebSocket open = socket;
        if (open == null) {
            throw new AssertionError("no gateway is connected");
        }
        ByteBuf bytes = Unpooled.buffer();
        CODEC.encode(frame, bytes);
        open.writeBinaryMessage(NettyBytes.of(bytes));
    }

    /** So many watch a stream, and the gateway is told. */
    public void watchers(StreamId stream, int count) {
        log(stream).watchers(count);
        send(new AppendFrame.Watchers(stream, count));
    }

    /** Waits for the gateway's connection. */
    public void awaitGateway() {
        Await.until("gateway connected", () -> socket != null);
    }

    /** Answers to inputs. */
    public List<AppendFrame> answers() {
        return answers;
    }

    /** From the next connection on says that it takes these frames, or says nothing. */
    public void features(String names) {
        features = names;
    }

    /** What the gateway has said of what streams cost. */
    public List<AppendFrame.Usage> usages(StreamId stream) {
        return usages.stream().filter(usage -> usage.stream().equals(stream)).toList();
    }

    /** What the gateway has said that it takes. */
    public String gatewaysFeatures() {
        return gatewaysFeatures;
    }

    private void connect(HttpServerRequest request) {
        if (!"Bearer service-token".equals(request.getHeader("Authorization"))) {
            request.response().setStatusCode(401).end();
            return;
        }
        gatewaysFeatures = String.valueOf(request.getHeader(AppendFeature.HEADER));
        if (!features.isEmpty()) {
            request.response().putHeader(AppendFeature.HEADER, features);
        }
        request.toWebSocket().onSuccess(opened -> {
            socket = opened;
            opened.closeHandler(_ -> socket = null);
            boolean batches = features.contains("batches");
            opened.binaryMessageHandler(message -> {
                List<AppendFrame> frames = batches
                        ? CODEC.decodeAll(NettyBytes.of(message))
                        : List.of(CODEC.decode(NettyBytes.of(message)));
                largest.accumulateAndGet(frames.size(), Math::max);
                frames.forEach(this::received);
            });
        });
    }

    /** Frames of the largest message since this was last asked. */
    public int largestMessage() {
        return largest.getAndSet(0);
    }

    @Override
    void handle(HttpServerRequest request) {
        if (request.path().startsWith("/v1/sessions/")) {
            request.response().setStatusCode(history.isEmpty() ? 503 : 200).end(history);
            return;
        }
        if (request.path().equals("/internal/v1/append")) {
            connect(request);
            return;
        }
        StreamId stream = StreamId.parse(request.path().split("/", -1)[3]);
        Log log = logs.get(stream);
        if (log == null || request.getHeader("Weir-Account") == null) {
            request.response().setStatusCode(404).end();
            return;
        }
        ByteBuf out = Unpooled.buffer();
        log.runs.forEach(run -> CanonicalWriter.write(run, out));
        request.response().putHeader("Content-Type", "text/event-stream").end(NettyBytes.of(out));
    }

    private void received(AppendFrame frame) {
        // These may come after the test has made this relay lose the log, and must not bring it back.
        if (frame instanceof AppendFrame.Close) {
            return;
        }
        if (frame instanceof AppendFrame.Usage usage) {
            usages.add(usage);
            return;
        }
        Log log = log(frame.stream());
        switch (frame) {
            case AppendFrame.Open open -> {
                log.header = open.header();
                send(
                        log.refusing
                                ? new AppendFrame.Refused(open.stream(), AppendFrame.Why.STALE_EPOCH)
                                : new AppendFrame.Opened(open.stream(), log.head()));
                send(new AppendFrame.Watchers(open.stream(), log.watchers));
            }
            case AppendFrame.Append append -> append(append.stream(), log, append.run());
            case AppendFrame.InputTaken _, AppendFrame.InputRefused _ -> answers.add(frame);
            default -> throw new AssertionError(frame.toString());
        }
    }

    private void append(StreamId stream, Log log, Run run) {
        if (log.refusing) {
            send(new AppendFrame.Refused(stream, AppendFrame.Why.STALE_EPOCH));
        } else if (run.last() <= log.head()) {
            send(new AppendFrame.Ack(stream, log.head()));
        } else if (run.first() != log.head() + 1) {
            send(new AppendFrame.Nack(stream, log.head()));
        } else {
            log.runs.add(run);
            if (!forgetful) {
                send(new AppendFrame.Ack(stream, run.last()));
            }
        }
    }
}
