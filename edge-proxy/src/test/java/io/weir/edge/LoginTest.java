package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sign-in by the code flow, and what the session cookie is good for. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class LoginTest {
    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

    private final Fakes fakes = FakeStack.fakes();
    private final HttpClient browser = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .build();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private HttpResponse<String> get(URI target) throws Exception {
        return browser.send(
                HttpRequest.newBuilder(target).timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return get(edge.resolve(path));
    }

    private HttpResponse<String> ask(String... headers) throws Exception {
        return post("/api/chat/stream", QUESTION, headers);
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return browser.send(
                HttpRequest.newBuilder(edge.resolve(path))
                        .headers(headers)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI location(HttpResponse<?> answer) {
        assertThat(answer.statusCode()).isEqualTo(302);
        return answer.uri().resolve(answer.headers().firstValue("location").orElseThrow());
    }

    private String origin() {
        return "http://" + edge.getAuthority();
    }

    /** Follows the flow to its end, like a browser. */
    private void signIn() throws Exception {
        URI authorize = location(get("/login"));
        assertThat(authorize.toString())
                .startsWith(fakes.issuer.url() + "/authorize")
                .contains("code_challenge_method=S256")
                .contains("client_id=weir-console");
        URI back = location(get(authorize));
        assertThat(back.getPath()).isEqualTo("/login");
        HttpResponse<String> answer = get(back);
        List<String> session = answer.headers().allValues("set-cookie").stream()
                .filter(cookie -> cookie.startsWith("q_session") && !cookie.contains("Max-Age=0"))
                .toList();
        assertThat(session).isNotEmpty().allSatisfy(cookie -> assertThat(cookie.toLowerCase(Locale.ROOT))
                .contains("httponly")
                .contains("samesite=lax")
                .contains("path=/"));
        while (location(answer).getPath().equals("/login")) {
            answer = get(location(answer));
        }
        assertThat(location(answer).getPath()).isEqualTo("/");
    }

    @Test
    void signsInAndOutAgain() throws Exception {
        assertThat(get("/api/me").statusCode()).isEqualTo(401);

        // When
        signIn();

        // Then
        HttpResponse<String> me = get("/api/me");
        assertThat(me.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(me.body()).getString("account")).isEqualTo("alice");
        assertThat(location(get("/login")).getPath()).isEqualTo("/");
        URI end = location(get("/logout"));
        assertThat(end.toString()).startsWith(fakes.issuer.url() + "/endsession");
        HttpResponse<String> after = get("/api/me");
        assertThat(after.statusCode()).isEqualTo(401);
        assertThat(after.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
    }

    @Test
    void leadsHomeWhenSigningOutWithoutASession() throws Exception {
        assertThat(location(get("/logout")).getPath()).isEqualTo("/");
    }

    @Test
    void takesTheCookieForUnsafeRequestsFromItsOwnPagesOnly() throws Exception {
        signIn();
        fakes.metering.respond(exchange -> exchange.answer(402, "{}"));

        // When, then
        assertThat(ask("Content-Type", "application/json", "Origin", origin()).statusCode())
                .isEqualTo(402);
        assertThat(ask("Content-Type", "application/json").statusCode()).isEqualTo(403);
        assertThat(ask("Content-Type", "application/json", "Origin", "http://evil.example")
                        .statusCode())
                .isEqualTo(403);
        HttpResponse<String> foreign = ask("Content-Type", "application/json", "Origin", "https://app.example");
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(foreign.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(ask("Content-Type", "application/json", "Origin", "https://ok.example")
                        .statusCode())
                .isEqualTo(402);
        assertThat(fakes.metering.seen("POST /v1/holds")).hasSize(2);
    }

    @Test
    void opensNoKeyForThePageOfSomebodyElse() throws Exception {
        signIn();
        fakes.metering.respond(exchange -> exchange.answer(201, "{}"));

        for (String foreign : List.of("http://evil.example", "https://app.example", "null")) {
            assertThat(post("/api/me/keys", "{\"name\":\"n\"}", "Origin", foreign)
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(fakes.metering.seen("")).isEmpty();
        assertThat(post("/api/me/keys", "{\"name\":\"n\"}", "Origin", origin()).statusCode())
                .isEqualTo(201);
    }

    @Test
    void addsTheSessionsTokenToASocketOfItsOwnPages() throws Exception {
        signIn();
        URI socket = URI.create(edge.resolve("/realtime/v1/websocket?apikey=weir-local&vsn=1.0.0")
                .toString()
                .replaceFirst("http", "ws"));

        // When
        WebSocket opened = browser.newWebSocketBuilder()
                .header("Origin", origin())
                .buildAsync(socket, new WebSocket.Listener() {})
                .get(10, TimeUnit.SECONDS);

        // Then
        var handshake = fakes.relay.handshake();
        assertThat(handshake.get("Authorization")).startsWith("Bearer ey");
        assertThat(handshake.get("Cookie")).isNull();
        assertThat(handshake.get("uri")).isEqualTo("/realtime/v1/websocket?apikey=weir-local&vsn=1.0.0");
        opened.abort();
        Assertions.assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> browser.newWebSocketBuilder()
                .header("Origin", "http://evil.example")
                .buildAsync(socket, new WebSocket.Listener() {})
                .join());
    }

    @Test
    void treatsABrokenSessionCookieAsNoneAndServesThePageRegardless() throws Exception {
        var broken = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(edge.resolve("/api/me"))
                .header("Cookie", "q_session=nonsense")
                .build();
        assertThat(broken.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
        var login = HttpRequest.newBuilder(edge.resolve("/login"))
                .header("Cookie", "q_session=nonsense")
                .build();
        assertThat(location(broken.send(login, BodyHandlers.ofString())).getPath())
                .isEqualTo("/weir/authorize");
    }
}
