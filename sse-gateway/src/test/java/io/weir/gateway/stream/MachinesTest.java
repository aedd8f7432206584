package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.Problem;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines that join by themselves; their app is {@code nobody}, which has no other machines. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class MachinesTest extends OneStream {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DRAINING = "{\"error\":{\"code\":\"gateway_unavailable\"}}";

    @AfterEach
    void leave() {
        for (String id : new String[] {"m1", "m2"}) {
            call("DELETE", "nobody/" + id, "");
        }
    }

    @Test
    void joinsServesAndLeaves() {
        assertThat(register("m1", body(world.agent().address() + "/", ",\"capacity\":3,\"secret\":\"config:well\"")))
                .isEqualTo(201);
        assertThat(gateway.open(stream, "nobody").awaitEnd().text()).isEqualTo("hello");
        assertThat(world.agent().asked().getFirst().headers().get("Authorization"))
                .isEqualTo("Bearer secret-of-the-registered");

        JsonNode machine = json(call("GET", "nobody/m1", ""));
        assertThat(machine.path("capacity").asInt()).isEqualTo(3);
        assertThat(machine.path("secret").asText()).isEqualTo("config:well");
        assertThat(machine.path("source").asText()).isEqualTo("registered");

        assertThat(call("DELETE", "nobody/m1", "").statusCode()).isEqualTo(204);
        assertThat(call("DELETE", "nobody/m1", "").statusCode()).isEqualTo(404);
        assertThat(open().status()).isEqualTo(503);
    }

    @Test
    void renewsWithAHeartbeatAndTellsTheLease() {
        register("m1", body(world.agent().address().toString(), ""));
        HttpResponse<String> beat = call("POST", "nobody/m1/heartbeat", "");
        assertThat(json(beat).path("leaseSeconds").asLong()).isEqualTo(90);
        assertThat(call("POST", "nobody/m2/heartbeat", "").statusCode()).isEqualTo(404);
        assertThat(register("m1", body(world.second().address().toString(), "")))
                .isEqualTo(200);
        assertThat(json(call("GET", "nobody/m1", "")).path("address").asText())
                .isEqualTo(world.second().address().toString());
    }

    @Test
    void tellsHealthAsProbesFindIt() {
        register("m1", body(world.second().address().toString(), ""));
        Await.until("first probe", () -> machine("m1").hasNonNull("lastChecked"));
        assertThat(machine("m1").path("healthy").asBoolean()).isTrue();
        assertThat(machine("m1").path("consecutiveFailures").asInt()).isZero();
        world.second().down();
        Await.until("down", () -> !machine("m1").path("healthy").asBoolean());
        assertThat(machine("m1").path("consecutiveFailures").asInt()).isPositive();
        assertThat(machine("m1").path("lastError").asText()).isEqualTo("no connection");
        world.second().up();
        Await.until("up again", () -> machine("m1").path("healthy").asBoolean());
        assertThat(machine("m1").path("lastError").asText()).isEqualTo("no connection");
    }

    @Test
    void showsOpenStreamsAndKeepsToCapacity() {
        world.agent().script(talk -> talk.scaffold().words(5));
        world.second().script(talk -> talk.scaffold().words(5));
        register("m1", body(world.agent().address().toString(), ",\"capacity\":1"));
        register("m2", body(world.second().address().toString(), ",\"capacity\":1"));
        gateway.open(stream, "nobody").awaitText("word4");
        StreamId other = reserved();
        gateway.open(other, "nobody").awaitText("word4");
        assertThat(machine("m1").path("openStreams").asInt()).isOne();
        assertThat(machine("m2").path("openStreams").asInt()).isOne();
        assertThat(open().status()).isEqualTo(503);
    }

    @Test
    void drains() {
        world.agent().script(talk -> {
            talk.scaffold().words(5);
            talk.later(500, later -> later.say(" end").completed(9, 9));
        });
        register("m1", body(world.agent().address().toString(), ""));
        SseCall running = gateway.open(stream, "nobody").awaitText("word4");
        assertThat(json(call("PUT", "nobody/m1/drain", "")).path("draining").asBoolean())
                .isTrue();
        assertThat(json(call("POST", "nobody/m1/heartbeat", ""))
                        .path("draining")
                        .asBoolean())
                .isTrue();
        assertThat(open().status()).isEqualTo(503);
        assertThat(running.awaitEnd().text()).endsWith("end");
        call("DELETE", "nobody/m1/drain", "");
        world.agent().script(talk -> talk.scaffold().say("back").completed(1, 1));
        assertThat(open().awaitEnd().text()).isEqualTo("back");
    }

    @Test
    void servesTheAccountThatAMachineIsKeptForFromItFirst() {
        world.second().script(talk -> talk.scaffold().say("kept").completed(1, 1));
        register("m1", body(world.agent().address().toString(), ""));
        register("m2", body(world.second().address().toString(), ",\"labels\":{\"account\":\"alice\"}"));
        assertThat(gateway.open(stream, "nobody").awaitEnd().text()).isEqualTo("kept");
    }

    @Test
    void takesTheMachineThatTheCallerNames() {
        world.second().script(talk -> talk.scaffold().say("named").completed(1, 1));
        register("m1", body(world.agent().address().toString(), ""));
        register("m2", body(world.second().address().toString(), ""));
        String body = "{\"input\":\"hi\",\"metadata\":{\"weir_machine\":\"m2\"}}";
        var claims = Tickets.claims(stream, "nobody", "s-" + stream, body, 1_000_000, true, 0);
        assertThat(gateway.send(Tickets.sign(claims), body).awaitEnd().text()).isEqualTo("named");
    }

    @Test
    void takesTheMachineThatACallerOfChatCompletionsNames() {
        world.second().script(talk -> talk.scaffold().say("named").completed(1, 1));
        register("m1", body(world.agent().address().toString(), ""));
        register("m2", body(world.second().address().toString(), ""));
        String body = "{\"model\":\"nobody\",\"stream\":true,\"metadata\":{\"weir_machine\":\"m2\"},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        String ticket = Tickets.sign(Tickets.handedOff(stream, "nobody", "chat_completions", body));
        HttpRequest request = HttpRequest.newBuilder(URI.create(streams + "?ticket=" + ticket))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        assertThat(SseCall.send(request).awaitEnd().raw()).contains("\"content\":\"named\"");
        assertThat(world.agent().asked()).isEmpty();
    }

    @Test
    void speaksTheDialectOfTheMachineInsteadOfItsAgents() {
        world.agent().script(talk -> talk.open()
                .raw("data: {\"token\":\"plain\"}\n\ndata: [DONE]\n\n")
                .end());
        register("m1", body(world.agent().address().toString(), ",\"dialect\":\"token\""));
        assertThat(machine("m1").path("dialect").asText()).isEqualTo("token");
        assertThat(gateway.open(stream, "nobody").awaitEnd().text()).isEqualTo("plain");
        assertThat(world.agent().asked().getFirst().path()).isEqualTo("/api/chat/stream");
        assertThat(world.agent().asked().getFirst().body().path("message").asText())
                .isEqualTo("say hello");

        world.agent().script(talk -> talk.scaffold().say("again").completed(1, 1));
        register("m1", body(world.agent().address().toString(), ""));
        assertThat(open().awaitEnd().text()).isEqualTo("again");
        assertThat(world.agent().asked().getFirst().path()).isEqualTo("/v1/responses");
    }

    @Test
    void leavesAMachineAloneOnWhichStreamsFail() {
        register("m1", body(world.agent().address().toString(), ""));
        register("m2", body(world.second().address().toString(), ""));
        world.agent().script(talk -> talk.refuse(500, "{}"));
        world.second().script(talk -> talk.scaffold().say("well").completed(1, 1));
        // When
        int failed = 0;
        while (!open().text().equals("well")) {
            failed++;
            assertThat(failed).isLessThanOrEqualTo(5);
        }
        // Then
        assertThat(failed).isEqualTo(5);
        assertThat(machine("m1").path("lastError").asText()).isEqualTo("status 500");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{}",
                "{\"address\":7}",
                "{\"address\":\"http://x\",\"dialect\":\"klingon\"}",
                "{\"address\":\"ftp://x\"}",
                "{\"address\":\"http://user:pw@x\"}",
                "{\"address\":\"http://x/?q=1\"}",
                "{\"address\":\"http://x\",\"capacity\":0}",
                "{\"address\":\"http://x\",\"capacity\":1.5}",
                "{\"address\":\"http://x\",\"capacity\":100001}",
                "{\"address\":\"http://x\",\"labels\":[]}",
                "{\"address\":\"http://x\",\"labels\":{\"a\":1}}",
                "{\"address\":\"http://x\",\"labels\":{\"\":\"x\"}}",
                "{\"address\":\"http://x\",\"secret\":\"sk-the-secret-itself\"}",
                "{\"address\":\"http://x\",\"secret\":\"config:unknown\"}",
                "{\"address\":\"http://x\",\"adress\":\"http://x\"}"
            })
    void refusesARegistrationThatMakesNoSense(String body) {
        HttpResponse<String> answer = call("PUT", "nobody/m1", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(Problem.MEDIA_TYPE);
        assertThat(answer.body()).doesNotContain("the-secret-itself");
        assertThat(call("GET", "nobody/m1", "").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesWhatIsTooMuch() {
        String address = body("http://x/" + "a".repeat(504), "");
        assertThat(register("m1", address)).isEqualTo(400);
        assertThat(register("m1", "{\"address\":\"http://x\"," + " ".repeat(17_000) + "\"capacity\":1}"))
                .isEqualTo(413);
        var labels = new StringBuilder();
        for (int i = 0; i < 17; i++) {
            labels.append(i == 0 ? "" : ",").append("\"l").append(i).append("\":\"x\"");
        }
        assertThat(register("m1", body("http://x", ",\"labels\":{" + labels + "}")))
                .isEqualTo(400);
        assertThat(register("x".repeat(65), body("http://x", ""))).isEqualTo(400);
    }

    @Test
    void leavesConfiguredMachinesToTheConfiguration() {
        assertThat(call("PUT", "demo/a", body("http://x", "")).statusCode()).isEqualTo(409);
        assertThat(call("DELETE", "demo/a", "").statusCode()).isEqualTo(409);
        assertThat(call("PUT", "demo/a/drain", "").statusCode()).isEqualTo(200);
        assertThat(call("DELETE", "demo/a/drain", "").statusCode()).isEqualTo(200);
    }

    @Test
    void letsOnlyThoseJoinWhoMay() {
        String body = body("http://x", "");
        var key = world.keys().getPrivate();
        assertThat(gateway.call("PUT", "/v1/machines/nobody/m1", body, key, "internal")
                        .statusCode())
                .isEqualTo(403);
        assertThat(gateway.call("GET", "/v1/machines", "", key, "internal").statusCode())
                .isEqualTo(200);
        assertThat(gateway.call("GET", "/v1/machines", "", key, "hold").statusCode())
                .isEqualTo(403);
    }

    @Test
    void suspectsARefusingMachineAndTellsWhy() {
        world.agent().script(talk -> talk.refuse(503, DRAINING));
        register("m1", body(world.agent().address().toString(), ""));
        gateway.open(stream, "nobody").awaitEnd();
        assertThat(machine("m1").path("lastError").asText()).isEqualTo("draining");
    }

    private SseCall open() {
        return gateway.open(reserved(), "nobody").awaitEnd();
    }

    private StreamId reserved() {
        StreamId other = Tickets.stream();
        world.metering().hold(other);
        return other;
    }

    private int register(String id, String body) {
        return call("PUT", "nobody/" + id, body).statusCode();
    }

    private JsonNode machine(String id) {
        return json(call("GET", "nobody/" + id, ""));
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return gateway.call(method, "/v1/machines/" + path, body, world.keys().getPrivate(), "machines");
    }

    private static String body(String address, String more) {
        return "{\"address\":\"" + address + "\"" + more + "}";
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }
}
