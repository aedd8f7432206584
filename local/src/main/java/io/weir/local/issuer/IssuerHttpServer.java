package io.weir.local.issuer;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import kotlin.jvm.functions.Function1;
import no.nav.security.mock.oauth2.http.OAuth2HttpRequest;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponse;
import no.nav.security.mock.oauth2.http.OAuth2HttpServer;
import no.nav.security.mock.oauth2.http.Ssl;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * mock-oauth2-server on the JDK's HTTP server: its own servers either keep every request in memory (MockWebServer) or
 * need another Netty than ours. It adds the one thing that mock-oauth2-server cannot express: the claims of whoever
 * signs in on the login page are put into the form here, and never taken from it.
 */
final class IssuerHttpServer implements OAuth2HttpServer {
    private static final int BODY_LIMIT_BYTES = 64 * 1024;

    private @Nullable HttpServer server;

    @Override
    public OAuth2HttpServer start(Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> handler) {
        return start(0, handler);
    }

    @Override
    public OAuth2HttpServer start(int port, Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> handler) {
        return start(InetAddress.getLoopbackAddress(), port, handler);
    }

    @Override
    public OAuth2HttpServer start(
            InetAddress address, int port, Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> handler) {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(address, port), 0);
            started.createContext("/", exchange -> answer(exchange, handler));
            started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            started.start();
            server = started;
            return this;
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on port " + port + ": " + e.getMessage(), e);
        }
    }

    private void answer(HttpExchange exchange, Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> handler)
            throws IOException {
        try (exchange) {
            if (exchange.getRequestURI().getPath().equals("/health")) {
                send(exchange, 200, "text/plain", "up".getBytes(StandardCharsets.UTF_8));
                return;
            }
            OAuth2HttpResponse response = handler.invoke(read(exchange));
            for (var header : response.getHeaders()) {
                exchange.getResponseHeaders().add(header.getFirst(), header.getSecond());
            }
            byte[] body = response.getBytesBody() != null
                    ? response.getBytesBody()
                    : response.getBody() == null
                            ? new byte[0]
                            : response.getBody().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(response.getStatus(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static OAuth2HttpRequest read(HttpExchange exchange) throws IOException {
        var headers = new Headers.Builder();
        exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        byte[] bytes = exchange.getRequestBody().readNBytes(BODY_LIMIT_BYTES);
        String body = new String(bytes, StandardCharsets.UTF_8);
        boolean login = exchange.getRequestMethod().equals("POST")
                && exchange.getRequestURI().getPath().endsWith("/authorize");
        String host = exchange.getRequestHeaders().getFirst("Host");
        HttpUrl url = HttpUrl.get("http://" + (host == null ? "localhost" : host) + exchange.getRequestURI());
        return new OAuth2HttpRequest(
                headers.build(), exchange.getRequestMethod(), url, login ? withClaims(body) : body);
    }

    /** The login form with the claims of its user, whatever claims the form brought. */
    static String withClaims(String form) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : form.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(
                        field.substring(0, equals),
                        URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        String name = fields.getOrDefault("username", "").strip();
        String claims = name.isEmpty()
                ? "{}"
                : JSONObjectUtils.toJSONString(LocalUser.named(name).claims());
        return "username=" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "&claims="
                + URLEncoder.encode(claims, StandardCharsets.UTF_8);
    }

    @Override
    public OAuth2HttpServer stop() {
        if (server != null) {
            server.stop(0);
        }
        return this;
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public int port() {
        return server == null ? 0 : server.getAddress().getPort();
    }

    @Override
    public HttpUrl url(String path) {
        return HttpUrl.get("http://localhost:" + port() + "/" + path.replaceFirst("^/", ""));
    }

    @Override
    public @Nullable Ssl sslConfig() {
        return null;
    }
}
