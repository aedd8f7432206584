package io.weir.relay;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of the Supabase Realtime protocol that shows every frame as it is; waits at most 10 s for each. */
final class PhoenixClient implements AutoCloseable {
    private static final long WAIT_SECONDS = 10;

    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private volatile boolean cut;

    private PhoenixClient(URI base, String path, @Nullable String authorization) {
        URI uri = URI.create("ws://" + base.getHost() + ":" + base.getPort() + path);
        var builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (authorization != null) {
            builder.header("Authorization", "Bearer " + authorization);
        }
        socket = builder.buildAsync(uri, new Recorder())
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static PhoenixClient v1(URI base) {
        return new PhoenixClient(base, "/realtime/v1/websocket?apikey=weir-local&vsn=1.0.0", null);
    }

    static PhoenixClient v2(URI base) {
        return new PhoenixClient(base, "/realtime/v1/websocket?apikey=weir-local&vsn=2.0.0", null);
    }

    static PhoenixClient at(URI base, String path, @Nullable String authorization) {
        return new PhoenixClient(base, path, authorization);
    }

    void send(String text) {
        socket.sendText(text, true).orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    void sendHex(String hex) {
        socket.sendBinary(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), true)
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Joins a private topic with the person's token, under vsn 2.0.0, and waits for the reply. */
    String join(String name, String ref, String token) {
        send(
                "[\"%s\",\"%s\",\"realtime:%s\",\"phx_join\",{\"config\":{\"broadcast\":{\"ack\":true,\"self\":false},\"presence\":{\"key\":\"\",\"enabled\":false},\"postgres_changes\":[],\"private\":true},\"access_token\":\"%s\"}]"
                        .formatted(ref, ref, name, token));
        return next();
    }

    /** The next frame: text as it came, a binary one as {@code kind 4: topic|event|metadata|payload}. */
    String next() {
        try {
            String frame = frames.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (frame == null) {
                throw new AssertionError("no frame within " + WAIT_SECONDS + " s");
            }
            return frame;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next frame that contains {@code part}; others are skipped. */
    String next(String part) {
        String frame = next();
        while (!frame.contains(part)) {
            frame = next();
        }
        return frame;
    }

    /** The next frame, waited for until the connection is cut from here; null then. */
    @Nullable
    String poll() {
        try {
            String frame = frames.poll(20, TimeUnit.MILLISECONDS);
            while (frame == null && !cut) {
                frame = frames.poll(20, TimeUnit.MILLISECONDS);
            }
            return frame;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** True if a frame that contains {@code part} comes within this time; others are skipped. */
    boolean hears(String part, long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            String frame = frames.poll(millis, TimeUnit.MILLISECONDS);
            while (frame != null && !frame.contains(part)) {
                frame = frames.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
            return frame != null;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing comes for a while. */
    boolean isQuiet(long millis) {
        try {
            String frame = frames.poll(millis, TimeUnit.MILLISECONDS);
            if (frame != null) {
                throw new AssertionError("unexpected frame " + frame);
            }
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The connection is lost. */
    void cut() {
        cut = true;
        socket.abort();
    }

    @Override
    public void close() {
        cut();
    }

    private final class Recorder implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                frames.add(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            bytes.writeBytes(piece);
            if (last) {
                frames.add(shown(bytes.toByteArray()));
                bytes.reset();
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            frames.add("closed " + code);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            frames.add("closed " + error.getClass().getSimpleName());
        }
    }

    private static String shown(byte[] frame) {
        int topic = frame[1] & 0xFF;
        int event = frame[2] & 0xFF;
        int meta = frame[3] & 0xFF;
        String rest = frame[4] == 1
                ? new String(
                        frame,
                        5 + topic + event + meta,
                        frame.length - 5 - topic - event - meta,
                        StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(frame, 5 + topic + event + meta, frame.length);
        return "kind %d: %s|%s|%s|%s"
                .formatted(
                        frame[0],
                        new String(frame, 5, topic, StandardCharsets.UTF_8),
                        new String(frame, 5 + topic, event, StandardCharsets.UTF_8),
                        new String(frame, 5 + topic + event, meta, StandardCharsets.UTF_8),
                        rest);
    }
}
