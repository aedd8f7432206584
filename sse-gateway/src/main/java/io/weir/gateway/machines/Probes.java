package io.weir.gateway.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.net.Loops;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Asks every machine how it is: {@code /startupz} (started and not draining), or {@code /healthz} where that is unknown. The
 * body must be a JSON object that does not say otherwise, since an agent's own user interface may answer any path with
 * 200. A machine that is down, or that a stream suspects, is asked again soon.
 */
@ApplicationScoped
public class Probes {
    private static final Logger LOG = Logger.getLogger(Probes.class);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int MAX_BODY = 64 * 1024;
    private static final Set<String> ILL =
            Set.of("draining", "starting", "stopping", "unavailable", "unhealthy", "error", "down", "fail");

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Loops loops;
    private final Fleet fleet;
    private final ObjectMapper json;

    Probes(Vertx vertx, GatewayConfig config, Loops loops, Fleet fleet, ObjectMapper json) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.fleet = fleet;
        this.json = json;
    }

    /** Begins to probe. Called once, at start. */
    public void start() {
        loops.control().runOnContext(_ -> fleet.machines().forEach(machine -> {
            probe(machine, System.nanoTime());
            vertx.setPeriodic(config.upstream().probeAgain().toMillis(), _ -> probeIfDue(machine));
        }));
    }

    private void probeIfDue(Machine machine) {
        long now = System.nanoTime();
        boolean due =
                now - machine.probedNanos() >= config.upstream().probeEvery().toNanos();
        if (!machine.probing() && (due || !machine.healthy())) {
            probe(machine, now);
        }
    }

    private void probe(Machine machine, long nowNanos) {
        machine.probeBegins(nowNanos);
        HttpClient client = loops.of(loops.control()).agents();
        ask(client, machine, "/startupz")
                .compose(first ->
                        first == Health.UNKNOWN ? ask(client, machine, "/healthz") : Future.succeededFuture(first))
                .otherwise(Health.ILL)
                .onSuccess(health -> {
                    boolean well = health == Health.WELL;
                    if (well != machine.healthy()) {
                        LOG.infof("machine probed machine=%s app=%s status=%s", machine, machine.app(), health);
                    }
                    machine.probed(well);
                });
    }

    private enum Health {
        WELL,
        ILL,
        UNKNOWN
    }

    private Future<Health> ask(HttpClient client, Machine machine, String path) {
        var options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(machine.address() + path)
                .setTimeout(config.upstream().probe().toMillis())
                .putHeader("Accept", "application/json");
        return client.request(options).compose(HttpClientRequest::send).compose(this::judge);
    }

    private Future<Health> judge(HttpClientResponse response) {
        int status = response.statusCode();
        if (status == NOT_FOUND) {
            return response.end().map(Health.UNKNOWN);
        }
        return response.body().map(body -> status == OK && saysWell(body) ? Health.WELL : Health.ILL);
    }

    private boolean saysWell(Buffer body) {
        if (body.length() > MAX_BODY) {
            return false;
        }
        try {
            JsonNode tree = json.readTree(body.getBytes());
            String status = tree.path("status").asText().toLowerCase(Locale.ROOT);
            boolean denied = tree.path("ok").isBoolean() && !tree.path("ok").booleanValue();
            return tree.isObject() && !denied && !ILL.contains(status);
        } catch (IOException e) {
            return false;
        }
    }
}
