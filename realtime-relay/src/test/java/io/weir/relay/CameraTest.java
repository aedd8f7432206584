package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cameras publish, others view: over their own sockets and over the protocol of topics. */
@QuarkusTest
@WithTestResource(RelayStack.class)
class CameraTest {
    private static final long WAIT_SECONDS = 20;

    @TestHTTPResource("/")
    URI base;

    @Test
    void showsFramesToViewersOfEveryKind() {
        try (var camera = Socket.bearer(base, "yard", token("cam", "camera", "yard"));
                var texts = Socket.parameter(base, "yard", token("ada", "user", "yard"));
                var bytes = Socket.subprotocol(base, "yard?format=binary", token("bob", "user", "yard"));
                var topic = PhoenixClient.v2(base)) {
            assertThat(topic.join("camera:yard", "3", token("eve", "user", "yard")))
                    .contains("\"ok\"");
            // When
            camera.publishUntil(texts);
            camera.publishUntil(bytes);
            // Then
            var json = new JsonObject(texts.text());
            assertThat(json.getString("camera_id")).isEqualTo("yard");
            assertThat(Base64.getDecoder().decode(json.getString("frame"))).isEqualTo(jpeg(1000));
            Buffer binary = bytes.binary();
            int length = binary.getInt(0);
            assertThat(new JsonObject(binary.getString(4, 4 + length)).getLong("timestamp"))
                    .isEqualTo(17);
            assertThat(binary.getBytes(4 + length, binary.length())).isEqualTo(jpeg(1000));
            assertThat(topic.next("|frame|"))
                    .contains("realtime:camera:yard")
                    .contains(Base64.getEncoder().encodeToString(jpeg(1000)));
            assertThat(bytes.socket.getSubprotocol()).startsWith("weir.bearer.");
        }
    }

    @Test
    void showsFramesThatAreBroadcastOnTheTopic() {
        String camera = token("cam", "camera", "porch");
        var http = new EventsClient(base);
        try (var sender = PhoenixClient.v2(base);
                var texts = Socket.parameter(base, "porch", token("ada", "user", "porch"));
                var bytes = Socket.parameter(base, "porch?format=binary", token("bob", "user", "porch"))) {
            assertThat(sender.join("camera:porch", "3", camera)).contains("\"ok\"");
            // When it is no frame, or none of this camera
            sender.send(broadcast("other", picture("porch", 1)));
            assertThat(sender.next()).contains("\"ok\"");
            sender.send(broadcast("frame", "{\"frame\":\"nonsense\"}"));
            assertThat(sender.next()).contains("\"ok\"");
            sender.send(broadcast("frame", picture("yard", 2)));
            assertThat(sender.next()).contains("\"ok\"");
            // When it is
            sender.send(broadcast("frame", picture("porch", 3)));
            assertThat(sender.next()).contains("\"ok\"");
            // Then
            assertThat(new JsonObject(texts.text()).getLong("timestamp")).isEqualTo(3);
            Buffer binary = bytes.binary();
            assertThat(binary.getBytes(4 + binary.getInt(0), binary.length())).isEqualTo(jpeg(1000));
            // When it comes over HTTP
            int status = http.get(http.request("/realtime/v1/api/broadcast/camera%3Aporch/events/frame?private=true")
                            .header("Authorization", "Bearer " + camera)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(picture("porch", 4)))
                            .build())
                    .statusCode();
            // Then
            assertThat(status).isEqualTo(202);
            assertThat(new JsonObject(texts.text()).getLong("timestamp")).isEqualTo(4);
            assertThat(bytes.timestamp()).isEqualTo(4);
        }
    }

    private static String broadcast(String event, String payload) {
        return ("[\"3\",\"4\",\"realtime:camera:porch\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"%s\","
                        + "\"payload\":%s}]")
                .formatted(event, payload);
    }

    private static String picture(String camera, long timestamp) {
        return "{\"frame\":\"%s\",\"timestamp\":%d,\"camera_id\":\"%s\"}"
                .formatted(Base64.getEncoder().encodeToString(jpeg(1000)), timestamp, camera);
    }

    @Test
    void takesTheBinaryFormUpToTwoMebibytes() {
        int most = 2 * 1024 * 1024;
        try (var camera = Socket.bearer(base, "gate", token("cam", "camera", "gate"));
                var viewer = Socket.parameter(base, "gate?format=binary", token("ada", "user", "gate"))) {
            // When
            camera.send(frame("{\"timestamp\":1,\"camera_id\":\"gate\"}", jpeg(most + 1)));
            // Then it is refused, and the connection stays
            assertThat(camera.text()).contains("\"op\":\"error\"").contains("at most 2097152 bytes");
            camera.send(frame("{\"timestamp\":2,\"camera_id\":\"gate\"}", jpeg(most)));
            Buffer shown = viewer.binary();
            assertThat(new JsonObject(shown.getString(4, 4 + shown.getInt(0))).getLong("timestamp"))
                    .isEqualTo(2);
            assertThat(shown.length() - 4 - shown.getInt(0)).isEqualTo(most);
        }
    }

    @Test
    void answersBadFramesAndClosesOnlyWhereTheyDoNotEnd() {
        try (var camera = Socket.bearer(base, "door", token("cam", "camera", "door"));
                var viewer = Socket.parameter(base, "door", token("ada", "user", "door"))) {
            // When
            camera.send(frame("{\"timestamp\":1}", new byte[] {1, 2, 3, 4}));
            // Then
            assertThat(camera.text()).contains("no JPEG").contains("\"status\":400");
            camera.sendText("nonsense");
            assertThat(camera.text()).contains("no JSON object");
            viewer.sendText("{}");
            assertThat(viewer.text()).contains("view, not publish").contains("\"status\":403");
            camera.publishUntil(viewer);
            // When it goes on and on
            for (int i = 0; i < 20; i++) {
                camera.sendText("nonsense");
                assertThat(camera.text()).contains("no JSON object");
            }
            camera.sendText("nonsense");
            // Then
            assertThat(camera.text()).isEqualTo("closed 1008");
            assertThat(viewer.text()).contains("timestamp");
        }
    }

    @Test
    void skipsForAViewerThatDoesNotReadAndShowsItTheNewest() {
        int frames = 100;
        try (var camera = Socket.bearer(base, "lane", token("cam", "camera", "lane"));
                var quick = Socket.parameter(base, "lane?format=binary", token("ada", "user", "lane"));
                var slow = Socket.parameter(base, "lane?format=binary", token("bob", "user", "lane"))) {
            slow.pause();
            // When far more comes than what sockets hold
            for (int i = 1; i <= frames; i++) {
                camera.send(frame("{\"timestamp\":" + i + "}", jpeg(700_000)));
                while (quick.timestamp() < i) {
                    // The other viewer gets each of them meanwhile.
                }
            }
            slow.resume();
            // Then
            long shown = 0;
            long skipped = 0;
            long newest = 0;
            while (newest < frames) {
                Buffer frame = slow.binary();
                var header = new JsonObject(frame.getString(4, 4 + frame.getInt(0)));
                assertThat(header.getLong("timestamp")).isGreaterThan(newest);
                newest = header.getLong("timestamp");
                skipped += header.getLong("skipped", 0L);
                shown++;
            }
            assertThat(shown + skipped).isEqualTo(frames);
            assertThat(skipped).isGreaterThan(10);
        }
    }

    @Test
    void letsNobodyViewOrPublishWithoutTheRight() {
        assertThatThrownBy(() -> Socket.parameter(base, "yard", token("ada", "user", "other")))
                .isInstanceOf(CompletionException.class);
        assertThatThrownBy(() -> Socket.parameter(base, "yard", Tokens.forged("ada")))
                .isInstanceOf(CompletionException.class);
        assertThatThrownBy(() -> Socket.parameter(base, "yard", "nonsense")).isInstanceOf(CompletionException.class);
        assertThatThrownBy(() -> Socket.parameter(base, "ya%3Ard", token("ada", "user", "yard")))
                .isInstanceOf(CompletionException.class);
        assertThatThrownBy(() -> new Socket(base, "yard", null, null)).isInstanceOf(CompletionException.class);
    }

    @Test
    void tellsWorkersWhatIsToBeProcessed() {
        String frame = "{\"frame\":\"%s\",\"timestamp\":17,\"camera_id\":\"webcam-1\"}"
                .formatted(Base64.getEncoder().encodeToString(jpeg(300_000)));
        String path = "/v1/cameras/webcam-1/process";
        try (var worker = PhoenixClient.v2(base)) {
            assertThat(worker.join("camera:webcam-1:process", "3", token("w", "worker", "-")))
                    .contains("\"ok\"");
            // When
            int status = post(path, frame, Tokens.service("internal"));
            // Then
            assertThat(status).isEqualTo(202);
            assertThat(worker.next("|frame|")).contains("realtime:camera:webcam-1:process");
        }
        assertThat(post(path, frame, Tokens.user("ada"))).isEqualTo(403);
        assertThat(post(path, "{}", Tokens.service("internal"))).isEqualTo(400);
        assertThat(post("/v1/cameras/a%3Ab/process", frame, Tokens.service("internal")))
                .isEqualTo(404);
    }

    private int post(String path, String body, String token) {
        var http = new EventsClient(base);
        return http.get(http.request(path)
                        .header("Authorization", "Bearer " + token)
                        .header("Weir-Tenant", "default")
                        .header("Weir-Account", "ada")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build())
                .statusCode();
    }

    static String token(String account, String role, String camera) {
        return Jwt.claims()
                .subject(account)
                .claim("roles", List.of(role))
                .claim("cameras", List.of(camera))
                .expiresIn(Duration.ofHours(1))
                .sign(Shared.keys().getPrivate());
    }

    static byte[] jpeg(int length) {
        byte[] jpeg = new byte[length];
        jpeg[0] = (byte) 0xff;
        jpeg[1] = (byte) 0xd8;
        jpeg[2] = (byte) 0xff;
        return jpeg;
    }

    static byte[] frame(String header, byte[] jpeg) {
        byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer()
                .appendInt(bytes.length)
                .appendBytes(bytes)
                .appendBytes(jpeg)
                .getBytes();
    }

    /** A camera's or a viewer's connection. */
    static final class Socket implements AutoCloseable {
        private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
        private final WebSocket socket;
        private volatile boolean paused;

        Socket(URI base, String path, @Nullable String bearer, @Nullable String subprotocol) {
            var builder = HttpClient.newHttpClient().newWebSocketBuilder();
            if (bearer != null) {
                builder.header("Authorization", "Bearer " + bearer);
            }
            if (subprotocol != null) {
                builder.subprotocols(subprotocol);
            }
            socket = builder.buildAsync(
                            URI.create("ws://" + base.getHost() + ":" + base.getPort() + "/ws/stream/" + path),
                            new Recorder())
                    .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        }

        static Socket bearer(URI base, String path, String token) {
            return new Socket(base, path, token, null);
        }

        static Socket subprotocol(URI base, String path, String token) {
            return new Socket(base, path, null, "weir.bearer." + token);
        }

        static Socket parameter(URI base, String path, String token) {
            return new Socket(base, path + (path.contains("?") ? "&" : "?") + "token=" + token, null, null);
        }

        void send(byte[] message) {
            socket.sendBinary(ByteBuffer.wrap(message), true)
                    .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        }

        void sendText(String text) {
            socket.sendText(text, true)
                    .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        }

        /** A viewer may come to the topic a little after its handshake. */
        void publishUntil(Socket viewer) {
            String text = "{\"frame\":\"%s\",\"timestamp\":17}"
                    .formatted(Base64.getEncoder().encodeToString(jpeg(1000)));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
            while (viewer.messages.isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                sendText(text);
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        }

        String text() {
            return (String) next();
        }

        Buffer binary() {
            return (Buffer) next();
        }

        long timestamp() {
            Buffer frame = binary();
            return new JsonObject(frame.getString(4, 4 + frame.getInt(0))).getLong("timestamp");
        }

        private Object next() {
            try {
                Object message = messages.poll(WAIT_SECONDS, TimeUnit.SECONDS);
                if (message == null) {
                    throw new AssertionError("nothing within " + WAIT_SECONDS + " s");
                }
                return message;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Reads no more. */
        void pause() {
            paused = true;
        }

        void resume() {
            paused = false;
            socket.request(1);
        }

        @Override
        public void close() {
            socket.abort();
        }

        private final class Recorder implements WebSocket.Listener {
            private final StringBuilder text = new StringBuilder();
            private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

            @Override
            public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                    messages.add(text.toString());
                    text.setLength(0);
                }
                more(webSocket);
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
                byte[] piece = new byte[data.remaining()];
                data.get(piece);
                bytes.writeBytes(piece);
                if (last) {
                    messages.add(Buffer.buffer(bytes.toByteArray()));
                    bytes.reset();
                }
                more(webSocket);
                return null;
            }

            private void more(WebSocket webSocket) {
                if (!paused) {
                    webSocket.request(1);
                }
            }

            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
                messages.add("closed " + code);
                return null;
            }
        }
    }
}
