package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay's public paths through the edge. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class RelayProxyTest {
    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    /** Collects what comes over a WebSocket. */
    private static final class Recorder implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            part.append(text);
            if (last) {
                heard.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed " + code + " " + reason);
            return null;
        }

        String next() throws InterruptedException {
            return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS), "nothing was heard");
        }
    }

    private WebSocket open(String path, Recorder recorder, String... header) throws Exception {
        var builder = HttpClient.newHttpClient().newWebSocketBuilder();
        for (int i = 0; i < header.length; i += 2) {
            builder.header(header[i], header[i + 1]);
        }
        return builder.buildAsync(URI.create(edge.resolve(path).toString().replaceFirst("http", "ws")), recorder)
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void joinsAWebSocketToTheRelayBothWaysUntilEitherEndCloses() throws Exception {
        for (String path : new String[] {
            "/realtime/v1/websocket?vsn=2.0.0&apikey=k", "/socket/websocket?vsn=2.0.0", "/ws/stream/yard?token=t"
        }) {
            var recorder = new Recorder();
            WebSocket socket = open(path, recorder, "Authorization", "Bearer opaque", "Weir-Account", "mallory");

            // When
            socket.sendText("hello", true).get(10, TimeUnit.SECONDS);
            assertThat(recorder.next()).isEqualTo("hello");
            String large = "x".repeat(300_000);
            socket.sendText(large, true).get(10, TimeUnit.SECONDS);
            assertThat(recorder.next()).isEqualTo(large);
            socket.sendText("close", true).get(10, TimeUnit.SECONDS);

            // Then
            assertThat(recorder.next()).isEqualTo("closed 4001 asked");
            var handshake = fakes.relay.handshake();
            assertThat(handshake.get("uri")).isEqualTo(path);
            assertThat(handshake.get("Authorization")).isEqualTo("Bearer opaque");
            assertThat(handshake.get("Weir-Account")).isNull();
        }
    }

    @Test
    void passesBroadcastsOverHttpAsTheyAre() throws Exception {
        fakes.relay.respond(exchange -> exchange.with("Set-Cookie", "a=b").answer(202));
        var anonymous = new Browser(edge, null);

        // When
        HttpResponse<String> answer = anonymous.call(
                "POST", "/realtime/v1/api/broadcast?x=1", "{\"messages\":[]}", "apikey", "weir-local", "Cookie", "c=d");

        // Then
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
        Exchange passed = fakes.relay.take("POST /realtime/v1/api/broadcast?x=1");
        assertThat(passed.json().encode()).isEqualTo("{\"messages\":[]}");
        assertThat(passed.header("apikey")).isEqualTo("weir-local");
        assertThat(passed.header("Cookie")).isNull();
        assertThat(passed.header("Authorization")).isNull();
    }

    @Test
    void answers503WhenTheRelayIsDown() throws Exception {
        fakes.relay.down();
        try {
            HttpResponse<String> answer =
                    new Browser(edge, null).call("POST", "/realtime/v1/api/broadcast", "{\"messages\":[]}");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
        } finally {
            fakes.relay.up();
        }
    }

    @Test
    void givesUpOnAWebSocketThatTheRelayDoesNotOpen() throws Exception {
        fakes.relay.down();
        fakes.relay.upWithoutWebSockets();
        try {
            assertThatThrownBy(() -> open("/realtime/v1/websocket", new Recorder()))
                    .hasCauseInstanceOf(WebSocketHandshakeException.class)
                    .cause()
                    .satisfies(refused -> assertThat(((WebSocketHandshakeException) refused)
                                    .getResponse()
                                    .statusCode())
                            .isEqualTo(503));
            fakes.relay.take("GET /realtime/v1/websocket").assertClosed();
        } finally {
            fakes.relay.down();
            fakes.relay.up();
        }
    }

    @Test
    void keepsQueryStringsOutOfTheAccessLog() throws Exception {
        var lines = new LinkedBlockingQueue<String>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var log = Logger.getLogger("io.quarkus.http.access-log");
        log.addHandler(handler);
        try {
            fakes.relay.respond(exchange -> exchange.answer(200));
            new Browser(edge, null).call("GET", "/realtime/v1/api/x?apikey=secret", null);

            // Then
            String line = Objects.requireNonNull(lines.poll(10, TimeUnit.SECONDS));
            assertThat(line).contains("GET /realtime/v1/api/x HTTP").doesNotContain("secret");
        } finally {
            log.removeHandler(handler);
        }
    }
}
