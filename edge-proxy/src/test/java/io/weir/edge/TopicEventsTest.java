package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics over plain HTTP, through the edge. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class TopicEventsTest {
    private static final String PATH = "/v1/topics/session%3Amine%40bob/events";

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private Browser alice() {
        return new Browser(edge, fakes.issuer.token("alice"));
    }

    @Test
    void passesEventsOnAsTheyComeWithTheCallersOwnToken() throws Exception {
        fakes.relay.respond(exchange -> exchange.with("Set-Cookie", "a=b").stream());
        // When
        try (Reading reading = alice().read(
                        "GET",
                        PATH + "?updates_per_second=5",
                        null,
                        "Last-Event-ID",
                        "s:3",
                        "Accept",
                        "application/x-ndjson",
                        "Weir-Account",
                        "mallory",
                        "Origin",
                        "https://app.example")) {
            // Then
            Exchange asked = fakes.relay.take("GET " + PATH + "?updates_per_second=5");
            assertThat(asked.header("Authorization")).startsWith("Bearer ey");
            assertThat(asked.header("Last-Event-ID")).isEqualTo("s:3");
            assertThat(asked.header("Accept")).isEqualTo("application/x-ndjson");
            assertThat(asked.header("Weir-Account")).isNull();
            assertThat(asked.header("Origin")).isNull();
            assertThat(reading.status()).isEqualTo(200);
            assertThat(reading.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(reading.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
            assertThat(reading.headers().firstValue("Set-Cookie")).isEmpty();
            assertThat(reading.raw()).isEqualTo(": connected");
            // And each event before the next is said
            for (int i = 0; i < 3; i++) {
                asked.send("id: s:" + i + "\nevent: token\ndata: {\"text\":\"" + i + "\"}\n\n");
                assertThat(reading.raw()).isEqualTo("id: s:" + i + "|event: token|data: {\"text\":\"" + i + "\"}");
            }
            asked.end();
            assertThat(reading.raw()).isEqualTo(Reading.END);
        }
    }

    @Test
    void letsGoOfTheRelayAsSoonAsItsReaderLeaves() throws Exception {
        fakes.relay.respond(Exchange::stream);
        Reading reading = alice().read("GET", PATH, null);
        Exchange asked = fakes.relay.take("GET " + PATH);
        assertThat(reading.raw()).isEqualTo(": connected");
        // When
        reading.close();
        // Then
        asked.assertClosed();
    }

    @Test
    void letsGoOfTheRelayWhenItsReaderLeavesBeforeTheAnswer() throws Exception {
        var waiting = alice().begin("GET", PATH, null);
        Exchange asked = fakes.relay.take("GET " + PATH);
        // When
        waiting.cancel(true);
        fakes.relay.respond(Exchange::stream);
        asked.stream();
        // Then
        asked.assertClosed();
    }

    @Test
    void cutsTheResponseOfARelayThatIsLost() throws Exception {
        fakes.relay.respond(Exchange::stream);
        try (Reading reading = alice().read("GET", PATH, null)) {
            assertThat(reading.raw()).isEqualTo(": connected");
            // When
            fakes.relay.take("GET " + PATH).kill();
            // Then it does not look like an end
            assertThat(reading.raw()).isEqualTo(Reading.CUT);
        }
        // And the same where the relay only falls silent
        try (Reading reading = alice().read("GET", PATH, null)) {
            assertThat(reading.raw()).isEqualTo(": connected");
            assertThat(reading.raw()).isEqualTo(Reading.CUT);
        }
    }

    @Test
    void waitsForASlowReader() throws Exception {
        fakes.relay.respond(Exchange::stream);
        int chunk = 256 * 1024;
        int chunks = 96;
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(8192);
            socket.connect(new InetSocketAddress(edge.getHost(), edge.getPort()));
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + PATH + " HTTP/1.0\r\nHost: " + edge.getAuthority() + "\r\nAuthorization: Bearer "
                                    + fakes.issuer.token("alice") + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            Exchange asked = fakes.relay.take("GET " + PATH);
            var sent = new AtomicInteger();
            // When nothing is read
            for (int i = 0; i < chunks; i++) {
                byte[] bytes = new byte[chunk];
                Arrays.fill(bytes, (byte) i);
                asked.send(Buffer.buffer(bytes)).onSuccess(_ -> sent.incrementAndGet());
            }
            // Then the relay is left waiting too
            int seen = -1;
            while (seen != sent.get()) {
                seen = sent.get();
                LockSupport.parkNanos(200_000_000);
            }
            assertThat(seen).isLessThan(chunks);
            // When it is read after all
            asked.end();
            InputStream in = socket.getInputStream();
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n: connected\n\n") < 0) {
                head.append((char) in.read());
            }
            // Then nothing is missing
            for (int i = 0; i < chunks; i++) {
                byte[] read = in.readNBytes(chunk);
                assertThat(read.length).isEqualTo(chunk);
                assertThat(read[0]).isEqualTo((byte) i);
                assertThat(read[chunk - 1]).isEqualTo((byte) i);
            }
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void refusesInProblems() throws Exception {
        // Without a caller, nobody is asked
        HttpResponse<String> anonymous = new Browser(edge, null).call("GET", PATH, null);
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertProblem(anonymous, "unauthenticated");
        assertThat(new Browser(edge, "nonsense").call("GET", PATH, null).statusCode())
                .isEqualTo(401);
        assertThat(fakes.relay.seen("GET")).isEmpty();
        // What the relay refuses
        fakes.relay.respond(
                exchange -> exchange.problem(403, "{\"status\":403,\"detail\":\"You may not read this topic\"}"));
        HttpResponse<String> forbidden = alice().call("GET", PATH, null);
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(new JsonObject(forbidden.body()).getString("detail")).isEqualTo("You may not read this topic");
        // And a relay that is away
        fakes.relay.down();
        try {
            HttpResponse<String> away = alice().call("GET", PATH, null);
            assertThat(away.statusCode()).isEqualTo(503);
            assertThat(away.headers().firstValue("Retry-After")).isPresent();
            assertProblem(away, "relay_unavailable");
        } finally {
            fakes.relay.up();
        }
    }

    @Test
    void followsNoMoreTopicsThanTheBound() throws Exception {
        fakes.relay.respond(Exchange::stream);
        List<Reading> open = new ArrayList<>();
        try {
            // Given a bound of three
            for (int i = 0; i < 3; i++) {
                Reading reading = alice().read("GET", PATH, null);
                assertThat(reading.raw()).isEqualTo(": connected");
                open.add(reading);
            }
            // Then
            HttpResponse<String> refused = alice().call("GET", PATH, null);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        } finally {
            for (Reading reading : open) {
                reading.close();
            }
        }
    }

    private static void assertProblem(HttpResponse<String> answer, String code) {
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("code"))
                .isEqualTo(code);
    }
}
