package io.weir.gateway.fakes;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The API server of Kubernetes, as far as EndpointSlices of one service go. */
public final class FakeKubernetes extends FakeServer {
    /** The token that it takes. */
    public static final String TOKEN = "service-account-token";

    private static final String PATH = "/apis/discovery.k8s.io/v1/namespaces/agents/endpointslices";

    private final Set<HttpServerResponse> watches = ConcurrentHashMap.newKeySet();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String items = "";
    private final AtomicInteger version = new AtomicInteger(1);

    /** Listens. */
    public FakeKubernetes(Vertx vertx) {
        super(vertx);
    }

    /** What a list says from now on. */
    public synchronized void items(String... slices) {
        version.incrementAndGet();
        items = String.join(",", slices);
    }

    /** Tells every watch. */
    public void event(String type, String object) {
        watches.forEach(watch -> watch.write("{\"type\":\"" + type + "\",\"object\":" + object + "}\n"));
    }

    /** Ends every watch. */
    public void endWatches() {
        watches.forEach(HttpServerResponse::end);
    }

    /** Queries so far. */
    public List<String> asked() {
        return asked;
    }

    /** Waits for a watch. */
    public void awaitWatch() {
        Await.until("a watch", () -> !watches.isEmpty());
    }

    /** The same slice with annotations, as pairs of JSON texts. */
    public static String annotated(String slice, String annotations) {
        return slice.replaceFirst("\\{\"metadata\":\\{", "{\"metadata\":{\"annotations\":{" + annotations + "},");
    }

    /** One slice; endpoints as {@code name=address} or, not ready, {@code !name=address}. */
    public static String slice(String name, int port, String... endpoints) {
        var list = new StringBuilder();
        for (String endpoint : endpoints) {
            boolean ready = !endpoint.startsWith("!");
            String[] parts = endpoint.replace("!", "").split("=", 2);
            list.append(list.isEmpty() ? "" : ",")
                    .append("{\"addresses\":[\"" + parts[1] + "\"],\"conditions\":{\"ready\":" + ready
                            + "},\"targetRef\":{\"kind\":\"Pod\",\"name\":\"" + parts[0] + "\"}}");
        }
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"addressType\":\"IPv4\",\"endpoints\":[" + list
                + "],\"ports\":[{\"name\":\"metrics\",\"port\":1},{\"name\":\"http\",\"port\":" + port + "}]}";
    }

    @Override
    void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        asked.add(request.uri());
        boolean known = request.path().equals(PATH)
                && "kubernetes.io/service-name=support".equals(request.getParam("labelSelector"));
        if (!("Bearer " + TOKEN).equals(request.getHeader("Authorization"))) {
            response.setStatusCode(401).end();
        } else if (!known) {
            response.setStatusCode(404).end();
        } else if (request.getParam("watch") == null) {
            response.putHeader("Content-Type", "application/json")
                    .end("{\"metadata\":{\"resourceVersion\":\"" + version + "\"},\"items\":[" + items + "]}");
        } else {
            watch(request, response);
        }
    }

    /** A watch from a version that is not the newest would have to tell what came since: it is too old. */
    private synchronized void watch(HttpServerRequest request, HttpServerResponse response) {
        if (!String.valueOf(version).equals(request.getParam("resourceVersion"))) {
            response.end("{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n");
        } else {
            response.setChunked(true).closeHandler(_ -> watches.remove(response));
            response.endHandler(_ -> watches.remove(response));
            response.writeHead();
            watches.add(response);
        }
    }
}
