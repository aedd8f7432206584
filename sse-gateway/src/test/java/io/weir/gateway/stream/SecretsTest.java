package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.FakeMetering;
import io.weir.gateway.fakes.FakeRelay;
import io.weir.gateway.fakes.LogLines;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import io.weir.streams.run.CanonicalWriter;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The machine's secret goes to the machine, and can be found nowhere else. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class SecretsTest extends OneStream {
    private static final String SECRET = Surroundings.MACHINE_SECRET;
    private static final ObjectMapper JSON = new ObjectMapper().findAndRegisterModules();

    private final LogLines recorder = new LogLines();
    private final StringBuilder outside = new StringBuilder();

    @Inject
    GatewayConfig config;

    @AfterEach
    void stopRecording() {
        recorder.close();
    }

    @Test
    void goesToTheMachineAndNowhereElse() throws IOException {
        Map<String, Consumer<FakeAgent.Talk>> talks = Map.of(
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
        for (var talk : talks.entrySet()) {
            run(talk.getKey(), talk.getValue());
        }
        refusedConnection();
        machinesAreAskedForBy("GET", "");
        machinesAreAskedForBy("GET", "/demo/a");
        machinesAreAskedForBy("PUT", "/demo/a");
        for (String path : new String[] {"/q/metrics", "/q/health", "/q/openapi", "/q/info"}) {
            note(
                    path,
                    gateway.call("GET", path, "", world.keys().getPrivate(), "internal")
                            .body());
        }
        try (Stream<Path> files = Files.walk(config.journal())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                note(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        note("batches", JSON.writeValueAsString(world.metering().batches()));
        note("logs", String.join("\n", recorder.lines()));

        assertThat(recorder.lines()).anyMatch(line -> line.contains("agent machine gave up"));
        assertThat(outside.toString())
                .contains(
                        "hello", "agent_error", "machine_lost", "no_machine", "weir_gateway_failovers", "stream ended")
                .doesNotContain(SECRET);
    }

    private void run(String what, Consumer<FakeAgent.Talk> talk) throws JsonProcessingException {
        world.agent().script(talk);
        StreamId id = Tickets.stream();
        FakeMetering.Hold one = world.metering().hold(id);
        awaitHealthyMachines();
        SseCall call = gateway.open(id, "demo").awaitEnd();
        assertThat(world.agent().asked().getFirst().headers().get("Authorization"))
                .as(what)
                .isEqualTo("Bearer " + SECRET);
        note(what, call.raw());
        note(what, JSON.writeValueAsString(one.settled()));
        FakeRelay.Log log = world.relay().log(id);
        log.terminal();
        var runs = io.netty.buffer.Unpooled.buffer();
        log.runs().forEach(entry -> CanonicalWriter.write(entry, runs));
        note(what, runs.toString(StandardCharsets.UTF_8));
        note(what, String.valueOf(log.header()));
    }

    private void refusedConnection() {
        awaitHealthyMachines();
        world.agent().down();
        StreamId id = Tickets.stream();
        world.metering().hold(id);
        note("refused", gateway.open(id, "demo").awaitEnd().raw());
        world.agent().up();
    }

    private void machinesAreAskedForBy(String method, String path) {
        String body = "{\"address\":\"http://127.0.0.1:1\",\"secret\":\"" + SECRET + "\"}";
        note(
                method + path,
                gateway.call(method, "/v1/machines" + path, body, world.keys().getPrivate(), "machines")
                        .body());
    }

    private void note(String where, String text) {
        assertThat(text).as(where).doesNotContain(SECRET);
        outside.append(text).append('\n');
    }

    private static String echo(String code) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"Bearer " + SECRET + "\"}}";
    }
}
