package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** A machine that has registered at a gateway as a service with the scope {@code machines} may, and says that it is there. */
final class RegisteredMachine implements AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final URI self;
    private final Supplier<String> token;
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();

    /**
     * Registers it.
     *
     * @param self its resource at the gateway
     * @param token of a service that may
     * @param spec its address and whatever else the gateway takes
     */
    RegisteredMachine(URI self, Supplier<String> token, Map<String, ?> spec) {
        this.self = self;
        this.token = token;
        register(spec);
        long every = HEARTBEAT.toMillis();
        var _ = heart.scheduleWithFixedDelay(this::beat, every, every, TimeUnit.MILLISECONDS);
    }

    /** Registers it once more, with something about it changed. */
    void register(Map<String, ?> spec) {
        HttpRequest request = request(self)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(Json.write(spec)))
                .build();
        HttpResponse<String> response = User.send(request);
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
    }

    /** Waits until a probe has found it well. */
    RegisteredMachine awaitProbed() {
        Awaitility.await("a probe finds the machine well")
                .atMost(PATIENCE)
                .until(
                        this::seen,
                        seen -> seen.has("lastChecked") && seen.path("healthy").asBoolean());
        return this;
    }

    /** The gateway's words for its last failure; empty without one. */
    String lastError() {
        return seen().path("lastError").asText();
    }

    boolean isHealthy() {
        return seen().path("healthy").asBoolean();
    }

    private JsonNode seen() {
        return Json.parse(User.send(request(self).GET().build()).body());
    }

    private void beat() {
        User.send(request(URI.create(self + "/heartbeat"))
                .POST(BodyPublishers.noBody())
                .build());
    }

    private HttpRequest.Builder request(URI resource) {
        return HttpRequest.newBuilder(resource)
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token.get());
    }

    /** It leaves. */
    @Override
    public void close() {
        heart.close();
        User.send(request(self).DELETE().build());
    }
}
