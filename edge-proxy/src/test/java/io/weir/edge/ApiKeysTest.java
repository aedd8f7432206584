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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys in the place of tokens: verified at metering, remembered for a short while, bound to their scopes. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class ApiKeysTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

    private final Fakes fakes = FakeStack.fakes();
    private final String keyId = UUID.randomUUID().toString();
    /** Another one in each test: answers are remembered across them. */
    private final String key = "wk_" + (UUID.randomUUID() + "" + UUID.randomUUID()).substring(0, 43);

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    @Test
    void reservesInTheNameOfTheKeyAndItsTenant() throws Exception {
        // Given
        fakes.metering.respond(exchange -> meter(exchange, "acme::alice", "chat"));

        // When
        var answer = with(key).begin("POST", "/api/chat/stream", QUESTION);
        var asked = fakes.metering.take("POST /v1/holds").json();

        // Then
        assertThat(asked.getString("account")).isEqualTo("acme::alice");
        assertThat(asked.getString("apiKey")).isEqualTo(keyId);
        var ticket = Fakes.ticketOf(fakes.gateway.take("POST /v1/streams")).getJsonObject("weir");
        assertThat(ticket.getString("account")).isEqualTo("alice");
        assertThat(ticket.getString("tenant")).isEqualTo("acme");
        answer.cancel(true);
    }

    @Test
    void sendsTheHashAndNeverTheKey() throws Exception {
        fakes.metering.respond(exchange -> meter(exchange, "alice", "usage"));

        assertThat(get(key, "/api/me/balance")).isEqualTo(200);

        var check = fakes.metering.take("POST /v1/keys/verify");
        assertThat(check.json().getString("sha256")).isEqualTo(Fakes.sha256(key.getBytes(StandardCharsets.US_ASCII)));
        assertThat(fakes.metering.seen("")).noneMatch(exchange -> exchange.uri().contains(key));
    }

    @ParameterizedTest
    @CsvSource({
        "usage,/api/me/balance,200",
        "chat,/api/me/balance,403",
        "sessions,/api/me/usage,403",
        "usage,/api/me/usage?window=DAY,200",
        "usage,/api/sessions,403",
        "chat,/api/streams/00000000-0000-7000-8000-000000000000/receipt,403",
        "chat,/api/me,200",
        "usage,/api/me/keys,403",
        "usage,/api/me/budgets,403",
        "usage,/api/admin/audit,403"
    })
    void keepsToTheScopes(String scope, String path, int status) throws Exception {
        fakes.metering.respond(exchange -> meter(exchange, "alice", scope));

        assertThat(get(key, path)).isEqualTo(status);
    }

    @Test
    void asksOncePerKeyAndTimeAndThenSeesThatItIsRevoked() throws Exception {
        // Given
        var revoked = new AtomicBoolean();
        fakes.metering.respond(exchange -> {
            if (exchange.uri().equals("/v1/keys/verify") && revoked.get()) {
                exchange.answer(404, "{}");
            } else {
                meter(exchange, "alice", "usage");
            }
        });
        long began = System.nanoTime();

        // When: many at once
        List<Callable<Integer>> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(() -> get(key, "/api/me/balance"));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.invokeAll(requests)).allMatch(done -> done.resultNow() == 200);
        }

        // Then
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(fakes.metering.seen("POST /v1/keys/verify")).hasSizeBetween(1, 2 + (int) seconds);

        // When
        revoked.set(true);

        // Then
        long giveUp = System.nanoTime() + LIMIT.toNanos();
        while (get(key, "/api/me/balance") != 401) {
            assertThat(System.nanoTime() - giveUp).as("still accepted").isNegative();
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wk_", "wk_short", "wk_' or 1=1"})
    void refusesWhatIsNoKeyWithoutAsking(String nonsense) throws Exception {
        assertThat(get(nonsense, "/api/me")).isEqualTo(401);
        assertThat(fakes.metering.seen("")).isEmpty();
    }

    @Test
    void refusesWhileMeteringIsAwayAndRemembersNothingOfIt() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(500, "{}"));
        assertThat(get(key, "/api/me")).isEqualTo(503);

        fakes.metering.respond(exchange -> meter(exchange, "alice", "usage"));
        assertThat(get(key, "/api/me")).isEqualTo(200);
    }

    @Test
    void startsNothingForAKeyThatMeteringNoLongerTakes() throws Exception {
        fakes.metering.respond(exchange -> {
            if (exchange.uri().equals("/v1/holds")) {
                exchange.answer(403, "{}");
            } else {
                meter(exchange, "alice", "chat");
            }
        });

        var answer = with(key).call("POST", "/api/chat/stream", QUESTION);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(fakes.gateway.seen("")).isEmpty();
    }

    @Test
    void tellsAUsedUpBudgetFromMissingCredit() throws Exception {
        fakes.metering.respond(exchange -> {
            if (exchange.uri().equals("/v1/holds")) {
                exchange.answer(402, problem("budget-exceeded", 402, "used up"));
            } else {
                meter(exchange, "alice", "chat");
            }
        });

        var body = new JsonObject(
                with(key).call("POST", "/api/chat/stream", QUESTION).body());

        assertThat(body.getString("type")).endsWith("budget-exceeded");
        assertThat(body.getString("error")).isEqualTo("Budget used up");
    }

    @Test
    void passesUsageOfTheCallerOnAndOfNobodyElse() throws Exception {
        // When
        fakes.metering.respond(exchange -> exchange.with("Weir-Watermark", "7").answer(200, "{\"rows\":[]}"));
        var answer = with(fakes.issuer.token("alice"))
                .call("GET", "/api/me/usage?account=bob&window=DAY&timeZone=Europe%2FVienna", null);

        // Then
        var asked = fakes.metering.take("GET /v1/usage");
        assertThat(asked.uri()).isEqualTo("/v1/usage?account=alice&window=DAY&timeZone=Europe%2FVienna");
        assertThat(answer.headers().firstValue("Weir-Watermark")).hasValue("7");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void opensAndRevokesKeysForPersons() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(exchange.method().equals("POST") ? 201 : 200, "{}"));
        var alice = with(fakes.issuer.token("alice"));

        assertThat(alice.call("POST", "/api/me/keys", "{\"name\":\"n\"}").statusCode())
                .isEqualTo(201);
        assertThat(fakes.metering.take("POST /v1/accounts/alice/keys").json().getString("name"))
                .isEqualTo("n");
        assertThat(alice.call("DELETE", "/api/me/keys/" + keyId, null).statusCode())
                .isEqualTo(200);
        fakes.metering.take("DELETE /v1/accounts/alice/keys/" + keyId);
        assertThat(with(null).call("GET", "/api/me/keys", null).statusCode()).isEqualTo(401);
        assertThat(alice.call("POST", "/api/me/keys", "{\"name\":\"" + "n".repeat(20_000) + "\"}")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void letsStaffSpeakToMeteringInTheirOwnName() throws Exception {
        // Given
        fakes.metering.respond(
                exchange -> exchange.answer(409, problem("conflict", 409, "The account has too many unspent ones.")));
        String token = fakes.issuer.token("root", Map.of("roles", List.of("admin")), Duration.ofHours(1));

        // When
        var answer = with(token).call("POST", "/api/admin/accounts/bob/grants?x=1", "{}", "Idempotency-Key", "k");
        var asked = fakes.metering.take("POST /v1/accounts/bob/grants?x=1");

        // Then
        assertThat(asked.header("Authorization")).isEqualTo("Bearer " + token);
        assertThat(asked.header("Idempotency-Key")).isEqualTo("k");
        var body = new JsonObject(answer.body());
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(body.getString("detail")).isEqualTo("The account has too many unspent ones.");
        assertThat(body.getString("error")).isEqualTo("Conflict");

        // Then: nobody else
        var foreign =
                fakes.issuer.token("root", Map.of("roles", List.of("admin"), "tenant", "acme"), Duration.ofHours(1));
        for (String other : List.of(fakes.issuer.token("alice"), foreign)) {
            assertThat(get(other, "/api/admin/audit")).isEqualTo(403);
        }
        assertThat(fakes.metering.seen("GET")).isEmpty();
    }

    private void meter(Exchange exchange, String account, String scope) {
        switch (exchange.uri()) {
            case "/v1/keys/verify" ->
                exchange.answer(
                        200,
                        new JsonObject()
                                .put("keyId", keyId)
                                .put("account", account)
                                .put("scopes", new JsonArray().add(scope))
                                .encode());
            case "/v1/holds" -> exchange.answer(201, Fakes.held(exchange.json().getString("streamId")));
            default -> exchange.answer(200, "{}");
        }
    }

    private static String problem(String slug, int status, String detail) {
        return new JsonObject()
                .put("type", "https://weir.dev/problems/" + slug)
                .put("title", slug)
                .put("status", status)
                .put("detail", detail)
                .encode();
    }

    private int get(String token, String path) throws Exception {
        return with(token).call("GET", path, null).statusCode();
    }

    private Browser with(@Nullable String token) {
        return new Browser(edge, token);
    }
}
