package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a stream again, stopping it, and its receipt. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class StreamsTest {
    private static final StreamId STREAM = StreamId.parse("019aa000-0000-7000-8000-000000000002");
    private static final String PATH = "/api/streams/" + STREAM;

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

    private static Script finished() {
        var script = new Script(STREAM);
        script.scaffold();
        script.delta("one");
        script.delta("two");
        script.end(EndReason.COMPLETED);
        return script;
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "query", "both"})
    void continuesBehindTheOffsetThatTheReaderNames(String where) throws Exception {
        fakes.relay.respond(
                exchange -> exchange.stream().send(finished().after(5)).end());
        String path = where.equals("header") ? PATH : PATH + "?after=" + (where.equals("both") ? 2 : 5);
        String[] headers = where.equals("query") ? new String[0] : new String[] {"Last-Event-ID", "5"};

        // When
        try (Reading reading = alice().read("GET", path, null, headers)) {
            // Then
            assertThat(reading.rest()).isEqualTo("""
                    : connected
                    id: 6|data: {"token":"two"}
                    id: 7|data: [DONE]
                    <end>
                    """);
            assertThat(reading.header("weir-stream-id")).isEqualTo(STREAM.toString());
            Exchange asked = fakes.relay.take("GET /v1/streams/" + STREAM + "/events?after=5");
            assertThat(asked.header("Weir-Account")).isEqualTo("alice");
            assertThat(asked.header("Authorization")).startsWith("Bearer ");
        }
    }

    @Test
    void usesTheDialectThatTheReaderNamesElseTheOneThatTheStreamBeganWith() throws Exception {
        fakes.relay.respond(exchange -> exchange.with("Weir-Dialect", "chunk").stream()
                .send(finished().after(0))
                .end());
        try (Reading reading = alice().read("GET", PATH, null)) {
            assertThat(reading.rest()).contains("{\"type\":\"chunk\",\"text\":\"one");
        }
        try (Reading reading = alice().read("GET", PATH + "?dialect=responses", null)) {
            assertThat(reading.rest()).contains("event: response.completed");
        }
        try (Reading reading = alice().read("GET", "/api/streams/" + STREAM.responseId(), null)) {
            assertThat(reading.status()).isEqualTo(200);
        }
    }

    @Test
    void goesOnWhenTheRelayLosesTheConnection() throws Exception {
        var script = finished();
        String beginning = script.after(0).split("id: 6", -1)[0];
        fakes.relay.respond(exchange -> exchange.stream().send(beginning));
        try (Reading reading = alice().read("GET", PATH, null)) {
            Exchange first = fakes.relay.take("GET /v1/streams");
            reading.until("one");
            fakes.relay.respond(_ -> {});

            // When
            first.kill();

            // Then
            Exchange second = fakes.relay.take("GET /v1/streams/" + STREAM + "/events?after=5");
            second.stream().send(script.after(5)).end();
            assertThat(reading.rest()).contains("two").contains("[DONE]");
        }
    }

    @Test
    void answers204AtTheEndOfAFinishedStream() throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(204));
        assertThat(alice().call("GET", PATH + "?after=7", null).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?after=x", "?after=-1", "?after=99999999999999999999", "?dialect=latin"})
    void answers400ToWhatIsNoOffsetAndNoDialect(String query) throws Exception {
        HttpResponse<String> answer = alice().call("GET", PATH + query, null);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(fakes.relay.seen("")).isEmpty();
    }

    @Test
    void answers404ToAnUnknownStreamOrAnothers() throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(404, "{\"detail\":\"secret\"}"));
        fakes.metering.respond(exchange -> exchange.answer(404, "{}"));
        assertThat(alice().call("GET", PATH, null).statusCode()).isEqualTo(404);
        assertThat(alice().call("GET", PATH, null).body()).doesNotContain("secret");
        assertThat(alice().call("GET", "/api/streams/nonsense", null).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|{\"state\":\"settling\"}|503",
                "200|{\"state\":\"settled\",\"endedAt\":\"9999-01-01T00:00:00Z\"}|503",
                "200|{\"state\":\"settled\",\"endedAt\":\"2020-01-01T00:00:00Z\"}|404",
                "200|{\"state\":\"settled\"}|404",
                "500|{}|503",
            })
    void sendsNobodyAwayForGoodWhoseStreamTheRelayMayStillGet(int status, String receipt, int answered)
            throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(404, "{}"));
        fakes.metering.respond(exchange -> exchange.answer(status, receipt));

        assertThat(alice().call("GET", PATH, null).statusCode()).isEqualTo(answered);
        assertThat(fakes.metering.take("GET /v1/streams/" + STREAM + "/receipt?account=alice"))
                .isNotNull();
    }

    @Test
    void answers503WhenTheRelayIsDown() throws Exception {
        fakes.relay.down();
        try {
            HttpResponse<String> answer = alice().call("GET", PATH, null);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
        } finally {
            fakes.relay.up();
        }
    }

    @Test
    void stopsAtMeteringAndAtTheOwnerWithTheRelayDown() throws Exception {
        fakes.relay.down();
        fakes.gateway.respond(exchange -> exchange.answer(202));
        fakes.metering.respond(
                exchange -> exchange.answer(200, "{\"open\":true,\"address\":\"" + fakes.gateway.url() + "\"}"));
        try {
            assertThat(alice().call("DELETE", PATH, null).statusCode()).isEqualTo(202);

            // Then
            Exchange cancel = fakes.metering.take("POST /v1/holds/" + STREAM + "/cancel");
            assertThat(cancel.json()).isEqualTo(new JsonObject("{\"account\":\"alice\"}"));
            assertThat(fakes.gateway.take("DELETE /v1/streams/" + STREAM).header("Authorization"))
                    .startsWith("Bearer ");
        } finally {
            fakes.relay.up();
        }
    }

    @Test
    void stopsAnUnclaimedStreamAtMeteringAlone() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(200, "{\"open\":true}"));
        assertThat(alice().call("DELETE", PATH, null).statusCode()).isEqualTo(202);
        assertThat(fakes.gateway.seen("")).isEmpty();
    }

    @Test
    void answers202EvenIfTheOwnerCannotBeReached() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(200, "{\"open\":true,\"address\":\"http://127.0.0.1:1\"}"));
        assertThat(alice().call("DELETE", PATH, null).statusCode()).isEqualTo(202);
    }

    @Test
    void answers204ToAStopAfterTheEndAnd404ToAnothersStream() throws Exception {
        assertThat(alice().call("DELETE", PATH, null).statusCode()).isEqualTo(204);
        fakes.metering.respond(exchange -> exchange.answer(404, "{}"));
        assertThat(alice().call("DELETE", PATH, null).statusCode()).isEqualTo(404);
    }

    @Test
    void passesTheReceiptOn() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(200, "{\"chargeMicro\":\"12\"}"));
        HttpResponse<String> answer = alice().call("GET", PATH + "/receipt", null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"chargeMicro\":\"12\"}");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        fakes.metering.take("GET /v1/streams/" + STREAM + "/receipt?account=alice");
    }

    @Test
    void answers404ToAnothersReceipt() throws Exception {
        HttpResponse<String> answer = alice().call("GET", PATH + "/receipt", null);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
    }
}
