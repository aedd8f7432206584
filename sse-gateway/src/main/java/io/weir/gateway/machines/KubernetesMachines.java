package io.weir.gateway.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.parsetools.RecordParser;
import io.weir.gateway.config.DiscoveryConfig;
import io.weir.gateway.machines.MachineSpec.Source;
import io.weir.gateway.net.Loops;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Machines from the EndpointSlices of a Kubernetes service: a list, then a watch from where the list ended; after the end of
 * a watch, or an error on it, a list again. Endpoints that are not ready, which those that terminate are not either, get no
 * new streams; streams on them go on. While the API server is away, the machines that were found stay.
 */
@ApplicationScoped
public class KubernetesMachines {
    private static final Logger LOG = Logger.getLogger(KubernetesMachines.class);
    private static final int OK = 200;
    private static final int MAX_EVENT = 4 << 20;
    private static final int WATCH_SECONDS = 300;
    private static final long ANSWER_MILLIS = 10_000;

    private final Vertx vertx;
    private final DiscoveryConfig config;
    private final Loops loops;
    private final Discovered discovered;
    private final ObjectMapper json;
    private volatile boolean stopped;

    KubernetesMachines(Vertx vertx, DiscoveryConfig config, Loops loops, Fleet fleet, ObjectMapper json) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.discovered = new Discovered(fleet, Source.KUBERNETES, config.max());
        this.json = json;
    }

    /** Begins to look. Called once, at start. */
    public void start() {
        if (config.kubernetes().isEmpty()) {
            return;
        }
        loops.control().runOnContext(_ -> {
            HttpClient client = client();
            config.kubernetes().forEach((app, service) -> new Watch(client, app, service).list());
        });
    }

    /** Looks no more. Called once, at the end. */
    public void stop() {
        stopped = true;
    }

    private HttpClient client() {
        var options = new HttpClientOptions().setConnectTimeout((int) ANSWER_MILLIS);
        if (Files.isReadable(config.caFile())) {
            options.setTrustOptions(
                    new PemTrustOptions().addCertPath(config.caFile().toString()));
        }
        return vertx.createHttpClient(options);
    }

    /** The slices of one service. Control context only. */
    private final class Watch {
        private final HttpClient client;
        private final String app;
        private final DiscoveryConfig.Service service;
        private final Traits traits;
        private final Map<String, List<MachineSpec>> slices = new HashMap<>();

        Watch(HttpClient client, String app, DiscoveryConfig.Service service) {
            this.client = client;
            this.app = app;
            this.service = service;
            this.traits = Traits.of(app, service.kind());
        }

        void list() {
            if (stopped) {
                return;
            }
            send("").compose(response -> response.statusCode() == OK
                            ? response.body()
                            : Future.failedFuture("status " + response.statusCode()))
                    .compose(this::take)
                    .onSuccess(this::watch)
                    .onFailure(failure -> {
                        LOG.warnf("endpoints not listed app=%s reason=%s", app, failure.getMessage());
                        again();
                    });
        }

        private void again() {
            vertx.setTimer(config.every().toMillis(), _ -> list());
        }

        private Future<String> take(Buffer body) {
            try {
                JsonNode tree = json.readTree(body.getBytes());
                slices.clear();
                tree.path("items").forEach(this::put);
                publish();
                return Future.succeededFuture(
                        tree.path("metadata").path("resourceVersion").asText());
            } catch (IOException e) {
                return Future.failedFuture(e);
            }
        }

        private void watch(String version) {
            send("&watch=1&allowWatchBookmarks=true&timeoutSeconds=" + WATCH_SECONDS + "&resourceVersion="
                            + encoded(version))
                    .onSuccess(response -> {
                        if (response.statusCode() == OK) {
                            follow(response);
                        } else {
                            again();
                        }
                    })
                    .onFailure(_ -> again());
        }

        private void follow(HttpClientResponse response) {
            // A connection that dies without a word ends here.
            long patience = vertx.setTimer(
                    (WATCH_SECONDS + 30) * 1000L, _ -> response.request().reset());
            var once = new boolean[1];
            Runnable over = () -> {
                if (!once[0]) {
                    once[0] = true;
                    vertx.cancelTimer(patience);
                    again();
                }
            };
            RecordParser.newDelimited("\n", response)
                    .maxRecordSize(MAX_EVENT)
                    .exceptionHandler(_ -> {
                        response.request().reset();
                        over.run();
                    })
                    .endHandler(_ -> over.run())
                    .handler(line -> {
                        if (!event(line)) {
                            response.request().reset();
                            over.run();
                        }
                    });
        }

        /** False if only a list can help. */
        private boolean event(Buffer line) {
            JsonNode event;
            try {
                event = json.readTree(line.getBytes());
            } catch (IOException e) {
                return false;
            }
            JsonNode slice = event.path("object");
            switch (event.path("type").asText()) {
                case "ADDED", "MODIFIED" -> put(slice);
                case "DELETED" ->
                    slices.remove(slice.path("metadata").path("name").asText());
                case "BOOKMARK" -> {
                    return true;
                }
                default -> {
                    return false;
                }
            }
            publish();
            return true;
        }

        private void put(JsonNode slice) {
            List<MachineSpec> machines = new ArrayList<>();
            int port = port(slice.path("ports"));
            Traits here = traits.with(app, slice.path("metadata").path("annotations"));
            if (port > 0 && !slice.path("addressType").asText().equals("FQDN")) {
                for (JsonNode endpoint : slice.path("endpoints")) {
                    String address = endpoint.path("addresses").path(0).asText();
                    boolean ready = endpoint.path("conditions").path("ready").asBoolean(true);
                    if (ready && !address.isEmpty()) {
                        String name = endpoint.path("targetRef").path("name").asText(address);
                        String host = address.contains(":") ? "[" + address + "]" : address;
                        machines.add(discovered.machine(app, name, host, port, here));
                    }
                }
            }
            slices.put(slice.path("metadata").path("name").asText(), machines);
        }

        private int port(JsonNode ports) {
            for (JsonNode port : ports) {
                if (service.port().isEmpty()
                        || service.port().get().equals(port.path("name").asText())) {
                    return port.path("port").asInt();
                }
            }
            return 0;
        }

        private void publish() {
            discovered.found(app, slices.values().stream().flatMap(List::stream).toList());
        }

        private Future<HttpClientResponse> send(String more) {
            String path = "/apis/discovery.k8s.io/v1/namespaces/" + encoded(service.namespace())
                    + "/endpointslices?labelSelector=" + encoded("kubernetes.io/service-name=" + service.service())
                    + more;
            var options = new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setAbsoluteURI(config.apiServer() + path)
                    .setTimeout(ANSWER_MILLIS)
                    .putHeader("Accept", "application/json");
            return vertx.executeBlocking(
                            () -> Files.readString(config.tokenFile()).strip(), false)
                    .compose(token -> client.request(options.putHeader("Authorization", "Bearer " + token)))
                    .compose(HttpClientRequest::send);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
