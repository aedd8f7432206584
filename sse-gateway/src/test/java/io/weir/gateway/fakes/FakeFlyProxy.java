package io.weir.gateway.fakes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fly's proxy as its documentation describes it: asks the gateway, follows {@code fly-replay} and its JSON form to a machine,
 * and brings the request back where it cannot. Also brings requests to the machine named by {@code fly-force-instance-id}.
 */
public final class FakeFlyProxy extends FakeServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_REPLAYED = 1 << 20;

    private final HttpClient client;
    private final Map<String, URI> machines = new ConcurrentHashMap<>();
    private final List<String> replays = new CopyOnWriteArrayList<>();
    private volatile URI gateway = URI.create("http://127.0.0.1:1");
    private volatile String failure = "no_candidate";

    FakeFlyProxy(Vertx vertx) {
        super(vertx);
        this.client = vertx.createHttpClient();
    }

    /** What it stands in front of, with no machines behind it yet. */
    public void inFrontOf(URI target) {
        gateway = target.resolve("/");
        machines.clear();
        replays.clear();
        failure = "no_candidate";
    }

    /** A machine that it can reach. */
    public void knows(String app, String instance, URI address) {
        machines.put(app + "/" + instance, address);
    }

    /** Why it could not bring a request to a machine. */
    public void failsBy(String reason) {
        failure = reason;
    }

    /** Which machines it was told to bring requests to, as {@code app/instance}. */
    public List<String> replays() {
        return replays;
    }

    @Override
    void handle(HttpServerRequest request) {
        String forced = request.getHeader("fly-force-instance-id");
        request.body().onSuccess(body -> {
            if (forced != null) {
                // An app has its own host; here it is the first part of the path.
                String[] parts = request.uri().split("/", 3);
                pass(request, machines.get(parts[1] + "/" + forced), "/" + parts[2], request.headers(), body);
            } else {
                ask(request, body, null);
            }
        });
    }

    /** Asks the gateway, as the application whose answers may say where else to go. */
    private void ask(HttpServerRequest request, Buffer body, @Nullable String failed) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        headers.set("fly-request-id", "01J-test");
        if (failed != null) {
            headers.set("fly-replay-failed", failed);
        }
        send(gateway, request.method(), request.uri(), headers, body, answer -> {
            String type = String.valueOf(answer.getHeader("Content-Type"));
            String replay = answer.getHeader("fly-replay");
            if (replay == null && !type.startsWith("application/vnd.fly.replay+json")) {
                relay(request, answer);
                return;
            }
            answer.body().onSuccess(text -> {
                if (failed != null) {
                    // a request that has come back may not be replayed again
                    request.response().setStatusCode(508).end("replayed twice");
                } else if (body.length() > MAX_REPLAYED) {
                    request.response().setStatusCode(502).end("too large to replay");
                } else {
                    replay(request, body, replay == null ? parse(text) : fields(replay));
                }
            });
        });
    }

    private void replay(HttpServerRequest request, Buffer body, JsonNode told) {
        String name = told.path("app").asText() + "/" + told.path("instance").asText();
        replays.add(name);
        URI machine = machines.get(name);
        if (machine == null) {
            if (told.path("fallback").asText().equals("force_self")) {
                ask(
                        request,
                        body,
                        "instance=" + told.path("instance").asText() + ";app="
                                + told.path("app").asText() + ";reason=" + failure + ";elapsed_ms=10");
            } else {
                request.response().setStatusCode(502).end("no machine");
            }
            return;
        }
        JsonNode transform = told.path("transform");
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        transform.path("delete_headers").forEach(header -> headers.remove(header.asText()));
        transform
                .path("set_headers")
                .forEach(header -> headers.set(
                        header.path("name").asText(), header.path("value").asText()));
        headers.set(
                "fly-replay-src",
                "instance=gw;region=fra;t=1;state=" + told.path("state").asText());
        String path = transform.path("path").asText(request.uri());
        pass(request, machine, path, headers, body);
    }

    private void pass(HttpServerRequest request, @Nullable URI machine, String path, MultiMap headers, Buffer body) {
        if (machine == null) {
            request.response().setStatusCode(502).end("no machine");
            return;
        }
        send(machine, request.method(), path, headers, body, answer -> relay(request, answer));
    }

    private void send(
            URI base,
            HttpMethod method,
            String path,
            MultiMap headers,
            Buffer body,
            Consumer<HttpClientResponse> answered) {
        headers.remove("Host").remove("Content-Length").remove("Transfer-Encoding");
        var options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(base.resolve(path).toString())
                .setHeaders(headers);
        client.request(options).compose(request -> request.send(body)).onSuccess(answered::accept);
    }

    private static void relay(HttpServerRequest request, HttpClientResponse answer) {
        var response = request.response();
        response.setStatusCode(answer.statusCode());
        answer.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Transfer-Encoding") && !name.equalsIgnoreCase("Content-Length")) {
                response.putHeader(name, value);
            }
        });
        response.setChunked(true);
        response.closeHandler(_ -> answer.request().reset());
        answer.pipeTo(response);
    }

    private static JsonNode fields(String header) {
        var fields = JSON.createObjectNode();
        for (String field : header.split("[;,]", -1)) {
            String[] pair = field.split("=", 2);
            fields.put(pair[0].strip(), pair[1].strip());
        }
        return fields;
    }

    private static JsonNode parse(Buffer text) {
        try {
            return JSON.readTree(text.getBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
