package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.Outside;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The machine's secret goes to the machine, and can be found nowhere else. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class SecretsTest extends OneStream {
    private static final String SECRET = Surroundings.MACHINE_SECRET;

    @SuppressWarnings("NullAway.Init")
    private Outside outside;

    @Inject
    GatewayConfig config;

    @BeforeEach
    void listen() {
        outside = new Outside(world, SECRET);
    }

    @AfterEach
    void stopListening() {
        outside.close();
    }

    private static Map<String, Consumer<FakeAgent.Talk>> talks() {
        return Map.of(
                "success", talk -> talk.scaffold().say("hello").completed(3, 3),
                "drain, with the secret", talk -> talk.refuse(503, echo("gateway_unavailable")),
                "500 with the secret", talk -> talk.refuse(500, echo("oops")),
                "401 with the secret", talk -> talk.refuse(401, echo("unauthorized")),
                "200 with the secret, and no stream", talk -> talk.refuse(200, echo("odd")),
                "reset", talk -> talk.scaffold().words(3).die(),
                "reset before a word", FakeAgent.Talk::die,
                "failed with the secret", talk -> talk.scaffold().failed("wrong key " + SECRET + "!"),
                "no event stream",
                        talk -> talk.open()
                                .raw("data: " + "Bearer " + SECRET + "\n\n")
                                .end(),
                "error event",
                        talk -> talk.scaffold()
                                .event("error", "\"code\":\"x\",\"message\":\"Bearer " + SECRET + "\"")
                                .end());
    }

    @Test
    void goesToTheMachineAndNowhereElse() throws IOException {
        for (var talk : talks().entrySet()) {
            run(talk.getKey(), talk.getValue(), id -> gateway.open(id, "demo"));
        }
        refusedConnection();
        machinesAreAskedForBy("GET", "");
        machinesAreAskedForBy("GET", "/demo/a");
        machinesAreAskedForBy("PUT", "/demo/a");
        outside.everywhere(gateway, config.journal());

        assertThat(outside.text())
                .contains(
                        "hello",
                        "agent machine gave up",
                        "agent_error",
                        "machine_lost",
                        "no_machine",
                        "weir_gateway_failovers",
                        "stream ended");
    }

    @Test
    void isNotShownToCallersThatAnEdgeHasHandedOff() throws IOException {
        String body = "{\"sessionId\":\"s\",\"message\":\"say hello\"}";
        var tickets = new ArrayList<String>();
        for (var talk : talks().entrySet()) {
            run(talk.getKey(), talk.getValue(), id -> {
                String ticket = Tickets.sign(Tickets.handedOff(id, "demo", "token", body));
                tickets.add(ticket);
                return handedOff(ticket, body);
            });
        }
        outside.note(
                "ticket used again",
                handedOff(tickets.getFirst(), body).awaitEnd().raw());
        outside.note(
                "other body", handedOff(tickets.getFirst(), "{}").awaitEnd().raw());
        outside.everywhere(gateway, config.journal());

        assertThat(outside.text())
                .contains("\"token\":\"hello\"", "agent_error", "machine_lost")
                .as("nor is a ticket logged")
                .doesNotContain(tickets);
    }

    private SseCall handedOff(String ticket, String body) {
        return SseCall.send(HttpRequest.newBuilder(URI.create(streams + "?ticket=" + ticket))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Weir-Usage", "true")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void isNotShownToAgentsThatPostStreamsOfTheSameApp() throws IOException {
        var agent = new PostingAgent(streams, "alice", world.keys().getPrivate());
        StreamId own = agent.opened("session:secrets");
        String key = "wk_" + "k".repeat(43);
        outside.note("standing", agent.standing(own).body().toString());
        outside.note(
                "gap",
                agent.post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n", 5)
                        .body()
                        .toString());
        outside.note(
                "unsound",
                agent.post(own, PostingAgent.NDJSON, "nonsense\n", 1).body().toString());
        outside.note(
                "key", agent.with(key).open("{\"topic\":\"session:x\"}").body().toString());
        var socket = agent.socket(own);
        socket.await("ready");
        socket.event(1, "{\"token\":\"posted\"}").event(2, "{\"done\":true}").await("end");
        outside.note("socket", socket.messages().toString());
        outside.stream("posted", own);
        outside.everywhere(gateway, config.journal());

        assertThat(outside.text())
                .contains("posted", "\"completed\"")
                .as("nor is a key")
                .doesNotContain(key);
    }

    private void run(String what, Consumer<FakeAgent.Talk> talk, Function<StreamId, SseCall> caller)
            throws JsonProcessingException {
        world.agent().script(talk);
        world.forget();
        StreamId id = Tickets.stream();
        world.metering().hold(id);
        awaitHealthyMachines();
        SseCall call = caller.apply(id).awaitEnd();
        assertThat(world.agent().asked().getFirst().headers().get("Authorization"))
                .as(what)
                .isEqualTo("Bearer " + SECRET);
        outside.note(what, call.raw());
        world.relay().log(id).terminal();
        outside.stream(what, id);
    }

    private void refusedConnection() {
        awaitHealthyMachines();
        world.agent().down();
        StreamId id = Tickets.stream();
        world.metering().hold(id);
        outside.note("refused", gateway.open(id, "demo").awaitEnd().raw());
        world.agent().up();
    }

    private void machinesAreAskedForBy(String method, String path) {
        String body = "{\"address\":\"http://127.0.0.1:1\",\"secret\":\"" + SECRET + "\"}";
        outside.note(
                method + path,
                gateway.call(method, "/v1/machines" + path, body, world.keys().getPrivate(), "machines"));
    }

    private static String echo(String code) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"Bearer " + SECRET + "\"}}";
    }
}
