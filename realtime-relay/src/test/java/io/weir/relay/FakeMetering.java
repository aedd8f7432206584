package io.weir.relay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Metering and the issuer's token endpoint at the process boundary: answers fences as told and keeps what was asked. */
final class FakeMetering implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private record Answer(int status, String body) {}

    FakeMetering() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            String token = Tokens.service("hold internal");
            answer(exchange, 200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        });
        server.createContext("/v1/holds/", this::fence);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on, fences of this stream are answered so. */
    void answer(String stream, int status, String body) {
        answers.put(stream, new Answer(status, body));
    }

    /** How often a fence of this stream was asked for, with a bearer token. */
    long asked(String stream) {
        return asked.stream().filter(stream::equals).count();
    }

    private void fence(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String stream = path.substring("/v1/holds/".length(), path.lastIndexOf("/fence"));
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!exchange.getRequestMethod().equals("POST") || !authorization.startsWith("Bearer ey")) {
            answer(exchange, 401, "{}");
            return;
        }
        asked.add(stream);
        Answer answer = answers.getOrDefault(stream, new Answer(503, "{}"));
        answer(exchange, answer.status(), answer.body());
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
