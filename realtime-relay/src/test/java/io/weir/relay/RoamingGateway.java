package io.weir.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A gateway's side of the append connection as the protocol asks for it: it keeps all runs of a stream until its end is
 * acknowledged, connects again when the connection is lost, to whatever relay it is shown, and appends again from where
 * each log ends.
 */
final class RoamingGateway implements AutoCloseable {
    private final AppendCodec codec = new AppendCodec(8 << 20);
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Supplier<URI> relay;
    private final Map<StreamId, Produced> streams = new LinkedHashMap<>();
    private @Nullable WebSocket socket;
    private CompletionStage<?> writing = CompletableFuture.completedFuture(null);
    private boolean closed;
    private final AtomicInteger unfinished = new AtomicInteger();
    private volatile int watchers;
    private volatile @Nullable StreamId cancelled;

    private static final class Produced {
        private final StreamHeader header;
        private final List<Run> runs = new ArrayList<>();
        private boolean open;
        private boolean done;

        Produced(StreamHeader header) {
            this.header = header;
        }
    }

    RoamingGateway(Supplier<URI> relay) {
        this.relay = relay;
        loop.execute(this::connect);
        var _ = loop.scheduleWithFixedDelay(this::again, 2, 2, TimeUnit.SECONDS);
    }

    private void connect() {
        if (closed) {
            return;
        }
        URI base = relay.get();
        var _ = http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + Tokens.service("hold append internal"))
                .buildAsync(
                        URI.create("ws://" + base.getHost() + ":" + base.getPort() + "/internal/v1/append"),
                        new Recorder())
                .whenComplete((open, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        socket = open;
                        writing = CompletableFuture.completedFuture(null);
                        streams.forEach(this::sendOpen);
                    } else {
                        later(this::connect, 100);
                    }
                }));
    }

    private void later(Runnable work, long millis) {
        var _ = loop.schedule(work, millis, TimeUnit.MILLISECONDS);
    }

    private void lost(WebSocket gone) {
        if (gone == socket) {
            socket = null;
            streams.values().forEach(stream -> stream.open = false);
            later(this::connect, 50);
        }
    }

    /** What is not acknowledged is sent again after a while. */
    private void again() {
        streams.forEach((id, stream) -> {
            if (!stream.done && socket != null) {
                sendOpen(id, stream);
            }
        });
    }

    private void sendOpen(StreamId id, Produced stream) {
        if (!stream.done) {
            send(new AppendFrame.Open(id, 1, stream.header));
        }
    }

    void open(StreamId id, StreamHeader header) {
        loop.execute(() -> {
            var stream = new Produced(header);
            streams.put(id, stream);
            unfinished.incrementAndGet();
            sendOpen(id, stream);
        });
    }

    void append(StreamId id, Run run) {
        loop.execute(() -> {
            Produced stream = streams.get(id);
            if (stream != null) {
                stream.runs.add(run);
                if (stream.open) {
                    send(new AppendFrame.Append(id, 1, run));
                }
            }
        });
    }

    /** Streams whose end is not acknowledged yet. */
    int unfinished() {
        return unfinished.get();
    }

    /** How many watch, as it was told last. */
    int watchers() {
        return watchers;
    }

    @Nullable
    StreamId cancelled() {
        return cancelled;
    }

    private void send(AppendFrame frame) {
        WebSocket open = socket;
        if (open == null) {
            return;
        }
        ByteBuf out = Unpooled.buffer();
        codec.encode(frame, out);
        ByteBuffer bytes = ByteBuffer.wrap(ByteBufUtil.getBytes(out));
        writing = writing.thenCompose(_ -> open.sendBinary(bytes, true)).exceptionally(_ -> null);
    }

    private void received(AppendFrame frame) {
        Produced stream = streams.get(frame.stream());
        if (stream == null) {
            return;
        }
        switch (frame) {
            case AppendFrame.Opened opened -> {
                stream.open = true;
                resend(opened.stream(), stream, opened.head());
            }
            case AppendFrame.Nack nack -> resend(nack.stream(), stream, nack.head());
            case AppendFrame.Ack ack -> acknowledged(stream, ack.last());
            case AppendFrame.Watchers told -> watchers = told.count();
            case AppendFrame.Cancel cancel -> cancelled = cancel.stream();
            case AppendFrame.Refused refused -> later(() -> sendOpen(refused.stream(), stream), 500);
            default -> throw new IllegalStateException("unexpected " + frame);
        }
    }

    private void resend(StreamId id, Produced stream, long head) {
        for (Run run : stream.runs) {
            if (run.last() > head) {
                Run rest = run instanceof Deltas deltas && run.first() <= head ? deltas.after(head) : run;
                send(new AppendFrame.Append(id, 1, rest));
            }
        }
    }

    private void acknowledged(Produced stream, long last) {
        if (!stream.done
                && !stream.runs.isEmpty()
                && stream.runs.getLast() instanceof Run.Terminal end
                && last >= end.offset()) {
            stream.done = true;
            unfinished.decrementAndGet();
        }
    }

    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            if (socket != null) {
                socket.abort();
            }
        });
        loop.shutdown();
    }

    private final class Recorder implements WebSocket.Listener {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            bytes.writeBytes(piece);
            if (last) {
                AppendFrame frame = codec.decode(Unpooled.wrappedBuffer(bytes.toByteArray()));
                bytes.reset();
                run(() -> received(frame));
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            run(() -> lost(webSocket));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            run(() -> lost(webSocket));
        }

        private void run(Runnable work) {
            if (!loop.isShutdown()) {
                loop.execute(work);
            }
        }
    }
}
