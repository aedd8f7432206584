package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starting in one request and reading in another, and frames for processing. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class StartTest {
    private static final String START = "/api/chat/start";
    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
        fakes.metering.respond(exchange -> {
            if (exchange.uri().contains("/receipt")) {
                boolean alice = exchange.uri().endsWith("account=alice");
                exchange.answer(alice ? 200 : 404, "{\"state\":\"settling\"}");
            } else if (exchange.uri().endsWith("/release")) {
                exchange.answer(204);
            } else {
                exchange.answer(201, Fakes.held(exchange.json().getString("streamId")));
            }
        });
        fakes.relay.respond(StartTest::hello);
    }

    private Browser as(String account) {
        return new Browser(edge, fakes.issuer.token(account));
    }

    private static void hello(Exchange exchange) {
        String id =
                exchange.uri().substring("/v1/streams/".length(), exchange.uri().indexOf("/events"));
        var script = new Script(io.weir.contracts.id.StreamId.parse(id));
        exchange.with("Weir-Dialect", "token").stream()
                .send(script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED))
                .end();
    }

    @Test
    void startsWithoutAReaderAndIsReadWithEventSource() throws Exception {
        // Given
        fakes.gateway.respond(Exchange::stream);
        // When
        HttpResponse<String> started = as("alice").call("POST", START, QUESTION);
        // Then
        String stream = new JsonObject(started.body()).getString("streamId");
        Exchange opened = fakes.gateway.take("POST /v1/streams");
        assertThat(started.statusCode()).isEqualTo(200);
        assertThat(stream).isEqualTo(Fakes.streamOf(opened).toString());
        opened.assertClosed();
        try (Reading reading = as("alice").read("GET", "/api/chat/stream?streamId=" + stream, null)) {
            assertThat(reading.rest()).contains("{\"token\":\"Hi\"}").contains("[DONE]");
        }
        assertThat(fakes.metering.seen("POST /v1/holds/"))
                .as("nothing given back or stopped")
                .isEmpty();
    }

    @Test
    void waitsForTheLogOfAStreamThatHasJustBegun() throws Exception {
        // Given
        fakes.gateway.respond(Exchange::stream);
        fakes.relay.respond(exchange -> {
            fakes.relay.respond(StartTest::hello);
            exchange.answer(404, "{}");
        });
        String stream = new JsonObject(as("alice").call("POST", START, QUESTION).body()).getString("streamId");
        // When
        try (Reading reading = as("alice").read("GET", "/api/chat/stream?streamId=" + stream, null)) {
            // Then
            assertThat(reading.rest()).contains("{\"token\":\"Hi\"}");
        }
        assertThat(as("mallory")
                        .call("GET", "/api/chat/stream?streamId=" + stream, null)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void givesTheNextStartedStreamToWhoCameFirst() throws Exception {
        // Given
        fakes.gateway.respond(Exchange::stream);
        CompletableFuture<HttpResponse<InputStream>> early = as("alice").begin("GET", "/api/chat/stream", null);
        String stream = "";
        // When: until the reader is known to wait, starting says nothing about it
        while (!early.isDone()) {
            stream = new JsonObject(as("alice").call("POST", START, QUESTION).body()).getString("streamId");
            try {
                early.get(200, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                assertThat(fakes.metering.seen("POST /v1/holds").size()).isLessThan(50);
            }
        }
        // Then
        String said = new String(early.get().body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(said).contains("{\"token\":\"Hi\"}");
        assertThat(stream).isNotEmpty();
    }

    @Test
    void endsEmptyWhenNothingIsStarted() throws Exception {
        // 1 s in tests.
        HttpResponse<String> answer = as("bob").call("GET", "/api/chat/stream", null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(": nothing was started\n\n");
    }

    @Test
    void givesTheHoldBackWhereTheGatewayRefuses() throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(503, "{}"));
        HttpResponse<String> answer = as("alice").call("POST", START, QUESTION);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(fakes.metering.take("POST /v1/holds/").uri()).endsWith("/release");
    }

    @Test
    void handsFramesOnToTheRelay() throws Exception {
        // Given
        fakes.relay.respond(exchange -> exchange.answer(202));
        String frame =
                "{\"streamName\":\"webcam\",\"streamType\":\"frame\",\"frame\":\"AAAA\",\"timestamp\":5,\"camera_id\":\"c 1\"}";
        // When
        HttpResponse<String> answer = as("alice").call("POST", "/api/v1/actions/actions/send", frame);
        // Then
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(new JsonObject(answer.body()).getBoolean("accepted")).isTrue();
        Exchange sent = fakes.relay.take("POST /v1/cameras/");
        assertThat(sent.uri()).isEqualTo("/v1/cameras/c%201/process");
        assertThat(sent.header("Weir-Account")).isEqualTo("alice");
        assertThat(sent.json()).isEqualTo(new JsonObject("{\"frame\":\"AAAA\",\"timestamp\":5,\"camera_id\":\"c 1\"}"));
    }

    @ParameterizedTest
    @CsvSource({"400,400", "403,403", "404,404", "413,413", "500,503"})
    void passesOnWhatTheRelaySaysOfAFrame(int relay, int status) throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(relay, "{}"));
        String frame = "{\"streamType\":\"frame\",\"frame\":\"AAAA\",\"camera_id\":\"c1\"}";
        assertThat(as("alice")
                        .call("POST", "/api/v1/actions/actions/send", frame)
                        .statusCode())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"[]", "{\"streamType\":\"sound\",\"frame\":\"A\",\"camera_id\":\"c\"}", "{\"frame\":\"A\"}", "{"})
    void answers400ToWhatIsNoFrame(String body) throws Exception {
        assertThat(as("alice")
                        .call("POST", "/api/v1/actions/actions/send", body)
                        .statusCode())
                .isEqualTo(400);
        assertThat(fakes.relay.seen("POST")).isEmpty();
    }
}
