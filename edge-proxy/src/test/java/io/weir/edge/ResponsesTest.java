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
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/responses}: the status waits for the agent. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class ResponsesTest {
    private static final String PATH = "/v1/responses";
    private static final String QUESTION =
            "{\"model\":\"demo\",\"input\":\"hello\",\"stream\":true,\"max_output_tokens\":50}";

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
    void streamsTheCanonicalEventsOnceTheAgentHasCommittedItself() throws Exception {
        fakes.gateway.respond(exchange -> {
            var script = new Script(Fakes.streamOf(exchange));
            exchange.stream()
                    .send(script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED))
                    .end();
        });

        // When
        try (Reading reading = alice().read("POST", PATH, QUESTION)) {
            String all = reading.rest();

            // Then
            assertThat(reading.status()).isEqualTo(200);
            assertThat(reading.header("content-type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(all)
                    .startsWith(": connected\nid: 1|event: response.created|data: ")
                    .contains("id: 5|event: response.output_text.delta|data: ")
                    .contains("id: 6|event: response.completed|data: ");
            Exchange exchange = fakes.gateway.take("POST /v1/streams");
            assertThat(exchange.json()).isEqualTo(new JsonObject(QUESTION));
            assertThat(Fakes.ticketOf(exchange).getJsonObject("weir").getInteger("maxOutputTokens"))
                    .isEqualTo(50);
        }
    }

    @Test
    void commitsAfterASecondOfScaffold() throws Exception {
        fakes.gateway.respond(exchange -> exchange.stream().send(new Script(Fakes.streamOf(exchange)).scaffold()));
        long start = System.nanoTime();
        try (Reading reading = alice().read("POST", PATH, QUESTION)) {
            assertThat(reading.until("response.created")).isNotBlank();
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThanOrEqualTo(900);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CREDITS_EXHAUSTED, 402, insufficient_credits",
        "NO_MACHINE, 503, no_machine",
        "AGENT_ERROR, 502, agent_refused",
        "MACHINE_LOST, 502, agent_refused",
        "DRAINING, 503, overloaded",
        "METERING_UNAVAILABLE, 503, metering_unavailable",
        "ORPHANED, 503, gateway_unavailable"
    })
    void turnsAnEndBeforeAnythingWasShownIntoAnHttpProblem(EndReason reason, int status, String code) throws Exception {
        fakes.gateway.respond(exchange -> {
            var script = new Script(Fakes.streamOf(exchange));
            exchange.stream().send(script.scaffold() + script.end(reason)).end();
        });

        // When
        HttpResponse<String> answer = alice().call("POST", PATH, QUESTION);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("weir-stream-id"))
                .hasValue(Fakes.streamOf(fakes.gateway.take("POST /v1/streams")).toString());
        var error = new JsonObject(answer.body()).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("message")).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMPLETED", "MAX_OUTPUT_TOKENS", "CANCELLED", "TIME_LIMIT"})
    void showsAProperEndingEvenOfAnEmptyAnswer(EndReason reason) throws Exception {
        fakes.gateway.respond(exchange -> {
            var script = new Script(Fakes.streamOf(exchange));
            exchange.stream().send(script.scaffold() + script.end(reason)).end();
        });
        try (Reading reading = alice().read("POST", PATH, QUESTION)) {
            assertThat(reading.rest()).contains(reason.terminal().eventType());
            assertThat(reading.status()).isEqualTo(200);
        }
    }

    @Test
    void answersWithAProblemWhenTheGatewayRefuses() throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(503, "{}"));
        HttpResponse<String> answer = alice().call("POST", PATH, QUESTION);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(fakes.metering.take("POST /v1/holds/").uri()).endsWith("/release");
    }

    @Test
    void releasesTheGatewayWhenTheReaderLeavesBeforeTheStatus() throws Exception {
        CompletableFuture<?> leaving = alice().begin("POST", PATH, QUESTION);
        Exchange exchange = fakes.gateway.take("POST /v1/streams").stream();
        leaving.cancel(true);
        exchange.assertClosed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stream\":true}",
                "{\"input\":[],\"stream\":true}",
                "{\"input\":7,\"stream\":true}",
                "{\"input\":\"x\",\"stream\":true,\"max_output_tokens\":0}",
                "{\"input\":\"x\",\"stream\":true,\"max_output_tokens\":\"9\"}",
                "{\"input\":\"x\",\"stream\":true,\"model\":7}",
                "{\"input\":\"x\",\"stream\":true,\"conversation\":7}"
            })
    void answers400ToAMalformedRequest(String body) throws Exception {
        HttpResponse<String> answer = alice().call("POST", PATH, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("type"))
                .isEqualTo("invalid_request_error");
    }

    @Test
    void takesTheConversationForTheSession() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(402, "{}"));
        alice().call("POST", PATH, "{\"input\":\"x\",\"stream\":true,\"conversation\":{\"id\":\"c7\"}}");
        alice().call("POST", PATH, "{\"input\":\"x\",\"stream\":true}");
        assertThat(fakes.metering.take("POST /v1/holds").json().getString("session"))
                .isEqualTo("c7");
        var own = fakes.metering.take("POST /v1/holds").json();
        assertThat(own.getString("session")).isEqualTo("resp_" + own.getString("streamId"));
    }
}
