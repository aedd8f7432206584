package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Talk;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One-time tickets for {@code /api/chat/ws}. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class SocketTicketsTest {
    private static final String SOCKET = "/api/chat/ws";
    private static final String TICKET = "/api/chat/ws/ticket";
    private static final String QUESTION = "{\"op\":\"send\",\"sessionId\":\"s1\",\"message\":\"hello\"}";

    private final Fakes fakes = FakeStack.fakes();
    /** Another one in each test: unused tickets are counted by account. */
    private final String account = "a-" + UUID.randomUUID();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private String issued(String credential) throws Exception {
        var answer = new Browser(edge, credential).call("POST", TICKET, null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        JsonObject body = new JsonObject(answer.body());
        assertThat(body.getInteger("expiresIn")).isEqualTo(2);
        return body.getString("ticket");
    }

    private Talk open(String ticket) throws Exception {
        return Talk.openWith(edge.resolve(SOCKET), "weir.ticket." + ticket);
    }

    private int refusal(String ticket) {
        Throwable refused = catchThrowable(() -> open(ticket).close()).getCause();
        assertThat(refused).isInstanceOf(WebSocketHandshakeException.class);
        return ((WebSocketHandshakeException) refused).getResponse().statusCode();
    }

    private int use(String ticket) throws Exception {
        return new Browser(edge, null)
                .call("DELETE", TICKET, null, "Weir-Socket-Ticket", ticket)
                .statusCode();
    }

    /** A ticket that another edge would have issued. */
    private static String foreign(String issuer, String address, String audience, Instant end, byte[] key) {
        var payload = Map.of(
                "tenant", "acme", "account", "alice", "roles", List.of("user"), "issuer", issuer, "address", address);
        return Jwt.claims(Map.of("weir", payload, "jti", UUID.randomUUID().toString()))
                .audience(audience)
                .expiresAt(end)
                .jws()
                .keyId("k1")
                .algorithm(SignatureAlgorithm.HS256)
                .sign(new SecretKeySpec(key, "HmacSHA256"));
    }

    private static String foreign(String address) {
        return foreign("other", address, "edge-socket", Instant.now().plusSeconds(60), Fakes.TICKET_KEY);
    }

    @Test
    void opensOneSocketOfTheAccountThatItWasIssuedTo() throws Exception {
        String ticket = issued(fakes.issuer.token(account));
        try (Talk talk = open(ticket)) {
            talk.say(QUESTION);
            assertThat(fakes.metering.take("POST /v1/holds").json().getString("account"))
                    .isEqualTo(account);
            assertThat(talk.next().getString("op")).isEqualTo("started");
            // A second use, while the first socket is open and afterwards
            assertThat(refusal(ticket)).isEqualTo(401);
        }
        assertThat(refusal(ticket)).isEqualTo(401);
    }

    @Test
    void carriesTheKeyThatItWasAskedWith() throws Exception {
        String keyId = UUID.randomUUID().toString();
        fakes.metering.respond(exchange -> {
            if (exchange.uri().equals("/v1/keys/verify")) {
                exchange.answer(
                        200,
                        new JsonObject()
                                .put("keyId", keyId)
                                .put("account", "acme::" + account)
                                .put("scopes", new JsonArray().add("chat"))
                                .encode());
            } else {
                exchange.answer(201, Fakes.held(exchange.json().getString("streamId")));
            }
        });
        String ticket = issued("wk_" + (UUID.randomUUID() + "-" + UUID.randomUUID()).substring(0, 43));
        try (Talk talk = open(ticket)) {
            talk.say(QUESTION);
            JsonObject reserve = fakes.metering.take("POST /v1/holds").json();
            assertThat(reserve.getString("account")).isEqualTo("acme::" + account);
            assertThat(reserve.getString("apiKey")).isEqualTo(keyId);
        }
    }

    @Test
    void isIssuedToNobodyElse() throws Exception {
        assertThat(new Browser(edge, null).call("POST", TICKET, null).statusCode())
                .isEqualTo(401);
        fakes.metering.respond(exchange -> exchange.answer(
                200,
                new JsonObject()
                        .put("keyId", UUID.randomUUID().toString())
                        .put("account", account)
                        .put("scopes", new JsonArray().add("usage").add("post"))
                        .encode()));
        String key = "wk_" + (UUID.randomUUID() + "-" + UUID.randomUUID()).substring(0, 43);
        assertThat(new Browser(edge, key).call("POST", TICKET, null).statusCode())
                .isEqualTo(403);
    }

    @Test
    void opensNothingOnceItHasBeenGivenBack() throws Exception {
        String ticket = issued(fakes.issuer.token(account));
        assertThat(use(ticket)).isEqualTo(204);
        assertThat(use(ticket)).isEqualTo(404);
        assertThat(refusal(ticket)).isEqualTo(401);
        assertThat(use("nonsense")).isEqualTo(404);
        assertThat(new Browser(edge, null).call("DELETE", TICKET, null).statusCode())
                .isEqualTo(400);
    }

    @Test
    void opensNothingWithATicketThatNoEdgeHasIssuedForThis() {
        Instant end = Instant.now().plusSeconds(60);
        byte[] otherKey = "fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
        assertThat(refusal("nonsense")).isEqualTo(401);
        assertThat(refusal(foreign("o", fakes.gateway.url(), "sse-gateway", end, Fakes.TICKET_KEY)))
                .isEqualTo(401);
        assertThat(refusal(foreign("o", fakes.gateway.url(), "edge-socket", end, otherKey)))
                .isEqualTo(401);
        assertThat(refusal(foreign(
                        "o", fakes.gateway.url(), "edge-socket", Instant.now().minusSeconds(1), Fakes.TICKET_KEY)))
                .isEqualTo(401);
        assertThat(fakes.gateway.seen("DELETE")).isEmpty();
    }

    @Test
    void isUsedUpAtTheEdgeThatHasIssuedIt() throws Exception {
        String ticket = foreign(fakes.gateway.url());
        fakes.gateway.respond(exchange -> exchange.answer(204));
        try (Talk talk = open(ticket)) {
            assertThat(fakes.gateway.take("DELETE " + TICKET).header("Weir-Socket-Ticket"))
                    .isEqualTo(ticket);
            talk.say(QUESTION);
            assertThat(fakes.metering.take("POST /v1/holds").json().getString("account"))
                    .isEqualTo("acme::alice");
        }
        fakes.gateway.respond(exchange -> exchange.answer(404));
        assertThat(refusal(ticket)).isEqualTo(401);
        fakes.gateway.respond(exchange -> exchange.answer(500));
        assertThat(refusal(ticket)).isEqualTo(503);
        fakes.gateway.down();
        int away = refusal(ticket);
        fakes.gateway.up();
        assertThat(away).isEqualTo(503);
    }

    @Test
    void isIssuedOnlySoOftenUnusedAndCountsNoMoreOnceItHasExpired() throws Exception {
        // 3 in tests.
        String token = fakes.issuer.token(account);
        String first = issued(token);
        issued(token);
        issued(token);
        assertThat(new Browser(edge, token).call("POST", TICKET, null).statusCode())
                .isEqualTo(429);
        open(first).close();
        issued(token);
        // After two seconds the others are forgotten.
        long giveUp = System.nanoTime() + 20_000_000_000L;
        int status = 429;
        while (status == 429 && System.nanoTime() < giveUp) {
            status = new Browser(edge, token).call("POST", TICKET, null).statusCode();
        }
        assertThat(status).isEqualTo(201);
    }
}
