package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class ChatTest {
    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

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
    void streamsTokensInTheTokenDialect() throws Exception {
        // When
        try (Reading reading = alice().read("POST", "/api/chat/stream", QUESTION)) {
            assertThat(reading.next()).isEqualTo(": connected");
            Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(exchange));
            exchange.send(script.scaffold()).send(script.delta("Hel"));
            assertThat(reading.next()).isEqualTo("id: 5|data: {\"token\":\"Hel\"}");
            exchange.send(script.delta("lo"));
            assertThat(reading.next()).isEqualTo("id: 6|data: {\"token\":\"lo\"}");
            exchange.send(script.end(EndReason.COMPLETED)).end();

            // Then
            assertThat(reading.rest()).isEqualTo("id: 7|data: [DONE]\n<end>\n");
            assertThat(reading.status()).isEqualTo(200);
            assertThat(exchange.json().encode()).isEqualTo("{\"input\":\"hello\",\"stream\":true}");
            assertThat(new String(exchange.bytes(), StandardCharsets.UTF_8)).contains("hello");
        }
    }

    @Test
    void sendsExactlyTheHeadersOfAnEventStreamBeforeTheAgentSaysAnything() throws Exception {
        try (Reading reading = alice().read("POST", "/api/chat/stream", QUESTION)) {
            assertThat(reading.next()).isEqualTo(": connected");

            // Then
            Exchange exchange = fakes.gateway.take("POST /v1/streams");
            assertThat(reading.header("content-type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(reading.header("cache-control")).isEqualTo("no-cache, no-store, no-transform");
            assertThat(reading.header("x-accel-buffering")).isEqualTo("no");
            assertThat(reading.header("weir-stream-id"))
                    .isEqualTo(Fakes.streamOf(exchange).toString());
            assertThat(reading.headers().map().keySet())
                    .containsExactlyInAnyOrder(
                            "content-type",
                            "cache-control",
                            "x-accel-buffering",
                            "weir-stream-id",
                            "transfer-encoding");
        }
    }

    @Test
    void streamsChunksInTheChunkDialectOnBothPaths() throws Exception {
        for (String path : new String[] {"/api/v1/actions/chats/c1/messages", "/chats/c1/messages"}) {
            try (Reading reading = alice().read("POST", path, "{\"prompt\":\"hello\"}")) {
                Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
                var script = new Script(Fakes.streamOf(exchange));
                exchange.send(script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED))
                        .end();

                // Then
                assertThat(reading.rest()).isEqualTo("""
                                : connected
                                id: 5|data: {"type":"chunk","text":"Hi"}
                                id: 6|data: {"type":"done"}
                                <end>
                                """);
                assertThat(fakes.metering.take("POST /v1/holds").json().getString("session"))
                        .isEqualTo("c1");
            }
        }
    }

    @Test
    void streamsLinesOfJsonWhereTheCallerAcceptsThem() throws Exception {
        try (Reading reading = alice().read("POST", "/api/chat/stream", QUESTION, "Accept", "application/x-ndjson")) {
            Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(exchange));
            exchange.send(script.scaffold() + script.delta("Hi")).end();

            // Then
            assertThat(reading.header("content-type")).startsWith("application/x-ndjson");
            assertThat(reading.until("Hi")).contains("\"token\":\"Hi\"");
        }
    }

    @Test
    void showsTheReasonOfAnEarlyEndInTheTokenDialect() throws Exception {
        try (Reading reading = alice().read("POST", "/api/chat/stream", QUESTION)) {
            Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(exchange));
            exchange.send(script.scaffold() + script.delta("Hi") + script.end(EndReason.CREDITS_EXHAUSTED))
                    .end();

            // Then
            assertThat(reading.rest())
                    .contains("\"reason\":\"credits_exhausted\"")
                    .contains("\"error\":")
                    .doesNotContain("[DONE]");
        }
    }

    @Test
    void passesLiveUsageToTheCallerWhoAskedForItAndToNobodyElse() throws Exception {
        String usage = "event: weir.usage\ndata: {\"type\":\"weir.usage\",\"costMicro\":\"7\"}\n\n";
        try (Reading asking = alice().read("POST", "/api/chat/stream", QUESTION, "Weir-Usage", "true")) {
            Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(exchange));
            exchange.send(script.scaffold() + usage + script.delta("Hi") + script.end(EndReason.COMPLETED))
                    .end();
            assertThat(asking.rest()).contains("weir.usage").contains("\"costMicro\":\"7\"");
        }
        try (Reading other = alice().read("POST", "/api/chat/stream", QUESTION)) {
            Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(exchange));
            exchange.send(script.scaffold() + usage + script.delta("Hi") + script.end(EndReason.COMPLETED))
                    .end();
            assertThat(other.rest()).doesNotContain("weir.usage");
        }
    }

    @Test
    void reservesForTheCallerWithTheConfiguredLimitAndSignsWhatWasGranted() throws Exception {
        try (Reading reading = alice().read("POST", "/api/chat/stream", QUESTION)) {
            var reserve = fakes.metering.take("POST /v1/holds").json();
            Exchange exchange = fakes.gateway.take("POST /v1/streams");

            // Then
            assertThat(reserve.getString("account")).isEqualTo("alice");
            assertThat(reserve.getString("session")).isEqualTo("s1");
            assertThat(reserve.getString("agent")).isEqualTo("demo");
            assertThat(reserve.getInteger("maxOpenStreams")).isEqualTo(8);
            assertThat(reserve.getBoolean("keyUntilEnd")).isTrue();
            assertThat(reserve.getString("streamId")).isEqualTo(reading.header("weir-stream-id"));
            var ticket = Fakes.ticketOf(exchange);
            assertThat(ticket.getString("aud")).isEqualTo("sse-gateway");
            assertThat(ticket.getLong("exp") - ticket.getLong("iat")).isEqualTo(60);
            var claims = ticket.getJsonObject("weir");
            assertThat(claims.getString("account")).isEqualTo("alice");
            assertThat(claims.getString("tenant")).isEqualTo("default");
            assertThat(claims.getString("topic")).isEqualTo("session:s1");
            assertThat(claims.getString("vocabulary")).isEqualTo("session");
            assertThat(claims.getString("dialect")).isEqualTo("token");
            assertThat(claims.getString("bodySha256")).isEqualTo(Fakes.sha256(exchange.bytes()));
            assertThat(claims.getJsonObject("hold").getString("grantedMicro")).isEqualTo("6000");
            assertThat(exchange.header("Authorization")).startsWith("Bearer ");
        }
    }

    @Test
    void keepsAnIdleConnectionOpenWithComments() throws Exception {
        try (Reading reading = alice().read("POST", "/api/chat/stream", QUESTION)) {
            assertThat(reading.raw()).isEqualTo(": connected");
            assertThat(reading.raw()).isEqualTo(": heartbeat");
        }
    }
}
