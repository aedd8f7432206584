package io.weir.metering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** The webhook of the tests: remembers what it was told, and refuses accounts on request. */
final class Receiver implements AutoCloseable {
    static final String SECRET = "the-secret-of-the-webhook";

    private final HttpServer server;
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /**
     * One request.
     *
     * @param event the CloudEvent
     * @param body as it came
     * @param type its content type
     * @param signature its signature
     */
    record Told(JsonNode event, String body, String type, String signature) {
        String subject() {
            return event.path("subject").asText();
        }

        String what() {
            return event.path("type").asText();
        }
    }

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/told";
    }

    /** From now on, or no more, answers 503 to what is of this account. */
    void refuse(String account, boolean refuses) {
        if (refuses) {
            refused.add(account);
        } else {
            refused.remove(account);
        }
    }

    List<Told> of(String account) {
        return told.stream().filter(each -> each.subject().equals(account)).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var headers = exchange.getRequestHeaders();
            var one = new Told(
                    new ObjectMapper().readTree(body),
                    body,
                    headers.getFirst("Content-Type"),
                    headers.getFirst("Weir-Signature"));
            told.add(one);
            exchange.sendResponseHeaders(refused.contains(one.subject()) ? 503 : 204, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
