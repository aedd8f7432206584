package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.answer.Answers;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import io.weir.edge.wire.ServiceCalls;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of an answer when gateway, relay or reader are lost. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class ContinuationTest {
    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private Reading ask(String... headers) throws Exception {
        return new Browser(edge, fakes.issuer.token("alice")).read("POST", "/api/chat/stream", QUESTION, headers);
    }

    @Test
    void goesOnFromTheLogWhenTheGatewayDies() throws Exception {
        try (Reading reading = ask()) {
            Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(gateway));
            gateway.send(script.scaffold() + script.delta("one"));
            reading.until("one");

            // When
            gateway.kill();
            Exchange relay = fakes.relay.take("GET /v1/streams/" + Fakes.streamOf(gateway) + "/events?after=5");
            assertThat(relay.header("Weir-Account")).isEqualTo("alice");
            assertThat(relay.header("Weir-Tenant")).isEqualTo("default");
            script.delta("two");
            script.end(EndReason.ORPHANED);
            relay.stream().send(script.after(5)).end();

            // Then
            assertThat(reading.next()).isEqualTo("id: 6|data: {\"token\":\"two\"}");
            assertThat(reading.rest()).contains("\"reason\":\"orphaned\"").contains(Reading.END);
        }
    }

    @Test
    void triesTheLogAgainUntilTheRelayIsBack() throws Exception {
        try (Reading reading = ask()) {
            Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(gateway));
            gateway.send(script.scaffold() + script.delta("one"));
            reading.until("one");
            fakes.relay.respond(exchange -> exchange.answer(503));
            gateway.kill();
            fakes.relay.take("GET /v1/streams");
            fakes.relay.take("GET /v1/streams");

            // When
            script.end(EndReason.ORPHANED);
            fakes.relay.respond(
                    exchange -> exchange.stream().send(script.after(5)).end());

            // Then
            assertThat(reading.rest()).contains("orphaned").contains(Reading.END);
        }
    }

    @Test
    void givesUpAfterItsPatienceAndLeavesTheClientToResume() throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(503));
        try (Reading reading = ask()) {
            Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
            gateway.send(new Script(Fakes.streamOf(gateway)).scaffold());

            // When
            gateway.kill();

            // Then
            assertThat(reading.rest())
                    .doesNotContain("[DONE]")
                    .doesNotContain("error")
                    .contains(Reading.END);
        }
    }

    @Test
    void takesASilentGatewayForLost() throws Exception {
        try (Reading reading = ask()) {
            Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(Fakes.streamOf(gateway));
            gateway.send(script.scaffold() + script.delta("one"));
            reading.until("one");

            // When nothing comes any more

            // Then
            Exchange relay = fakes.relay.take("GET /v1/streams/");
            gateway.assertClosed();
            script.end(EndReason.COMPLETED);
            relay.stream().send(script.after(5)).end();
            assertThat(reading.rest()).contains("[DONE]");
        }
    }

    @Test
    void releasesTheGatewayWhenTheReaderLeavesAndStopsNothing() throws Exception {
        Reading reading = ask();
        Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
        reading.next();

        // When
        reading.close();

        // Then
        gateway.assertClosed();
        assertThat(fakes.metering.seen("POST /v1/holds/")).isEmpty();
    }

    @Test
    void leavesNothingOfAReaderWhoLeftBeforeTheGatewayAnsweredToTheNextTest() throws Exception {
        Reading reading = ask();
        Exchange gateway = fakes.gateway.take("POST /v1/streams");
        reading.close();

        // When
        fakes.reset();

        // Then
        assertThat(gateway.isClosed()).isTrue();
        assertThat(Metrics.globalRegistry.get(Answers.OPEN).gauge().value()).isZero();
        assertThat(Metrics.globalRegistry.get(ServiceCalls.OPEN).gauge().value())
                .isZero();
    }

    @Test
    void releasesTheGatewayWhenAReaderOverHttp2Leaves() throws Exception {
        Reading reading =
                new Browser(edge, fakes.issuer.token("alice")).readHttp2("POST", "/api/chat/stream", QUESTION);
        Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
        var script = new Script(Fakes.streamOf(gateway));
        gateway.send(script.scaffold() + script.delta("one"));
        reading.until("one");

        // When
        reading.close();

        // Then
        gateway.assertClosed();
        assertThat(fakes.metering.seen("POST /v1/holds/")).isEmpty();
    }

    @Test
    void givesTheHoldBackAndSaysSoWhenTheGatewayRefuses() throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(
                503,
                "{\"type\":\"https://weir.dev/problems/no-machine\","
                        + "\"title\":\"No healthy agent machine available\",\"status\":503,\"detail\":\"d\"}"));
        try (Reading reading = ask()) {
            String all = reading.rest();

            // Then
            fakes.metering.take("POST /v1/holds/" + reading.header("weir-stream-id") + "/release");
            assertThat(all)
                    .contains("\"error\":\"No healthy agent machine available\"")
                    .doesNotContain("[DONE]")
                    .contains(Reading.END);
        }
    }

    @Test
    void givesTheHoldBackWhenTheGatewayIsDown() throws Exception {
        fakes.gateway.down();
        try (Reading reading = ask()) {
            assertThat(reading.rest()).contains("\"error\":").contains(Reading.END);
            fakes.metering.take("POST /v1/holds/" + reading.header("weir-stream-id") + "/release");
        } finally {
            fakes.gateway.up();
        }
    }

    @Test
    void readsTheLogWhereTheGatewayDiedAfterItsClaim() throws Exception {
        fakes.metering.respond(exchange -> {
            if (exchange.uri().endsWith("/release")) {
                exchange.answer(409, "{}");
            } else {
                exchange.answer(201, Fakes.held(exchange.json().getString("streamId")));
            }
        });
        try (Reading reading = ask()) {
            Exchange gateway = fakes.gateway.take("POST /v1/streams");
            var script = new Script(Fakes.streamOf(gateway));

            // When
            gateway.kill();

            // Then
            script.scaffold();
            script.end(EndReason.ORPHANED);
            fakes.relay.take("GET /v1/streams/").stream().send(script.after(0)).end();
            assertThat(reading.rest()).contains("orphaned");
        }
    }

    @Test
    void asksMeteringUntilItSaysWhetherAnUnconfirmedStreamHasBegun() throws Exception {
        var tries = new AtomicInteger();
        fakes.metering.respond(exchange -> {
            if (!exchange.uri().endsWith("/release")) {
                exchange.answer(201, Fakes.held(exchange.json().getString("streamId")));
            } else if (tries.incrementAndGet() < 3) {
                exchange.answer(503, "{}");
            } else {
                exchange.answer(409, "{}");
            }
        });
        try (Reading reading = ask()) {
            Exchange gateway = fakes.gateway.take("POST /v1/streams");
            var script = new Script(Fakes.streamOf(gateway));

            // When
            gateway.kill();

            // Then
            script.scaffold();
            script.delta("Hello");
            script.end(EndReason.COMPLETED);
            fakes.relay.take("GET /v1/streams/").stream().send(script.after(0)).end();
            assertThat(reading.rest()).contains("Hello").contains("[DONE]");
            assertThat(tries).hasValue(3);
        }
    }

    @Test
    void attachesToTheStreamThatTheKeyStandsFor() throws Exception {
        StreamId known = StreamId.parse("019aa000-0000-7000-8000-000000000001");
        fakes.metering.respond(exchange -> exchange.answer(200, Fakes.held(known.toString())));
        var script = new Script(known);
        script.scaffold();
        script.delta("Hello");
        script.end(EndReason.COMPLETED);

        // When
        try (Reading reading = ask("Idempotency-Key", "k1")) {
            fakes.relay.take("GET /v1/streams/" + known + "/events?after=0").answer(404);
            fakes.relay.take("GET /v1/streams/" + known + "/events?after=0").stream()
                    .send(script.after(0))
                    .end();

            // Then
            assertThat(reading.rest()).contains("Hello").contains("[DONE]");
            assertThat(reading.header("weir-stream-id")).isEqualTo(known.toString());
            assertThat(fakes.gateway.seen("POST")).isEmpty();
        }
    }

    @Test
    void startsTheStreamOfAnEarlierRequestWhoseAnswerWasLost() throws Exception {
        StreamId waiting = StreamId.parse("019aa000-0000-7000-8000-000000000003");
        fakes.metering.respond(exchange -> exchange.answer(201, Fakes.held(waiting.toString())));

        // When
        try (Reading reading = ask("Idempotency-Key", "k1")) {
            Exchange gateway = fakes.gateway.take("POST /v1/streams").stream();
            var script = new Script(waiting);
            gateway.send(script.scaffold() + script.delta("Hello") + script.end(EndReason.COMPLETED))
                    .end();

            // Then
            assertThat(reading.rest()).contains("Hello").contains("[DONE]");
            assertThat(Fakes.streamOf(gateway)).isEqualTo(waiting);
            assertThat(reading.header("weir-stream-id")).isEqualTo(waiting.toString());
            assertThat(fakes.relay.seen("GET")).isEmpty();
        }
    }

    @Test
    void givesBackTheHoldThatItHasDispatchedAndNoOther() throws Exception {
        StreamId waiting = StreamId.parse("019aa000-0000-7000-8000-000000000004");
        fakes.gateway.respond(exchange -> exchange.answer(503));
        fakes.metering.respond(exchange -> {
            if (exchange.uri().endsWith("/release")) {
                exchange.answer(204);
            } else {
                exchange.answer(201, Fakes.held(waiting.toString()));
            }
        });
        new Browser(edge, fakes.issuer.token("alice"))
                .call("POST", "/v1/responses", "{\"input\":\"hello\",\"stream\":true}");

        // Then
        Exchange gateway = fakes.gateway.take("POST /v1/streams");
        assertThat(Fakes.ticketOf(gateway).getJsonObject("weir").getString("session"))
                .isEqualTo(waiting.responseId());
        fakes.metering.take("POST /v1/holds/" + waiting + "/release");
    }

    @Test
    void sendsTheSameKeyForTheSameRequestAndAnotherForAnotherOne() throws Exception {
        for (int i = 0; i < 2; i++) {
            ask().close();
        }
        new Browser(edge, fakes.issuer.token("bob"))
                .read("POST", "/api/chat/stream", QUESTION)
                .close();

        // Then
        var first = fakes.metering.take("POST /v1/holds").json();
        var second = fakes.metering.take("POST /v1/holds").json();
        var bobs = fakes.metering.take("POST /v1/holds").json();
        assertThat(second.getString("idempotencyKey")).isEqualTo(first.getString("idempotencyKey"));
        assertThat(bobs.getString("idempotencyKey")).isNotEqualTo(first.getString("idempotencyKey"));
        assertThat(second.getString("bodyHash")).isEqualTo(first.getString("bodyHash"));
    }
}
