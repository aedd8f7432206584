package io.weir.gateway.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.StreamResetException;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.net.Loops;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Asks every machine how it is: {@code /startupz} (started and not draining), or {@code /healthz} where that is unknown. The
 * body must be a JSON object that does not say otherwise, since an agent's own user interface may answer any path with
 * 200. When to ask is {@link MachineHealth}'s business. What is noted of a failure are words of ours, never a machine's.
 */
@ApplicationScoped
public class Probes {
    private static final Logger LOG = Logger.getLogger(Probes.class);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_UNDER_WAY = 64;
    private static final long LOOK_MILLIS = 100;
    private static final Set<String> ILL =
            Set.of("draining", "starting", "stopping", "unavailable", "unhealthy", "error", "down", "fail");

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Loops loops;
    private final Fleet fleet;
    private final Dial dial;
    private final ObjectMapper json;
    private int underWay; // control context only
    private volatile long timer = -1;

    Probes(Vertx vertx, GatewayConfig config, Loops loops, Fleet fleet, Dial dial, ObjectMapper json) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.fleet = fleet;
        this.dial = dial;
        this.json = json;
    }

    /** Begins to probe. Called once, at start. */
    public void start() {
        loops.control().runOnContext(_ -> timer = vertx.setPeriodic(1, LOOK_MILLIS, _ -> probeWhatIsDue()));
    }

    /** Begins no more probes. Called once, at the end. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    private void probeWhatIsDue() {
        long now = System.nanoTime();
        for (Machine machine : fleet.machines()) {
            if (underWay < MAX_UNDER_WAY && machine.health().beginProbe(now)) {
                probe(machine);
            }
        }
    }

    private void probe(Machine machine) {
        underWay++;
        HttpClient client = loops.of(loops.control()).agents();
        ask(client, machine, "/startupz")
                .compose(first -> first instanceof Found.Unknown
                        ? ask(client, machine, "/healthz")
                        : Future.succeededFuture(first))
                .otherwise(failure -> new Found.Ill(words(failure)))
                .onSuccess(found -> {
                    underWay--;
                    note(machine, found);
                });
    }

    private static void note(Machine machine, Found found) {
        boolean before = machine.healthy();
        switch (found) {
            case Found.Well _ -> machine.health().probedWell(System.nanoTime(), Instant.now());
            case Found.Ill(var why) -> machine.health().probedIll(why, System.nanoTime(), Instant.now());
            case Found.Unknown _ -> machine.health().probedIll("no health endpoint", System.nanoTime(), Instant.now());
        }
        if (machine.healthy() != before) {
            LOG.infof("machine probed machine=%s status=%s", machine, found);
        }
    }

    private sealed interface Found {
        record Well() implements Found {}

        record Ill(String why) implements Found {}

        record Unknown() implements Found {}
    }

    private Future<Found> ask(HttpClient client, Machine machine, String path) {
        var options = dial.to(machine, HttpMethod.GET, path)
                .setTimeout(config.upstream().probe().toMillis())
                .putHeader("Accept", "application/json");
        return client.request(options).compose(request -> {
            long timer = vertx.setTimer(config.upstream().probe().toMillis(), _ -> request.reset());
            return request.send().compose(this::judge).onComplete(_ -> vertx.cancelTimer(timer));
        });
    }

    private Future<Found> judge(HttpClientResponse response) {
        Promise<Found> found = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(found::tryFail);
        response.handler(chunk -> {
            if (body.length() + chunk.length() <= MAX_BODY) {
                body.appendBuffer(chunk);
            } else {
                found.tryComplete(new Found.Ill("answer too long"));
                response.request().reset();
            }
        });
        response.endHandler(_ -> found.tryComplete(verdict(response.statusCode(), body)));
        return found.future();
    }

    private Found verdict(int status, Buffer body) {
        if (status == NOT_FOUND) {
            return new Found.Unknown();
        }
        JsonNode tree = tree(body);
        String said = tree.path("status").asText().toLowerCase(Locale.ROOT);
        String draining = ILL.contains(said) ? ", " + said : "";
        if (status != OK) {
            return new Found.Ill("status " + status + draining);
        }
        if (!tree.isObject()) {
            return new Found.Ill("status 200 without a JSON object");
        }
        boolean denied = tree.path("ok").isBoolean() && !tree.path("ok").booleanValue();
        return denied || !draining.isEmpty() ? new Found.Ill("says that it is not well" + draining) : new Found.Well();
    }

    private JsonNode tree(Buffer body) {
        try {
            JsonNode tree = json.readTree(body.getBytes());
            return tree == null ? json.missingNode() : tree;
        } catch (IOException e) {
            return json.missingNode();
        }
    }

    private static String words(Throwable failure) {
        return switch (failure) {
            case ConnectException _ -> "no connection";
            case TimeoutException _, StreamResetException _ -> "no answer in time";
            case java.net.UnknownHostException _ -> "host not found";
            default -> "connection broken";
        };
    }
}
