package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.Gateway;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class DoorTest extends OneStream {
    private static final byte[] OTHER_KEY = "another key, another key, another".getBytes(StandardCharsets.US_ASCII);

    private final StreamId unknown = Tickets.stream();
    private final TicketClaims claims = claims(Gateway.BODY, "demo");

    @BeforeEach
    void noHold() {
        world.agent().script(talk -> talk.scaffold().words(5).completed(5, 5));
    }

    @Test
    void refusesAForgedTicket() {
        assertProblem(401, gateway.send(Tickets.sign(claims, "k1", OTHER_KEY, "sse-gateway", 60), Gateway.BODY));
    }

    @Test
    void refusesATicketOfAnUnknownKey() {
        assertProblem(401, gateway.send(Tickets.sign(claims, "k9", OTHER_KEY, "sse-gateway", 60), Gateway.BODY));
    }

    @Test
    void refusesAnExpiredTicket() {
        SseCall call = gateway.send(Tickets.sign(claims, "k1", Tickets.KEY, "sse-gateway", -30), Gateway.BODY);
        assertProblem(401, call);
        assertThat(call.raw()).contains("expired");
    }

    @Test
    void refusesATicketForSomebodyElse() {
        assertProblem(401, gateway.send(Tickets.sign(claims, "k1", Tickets.KEY, "edge", 60), Gateway.BODY));
    }

    @Test
    void refusesWhatIsNoTicket() {
        assertProblem(401, gateway.send("nonsense", Gateway.BODY));
    }

    @Test
    void refusesABodyThatTheTicketWasNotMadeFor() {
        assertProblem(401, gateway.send(Tickets.sign(claims), "{\"input\":\"something else\"}"));
    }

    @Test
    void refusesABodyBeyondTheBound() {
        String body = "{\"input\":\"" + "x".repeat(140_000) + "\"}";
        assertProblem(413, gateway.send(Tickets.sign(claims(body, "demo")), body));
    }

    @Test
    void refusesABodyThatIsNoQuestion() {
        assertProblem(400, gateway.send(Tickets.sign(claims("[1]", "demo")), "[1]"));
        assertProblem(400, gateway.send(Tickets.sign(claims("{\"in", "demo")), "{\"in"));
        assertProblem(400, gateway.send(Tickets.sign(claims("{\"input\":[]}", "demo")), "{\"input\":[]}"));
    }

    @Test
    void refusesAnAgentThatItDoesNotKnow() {
        assertProblem(404, gateway.send(Tickets.sign(claims(Gateway.BODY, "stranger")), Gateway.BODY));
    }

    @Test
    void refusesAStreamThatMeteringDoesNotKnow() {
        assertProblem(404, gateway.send(Tickets.sign(claims), Gateway.BODY));
        assertThat(world.agent().asked()).isEmpty();
    }

    @Test
    void holdsNoMoreBodiesThanItsBudgetAndGivesThemBack() {
        // Given: 300 KiB in tests, and streams that do not end by themselves
        world.agent().script(talk -> talk.scaffold().words(2));
        String body = "{\"input\":\"" + "x".repeat(110_000) + "\"}";
        SseCall first = send(hold(), body).awaitText("word1");
        SseCall second = send(hold(), body).awaitText("word1");
        // When, then
        assertProblem(503, send(hold(), body));
        assertThat(send(hold(), Gateway.BODY).awaitText("word1").status()).isEqualTo(200);
        first.awaitEnd();
        second.awaitEnd();
        Await.until("all bodies given back", () -> gateway.metrics().contains("weir_gateway_bodies_held 0.0"));
        assertThat(send(hold(), body).awaitText("word1").status()).isEqualTo(200);
    }

    private StreamId hold() {
        StreamId another = Tickets.stream();
        world.metering().hold(another);
        return another;
    }

    private SseCall send(StreamId stream, String body) {
        return gateway.send(
                Tickets.sign(Tickets.claims(stream, "demo", "s-" + stream, body, 1_000_000, true, 0)), body);
    }

    private TicketClaims claims(String body, String agent) {
        return Tickets.claims(unknown, agent, "s", body, 1_000_000, true, 0);
    }

    private static void assertProblem(int status, SseCall call) {
        call.awaitEnd();
        assertThat(call.status()).isEqualTo(status);
        assertThat(call.header("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
        assertThat(call.raw()).contains("\"status\":" + status);
    }
}
