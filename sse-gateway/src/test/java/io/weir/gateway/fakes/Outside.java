package io.weir.gateway.fakes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.streams.run.CanonicalWriter;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** All that leaves a gateway in a test, and must not contain a secret, plain or in Base64. Listens to logs until it is closed. */
public final class Outside implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper().findAndRegisterModules();

    private final Surroundings.World world;
    private final List<String> forbidden;
    private final LogLines logs = new LogLines();
    private final StringBuilder seen = new StringBuilder();

    /** Looks for this secret. */
    public Outside(Surroundings.World world, String secret) {
        this.world = world;
        this.forbidden = List.of(
                secret,
                Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(("Bearer " + secret).getBytes(StandardCharsets.UTF_8)));
    }

    /** Something that left. */
    public void note(String where, String text) {
        assertThat(text).as(where).doesNotContain(forbidden);
        seen.append(text).append('\n');
    }

    /** An answer, with its headers. */
    public void note(String where, HttpResponse<String> answer) {
        note(where, answer.statusCode() + " " + answer.headers().map() + " " + answer.body());
    }

    /** What metering and the relay were told of a stream that is over. */
    public void stream(String what, StreamId id) throws JsonProcessingException {
        FakeMetering.Hold hold = world.metering().hold(id);
        note(what, JSON.writeValueAsString(hold.settled()));
        note(what, JSON.writeValueAsString(hold.updates()));
        FakeRelay.Log log = world.relay().log(id);
        var runs = Unpooled.buffer();
        log.runs().forEach(entry -> CanonicalWriter.write(entry, runs));
        note(what, runs.toString(StandardCharsets.UTF_8));
        note(what, String.valueOf(log.header()));
    }

    /** Everything that is there for whoever asks, the journal's files, batches, and all that was logged. */
    public void everywhere(Gateway gateway, Path journal) throws IOException {
        for (String path :
                List.of("/q/metrics", "/q/health", "/q/openapi", "/q/info", "/v1/machines", "/v1/machines/demo/a")) {
            note(path, gateway.call("GET", path, "", world.keys().getPrivate(), "internal"));
        }
        try (Stream<Path> files = Files.walk(journal)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                note(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        note("batches", JSON.writeValueAsString(world.metering().batches()));
        note("reserves", JSON.writeValueAsString(world.metering().reserves()));
        note("logs", String.join("\n", logs.lines()));
    }

    /** All that was noted. */
    public String text() {
        return seen.toString();
    }

    @Override
    public void close() {
        logs.close();
    }
}
