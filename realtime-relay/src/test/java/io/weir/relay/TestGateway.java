package io.weir.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFeature;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A gateway's side of the append connection; waits at most 10 s for an answer. */
final class TestGateway implements AutoCloseable {
    private static final long WAIT_SECONDS = 10;
    private static final Deltas.Place PLACE = new Deltas.Place("msg_0", 0, 0);

    private final AppendCodec codec = new AppendCodec(1 << 21);
    private final BlockingQueue<AppendFrame> answers = new LinkedBlockingQueue<>();
    private final boolean batches;
    private final WebSocket socket;

    TestGateway(URI base) {
        this(base, Tokens.service("hold append internal"));
    }

    TestGateway(URI base, String token) {
        this(base, token, "");
    }

    /** A gateway that says which frames it knows beside those that all know. */
    static TestGateway knowing(URI base, String features) {
        return new TestGateway(base, Tokens.service("hold append internal"), features);
    }

    private TestGateway(URI base, String token, String features) {
        batches = features.contains("batches");
        WebSocket.Builder builder =
                HttpClient.newHttpClient().newWebSocketBuilder().header("Authorization", "Bearer " + token);
        if (!features.isEmpty()) {
            builder.header(AppendFeature.HEADER, features);
        }
        socket = builder.buildAsync(
                        URI.create("ws://" + base.getHost() + ":" + base.getPort() + "/internal/v1/append"),
                        new Recorder())
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static StreamId newStream() {
        return StreamId.next(Clock.systemUTC(), ThreadLocalRandom.current());
    }

    static StreamHeader header(String account, String session, @Nullable String question) {
        return new StreamHeader(
                new TenantId("default"),
                new AccountId(account),
                new SessionId(session),
                "session:" + session,
                "session",
                "token",
                new AgentName("demo"),
                question);
    }

    /** Opens a stream and gives the head that the relay told. */
    long open(StreamId stream, long epoch, StreamHeader header) {
        send(new AppendFrame.Open(stream, epoch, header));
        return next(AppendFrame.Opened.class).head();
    }

    static Run delta(long offset, String text) {
        return Deltas.one(offset, EventTypes.TEXT_DELTA, PLACE, utf8(text), offset, offset);
    }

    static Run terminal(StreamId stream, long offset, EndReason reason, String text) {
        return new ResponseJson(stream, "demo")
                .terminal(
                        offset,
                        reason,
                        Totals.counted(3, offset - 1),
                        UsageSource.COUNTED,
                        ResponseJson.output(PLACE, utf8(text), reason),
                        null,
                        offset);
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    void append(StreamId stream, long epoch, Run run) {
        send(new AppendFrame.Append(stream, epoch, run));
    }

    /** Appends the words as one delta each, then the end. */
    void tell(StreamId stream, long epoch, EndReason reason, String... words) {
        long offset = 0;
        for (String word : words) {
            append(stream, epoch, delta(++offset, word));
        }
        append(stream, epoch, terminal(stream, ++offset, reason, String.join("", words)));
        awaitAck(offset);
    }

    void awaitAck(long last) {
        while (next(AppendFrame.Ack.class).last() < last) {
            // Acknowledgements are cumulative.
        }
    }

    void send(AppendFrame frame) {
        sendTogether(List.of(frame));
    }

    /** Sends frames in one message. */
    void sendTogether(List<AppendFrame> frames) {
        ByteBuf out = Unpooled.buffer();
        frames.forEach(frame -> codec.encode(frame, out));
        socket.sendBinary(ByteBuffer.wrap(ByteBufUtil.getBytes(out)), true)
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** The next answer of this kind; others are skipped. */
    <T extends AppendFrame> T next(Class<T> type) {
        try {
            AppendFrame answer = answers.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            while (answer != null && !type.isInstance(answer)) {
                answer = answers.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            }
            if (answer == null) {
                throw new AssertionError("no " + type.getSimpleName() + " within " + WAIT_SECONDS + " s");
            }
            return type.cast(answer);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What has come so far and was not asked for. */
    List<AppendFrame> unasked() {
        return List.copyOf(answers);
    }

    /** The connection is lost. */
    void cut() {
        socket.abort();
    }

    @Override
    public void close() {
        cut();
    }

    private final class Recorder implements WebSocket.Listener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            bytes.writeBytes(piece);
            if (last) {
                ByteBuf message = Unpooled.wrappedBuffer(bytes.toByteArray());
                answers.addAll(batches ? codec.decodeAll(message) : List.of(codec.decode(message)));
                bytes.reset();
            }
            webSocket.request(1);
            return null;
        }
    }
}
