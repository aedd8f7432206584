package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a page asks about its user and this place, and the health of the stack. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class PlaceTest {
    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private Browser alice() {
        return new Browser(edge, fakes.issuer.token("alice"));
    }

    @Test
    void saysWhoIsSignedIn() throws Exception {
        String token = fakes.issuer.token(
                "bob", Map.of("roles", List.of("user", "billing"), "tenant", "acme"), Duration.ofMinutes(5));
        assertThat(new JsonObject(
                        new Browser(edge, token).call("GET", "/api/me", null).body()))
                .isEqualTo(new JsonObject()
                        .put("account", "bob")
                        .put("tenant", "acme")
                        .put("roles", new JsonArray().add("billing").add("user")));
    }

    @Test
    void asksMeteringForThePayerAndTheRelayForTheAccountOfATenant() throws Exception {
        String token = fakes.issuer.token("bob", Map.of("tenant", "acme"), Duration.ofMinutes(5));
        fakes.metering.respond(exchange -> exchange.answer(200, "{\"balanceMicro\":\"5\"}"));
        fakes.relay.respond(exchange -> exchange.answer(200, "{\"sessions\":[]}"));
        assertThat(new Browser(edge, token).call("GET", "/api/me/balance", null).body())
                .isEqualTo("{\"balanceMicro\":\"5\"}");
        new Browser(edge, token).call("GET", "/api/sessions?limit=9", null);
        fakes.metering.take("GET /v1/accounts/acme%3A%3Abob");
        Exchange asked = fakes.relay.take("GET /v1/sessions?limit=9");
        assertThat(asked.header("Weir-Tenant")).isEqualTo("acme");
        assertThat(asked.header("Weir-Account")).isEqualTo("bob");
    }

    @Test
    void sendsNamesBeyondLatin1ToTheRelayWhole() throws Exception {
        String token = fakes.issuer.token("李雷+1", Map.of("tenant", "größe"), Duration.ofMinutes(5));
        fakes.relay.respond(exchange -> exchange.answer(200, "{\"sessions\":[]}"));
        new Browser(edge, token).call("GET", "/api/sessions?limit=9", null);
        Exchange asked = fakes.relay.take("GET /v1/sessions?limit=9");
        assertThat(asked.header("Weir-Account")).isEqualTo("%E6%9D%8E%E9%9B%B7%2B1");
        assertThat(asked.header("Weir-Tenant")).isEqualTo("gr%C3%B6%C3%9Fe");
    }

    @Test
    void tellsPagesTheirUrlsAgentsAndLimitsWithoutCredentials() throws Exception {
        HttpResponse<String> answer = new Browser(edge, null).call("GET", "/api/config", null);
        var config = new JsonObject(answer.body());
        assertThat(config.getString("realtimeUrl")).isEqualTo("http://" + edge.getAuthority());
        assertThat(config.getString("realtimeKey")).isEqualTo("weir-local");
        assertThat(config.getJsonArray("agents").encode())
                .isEqualTo("[{\"name\":\"demo\",\"default\":true,\"maxOutputTokens\":4096}]");
        assertThat(config.getJsonObject("limits").getInteger("maxStreamsPerAccount"))
                .isEqualTo(8);
        String admin = fakes.issuer.token("root", Map.of("roles", List.of("admin")), Duration.ofMinutes(5));
        assertThat(new Browser(edge, admin).call("GET", "/api/config", null).body())
                .contains("\"secret\"");
    }

    @Test
    void pagesThroughASession() throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(200, "{\"messages\":[],\"nextBefore\":null}"));
        HttpResponse<String> answer =
                alice().call("GET", "/api/sessions/my%20session%2F1/messages?before=a%26b&limit=999", null);
        assertThat(answer.statusCode()).isEqualTo(200);
        fakes.relay.take("GET /v1/sessions/my%20session%2F1/messages?limit=200&before=a%26b");
        alice().call("GET", "/api/sessions/lent/messages?owner=b%26b&before=7", null);
        fakes.relay.take("GET /v1/sessions/lent/messages?limit=50&owner=b%26b&before=7");
        assertThat(alice().call("GET", "/api/sessions?limit=x", null).statusCode())
                .isEqualTo(400);
        fakes.relay.respond(exchange -> exchange.answer(404, "{}"));
        assertThat(alice().call("GET", "/api/sessions/none/messages", null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void sharesASessionOnItsOwnersBehalf() throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(204));
        assertThat(alice().call("PUT", "/api/sessions/my%20session/shares/bob%40x.org", "{\"right\":\"edit\"}")
                        .statusCode())
                .isEqualTo(204);
        Exchange put = fakes.relay.take("PUT /v1/sessions/my%20session/shares/bob%40x.org");
        assertThat(put.header("Weir-Account")).isEqualTo("alice");
        assertThat(put.json()).isEqualTo(new JsonObject().put("right", "edit"));
        new Browser(edge, fakes.issuer.token("zoë")).call("PUT", "/api/sessions/z/shares/bob", "{\"right\":\"view\"}");
        assertThat(fakes.relay.take("PUT /v1/sessions/z/shares/bob").header("Weir-Account"))
                .isEqualTo("zo%C3%AB");
        assertThat(alice().call("DELETE", "/api/sessions/s/shares/bob", null).statusCode())
                .isEqualTo(204);
        fakes.relay.take("DELETE /v1/sessions/s/shares/bob");
        fakes.relay.respond(exchange -> exchange.answer(200, "{\"shares\":[]}"));
        assertThat(alice().call("GET", "/api/sessions/s/shares", null).body()).isEqualTo("{\"shares\":[]}");
        fakes.relay.respond(exchange -> exchange.answer(400, "{}"));
        assertThat(alice().call("PUT", "/api/sessions/s/shares/bob", "{\"right\":\"all\"}")
                        .statusCode())
                .isEqualTo(400);
        fakes.relay.respond(exchange -> exchange.answer(409, "{}"));
        assertThat(alice().call("PUT", "/api/sessions/s/shares/bob", "{\"right\":\"view\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(new Browser(edge, null)
                        .call("PUT", "/api/sessions/s/shares/bob", "{}")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void showsTheHealthOfTheStackApartFromItsOwn() throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(200));
        fakes.relay.respond(exchange -> exchange.answer(200));
        fakes.metering.respond(exchange -> exchange.answer(503));
        var browser = new Browser(edge, null);

        // When
        HttpResponse<String> stack = browser.call("GET", "/q/health/group/stack", null);

        // Then
        assertThat(stack.statusCode()).isEqualTo(503);
        var checks = new JsonObject(stack.body())
                .getJsonArray("checks").stream()
                        .map(JsonObject.class::cast)
                        .map(check -> check.getString("name") + " " + check.getString("status"));
        assertThat(checks).containsExactlyInAnyOrder("gateway UP", "relay UP", "metering DOWN");
        assertThat(browser.call("GET", "/q/health/ready", null).statusCode()).isEqualTo(200);
        fakes.metering.respond(exchange -> exchange.answer(200));
        assertThat(browser.call("GET", "/q/health/group/stack", null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void describesItsApi() throws Exception {
        assertThat(new Browser(edge, null).call("GET", "/q/openapi", null).body())
                .contains("/api/chat/stream")
                .contains("/api/me/balance")
                .contains("/v1/responses");
    }

    @Test
    void letsPagesOfConfiguredOriginsInAndShowsThemTheHeadersTheyNeed() throws Exception {
        String token = fakes.issuer.token("alice");
        fakes.metering.respond(exchange -> exchange.answer(402, "{}"));
        HttpResponse<String> answer = new Browser(edge, token)
                .call(
                        "POST",
                        "/api/chat/stream",
                        "{\"sessionId\":\"s\",\"message\":\"m\"}",
                        "Origin",
                        "https://app.example");
        assertThat(answer.statusCode()).isEqualTo(402);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://app.example");
        assertThat(answer.headers().firstValue("access-control-expose-headers").orElse(""))
                .contains("Weir-Stream-Id")
                .contains("Retry-After");
        HttpResponse<String> preflight = new Browser(edge, null)
                .call(
                        "OPTIONS",
                        "/api/chat/stream",
                        null,
                        "Origin",
                        "https://app.example",
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "authorization,content-type,idempotency-key");
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight
                        .headers()
                        .firstValue("access-control-allow-headers")
                        .orElse(""))
                .contains("idempotency-key");
    }
}
