package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.RawCall;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that end in a problem: each documented, nothing reserved and nothing started where that can be avoided. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class RefusalTest {
    private static final String CHAT = "/api/chat/stream";
    private static final String QUESTION = "{\"sessionId\":\"s1\",\"message\":\"hello\"}";

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private Browser as(@Nullable String token) {
        return new Browser(edge, token);
    }

    private HttpResponse<String> ask(@Nullable String body, String... headers) throws Exception {
        return as(fakes.issuer.token("alice")).call("POST", CHAT, body, headers);
    }

    private static JsonObject problem(HttpResponse<String> answer, int status, String slug) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        var body = new JsonObject(answer.body());
        assertThat(body.getString("type")).isEqualTo("https://weir.dev/problems/" + slug);
        assertThat(body.getInteger("status")).isEqualTo(status);
        assertThat(body.getString("detail")).isNotBlank();
        assertThat(body.getString("requestId")).isNotBlank();
        return body;
    }

    private void nothingHappened() {
        assertThat(fakes.metering.seen("")).isEmpty();
        assertThat(fakes.gateway.seen("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "expired", "forged", "garbage", "opaque", "bad tenant"})
    void answers401WithoutAValidTokenAndNeverRedirects(String kind) throws Exception {
        String token =
                switch (kind) {
                    case "none" -> null;
                    case "expired" -> fakes.issuer.token("alice", Map.of(), Duration.ofMinutes(-10));
                    case "forged" -> fakes.issuer.forged("alice");
                    case "opaque" -> "nonsense";
                    case "bad tenant" -> fakes.issuer.token("alice", Map.of("tenant", "a::b"), Duration.ofMinutes(1));
                    default -> "not.a.jwt";
                };

        // When
        for (String path : List.of(CHAT, "/chats/c/messages", "/v1/responses")) {
            problem(as(token).call("POST", path, QUESTION), 401, "unauthenticated");
        }
        for (String path : List.of("/api/me", "/api/me/balance", "/api/sessions", "/api/streams/x/receipt")) {
            problem(as(token).call("GET", path, null), 401, "unauthenticated");
        }

        // Then
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\"text\"",
                "{}",
                "{\"sessionId\":\"s1\"}",
                "{\"sessionId\":\"s1\",\"message\":\"  \"}",
                "{\"sessionId\":\"s1\",\"message\":7}",
                "{\"sessionId\":\"\",\"message\":\"hello\"}",
                "{\"sessionId\":\"a\\u0000b\",\"message\":\"hello\"}",
                "{\"sessionId\":\"s1\",\"message\":\"hello\",\"agent\":{}}"
            })
    void answers400ToAMalformedBody(String body) throws Exception {
        problem(ask(body), 400, "malformed-request");
        nothingHappened();
    }

    @Test
    void answers413ToABodyAboveTheBoundDeclaredOrNot() throws Exception {
        // The bound is 100,000 bytes in tests.
        String fits = "{\"sessionId\":\"s1\",\"message\":\"" + "a".repeat(99_000) + "\"}";
        String large = "{\"sessionId\":\"s1\",\"message\":\"" + "a".repeat(100_000) + "\"}";
        problem(ask(large), 413, "too-large");
        var alice = as(fakes.issuer.token("alice"));
        problem(alice.callChunked("POST", CHAT, large), 413, "too-large");
        problem(alice.callWaiting("POST", CHAT, large), 413, "too-large");
        nothingHappened();
        fakes.metering.respond(exchange -> exchange.answer(402, "{}"));
        problem(ask(fits), 402, "insufficient-credits");
        problem(alice.callWaiting("POST", CHAT, fits), 402, "insufficient-credits");
    }

    @Test
    void answers400ToABodyThatDoesNotArriveInTimeAndClosesTheConnection() throws Exception {
        // 2 s in tests.
        try (RawCall slow = new RawCall(edge, CHAT, fakes.issuer.token("alice"), 99_000)) {
            slow.send("{\"sessionId\"");
            String answer = slow.untilClosed();
            assertThat(answer).startsWith("HTTP/1.1 400").contains("did not arrive within");
        }
        nothingHappened();
    }

    @Test
    void answers503WhereAllBodiesTogetherTakeTooMuch() throws Exception {
        // 250,000 bytes in tests, and a declared length counts at once.
        fakes.metering.respond(exchange -> exchange.answer(402, "{}"));
        String token = fakes.issuer.token("alice");
        try (RawCall first = new RawCall(edge, CHAT, token, 99_000);
                RawCall second = new RawCall(edge, CHAT, token, 99_000)) {
            first.send("{");
            second.send("{");
            await(() -> held() == 198_000);
            String large = "{\"sessionId\":\"s1\",\"message\":\"" + "a".repeat(80_000) + "\"}";
            HttpResponse<String> answer = ask(large);
            problem(answer, 503, "overloaded");
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            problem(ask(QUESTION), 402, "insufficient-credits");
        }
        await(() -> held() == 0);
    }

    private static double held() {
        return Metrics.globalRegistry.get("weir.edge.bodies.held").gauge().value();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void answers415ToAnythingButJson() throws Exception {
        problem(ask(QUESTION, "Content-Type", "text/plain"), 415, "unsupported-media-type");
        nothingHappened();
    }

    @Test
    void answers405WithTheRightMethods() throws Exception {
        HttpResponse<String> answer = as(null).call("PUT", CHAT, "{}");
        problem(answer, 405, "method-not-allowed");
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, POST");
        problem(as(null).call("PUT", "/api/streams/x", "{}"), 405, "method-not-allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/nothing", "/v1/nothing", "/nothing", "/api/streams"})
    void answers404ToUnknownPaths(String path) throws Exception {
        problem(as(fakes.issuer.token("alice")).call("GET", path, null), 404, "not-found");
    }

    @Test
    void answers404ToAnUnknownAgentAnd403ToOneThatTheCallerMayNotUse() throws Exception {
        problem(ask("{\"sessionId\":\"s1\",\"message\":\"hello\",\"agent\":\"nobody\"}"), 404, "not-found");
        problem(ask("{\"sessionId\":\"s1\",\"message\":\"hello\",\"agent\":\"secret\"}"), 403, "forbidden");
        nothingHappened();
    }

    @ParameterizedTest
    @CsvSource({
        "402, 402, insufficient-credits",
        "409, 409, idempotency-key-reused",
        "429, 429, too-many-streams",
        "404, 404, not-found",
        "500, 503, metering-unavailable",
        "503, 503, metering-unavailable"
    })
    void passesARefusalOfMeteringOn(int status, int seen, String slug) throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(status, "{\"detail\":\"internal\"}"));

        // When
        HttpResponse<String> answer = ask(QUESTION);

        // Then
        problem(answer, seen, slug);
        assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(seen == 429 || seen == 503);
        assertThat(answer.body()).doesNotContain("internal");
        assertThat(fakes.gateway.seen("")).isEmpty();
    }

    @Test
    void saysInsufficientCreditsInTheWordsOfTheContract() throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(402, "{}"));
        assertThat(problem(ask(QUESTION), 402, "insufficient-credits").getString("error"))
                .isEqualTo("Insufficient credits");
    }

    @Test
    void answers503WhenMeteringIsAway() throws Exception {
        fakes.metering.down();
        try {
            HttpResponse<String> answer = ask(QUESTION);
            problem(answer, 503, "metering-unavailable");
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
        } finally {
            fakes.metering.up();
        }
    }

    @Test
    void answers429ToAnAccountThatStartsTooFastBeforeAnyCreditIsTouched() throws Exception {
        // 400 at once in tests.
        fakes.metering.respond(exchange -> exchange.answer(402, "{}"));
        var hasty = as(fakes.issuer.token("hasty"));
        HttpResponse<String> answer = hasty.call("POST", CHAT, QUESTION);
        int starts = 1;

        // When
        while (answer.statusCode() == 402 && starts < 5000) {
            answer = hasty.call("POST", CHAT, QUESTION);
            starts++;
        }

        // Then
        problem(answer, 429, "rate-limited");
        assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
        assertThat(starts).isGreaterThan(400);
        assertThat(fakes.metering.seen("POST /v1/holds")).hasSize(starts - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "tab\tbed"})
    void answers400ToAnUnusableKey(String key) throws Exception {
        problem(ask(QUESTION, "Idempotency-Key", key), 400, "malformed-request");
        nothingHappened();
    }

    @Test
    void answers400ToAKeyThatIsTooLong() throws Exception {
        problem(ask(QUESTION, "Idempotency-Key", "k".repeat(201)), 400, "malformed-request");
        nothingHappened();
    }

    @Test
    void givesOpenAiClientsTheirErrorObject() throws Exception {
        HttpResponse<String> answer = as(null).call("POST", "/v1/responses", "{}");
        assertThat(problem(answer, 401, "unauthenticated")
                        .getJsonObject("error")
                        .getString("type"))
                .isEqualTo("authentication_error");
    }

    @Test
    void keepsTheConnectionUsableAfterALargeBodyThatNobodyRead() throws Exception {
        String large = "{\"sessionId\":\"s1\",\"message\":\"" + "a".repeat(3_000_000) + "\"}";
        var caller = as(null);
        for (int i = 0; i < 3; i++) {
            problem(caller.call("POST", CHAT, large), 401, "unauthenticated");
            assertThat(caller.call("GET", "/api/config", null).statusCode()).isEqualTo(200);
        }
    }
}
