package io.weir.metering;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.TotalsPage;
import io.weir.contracts.stream.TotalsPage.Closed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The relay and the issuer's token endpoint at the process boundary: tells the totals of the logs that a test closes. */
final class FakeRelay implements AutoCloseable {
    /** Small, so that a few logs are several pages. */
    private static final int PAGE = 2;

    private final HttpServer server;
    private final Map<StreamId, Closed> logs = new ConcurrentHashMap<>();
    private volatile boolean away;

    FakeRelay() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            String token = Tokens.service("internal");
            answer(exchange, 200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        });
        server.createContext("/v1/totals", this::totals);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void hasClosed(Closed log) {
        logs.put(log.streamId(), log);
    }

    void forgetAll() {
        logs.clear();
    }

    /** From now on, or no more, it answers nothing. */
    void goAway(boolean gone) {
        away = gone;
    }

    private void totals(HttpExchange exchange) throws IOException {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (away || !authorization.startsWith("Bearer ey")) {
            answer(exchange, away ? 503 : 401, "{}");
            return;
        }
        Map<String, String> query = Arrays.stream(
                        exchange.getRequestURI().getQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        long from = Instant.parse(query.get("from")).toEpochMilli();
        long to = Instant.parse(query.get("to")).toEpochMilli();
        String before = query.get("before");
        List<Closed> asked = logs.values().stream()
                .filter(log ->
                        log.streamId().createdMillis() >= from && log.streamId().createdMillis() < to)
                .filter(log -> before == null || log.streamId().compareTo(StreamId.parse(before)) < 0)
                .sorted((a, b) -> b.streamId().compareTo(a.streamId()))
                .toList();
        List<Closed> page = asked.stream()
                .limit(Math.min(PAGE, Integer.parseInt(query.get("limit"))))
                .toList();
        boolean more = asked.size() > page.size();
        answer(
                exchange,
                200,
                Metering.write(new TotalsPage(page, more ? page.getLast().streamId() : null)));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
