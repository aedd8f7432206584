package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input gets a documented problem, leaks nothing and costs nothing. */
class BadInputTest {
    private static final String CHAT = "/api/chat/stream";
    private final Stack stack = Stack.shared();
    private final User user = stack.newUser("clumsy", "1");

    @AfterEach
    void nothingWasCharged() {
        assertThat(user.balanceMicro()).isEqualTo(1_000_000);
        stack.assertAuditClean();
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        var problem = Json.parse(response.body());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("type").asText()).endsWith("/" + type);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(response.body()).doesNotContain("Exception").doesNotContain("at io.");
    }

    private HttpRequest.Builder chatWith(String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(stack.edge().resolve(CHAT))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"sessionId\":\"s\",\"message\":\"hello\"}"));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    @Test
    void noToken() {
        assertProblem(User.send(chatWith("").build()), 401, "unauthenticated");
    }

    @Test
    void aForgedToken() {
        String forged = user.token().substring(0, user.token().lastIndexOf('.') + 1) + "AAAA";
        assertProblem(User.send(chatWith("Bearer " + forged).build()), 401, "unauthenticated");
        assertProblem(User.send(chatWith("Bearer nonsense").build()), 401, "unauthenticated");
    }

    @Test
    void anExpiredToken() {
        String expired = stack.expiredToken(user.name());
        assertProblem(User.send(chatWith("Bearer " + expired).build()), 401, "unauthenticated");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"sessionId":"s","message":
                    not json at all
                    []
                    {"message":"no session"}
                    {"sessionId":"s"}
                    {"sessionId":"","message":"empty session"}
                    {"sessionId":"s","message":""}
                    {"sessionId":7,"message":["x"]}
                    """)
    void malformedBodies(String body) {
        assertProblem(user.post(CHAT, body), 400, "malformed-request");
    }

    @Test
    void anUnknownAgent() {
        assertProblem(
                user.post(CHAT, "{\"sessionId\":\"s\",\"message\":\"hi\",\"agent\":\"nobody\"}"), 404, "not-found");
    }

    @Test
    void aBodyThatIsNoJson() {
        HttpResponse<String> response = User.send(user.request(CHAT)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("hello"))
                .build());
        assertProblem(response, 415, "unsupported-media-type");
    }

    @Test
    void anOversizedBody() {
        String message = "x".repeat(21 * 1024 * 1024);
        HttpResponse<String> response =
                User.send(user.postRequest(CHAT, Json.write(Map.of("sessionId", "s", "message", message)))
                        .expectContinue(true)
                        .build());
        assertProblem(response, 413, "too-large");
    }

    @Test
    void anUnknownStream() {
        String unknown = "0198c0de-0000-7000-8000-000000000000";
        assertProblem(user.get("/api/streams/" + unknown + "?after=0"), 404, "not-found");
        assertProblem(user.get("/api/streams/" + unknown + "/receipt"), 404, "not-found");
        assertThat(user.stop(unknown)).isEqualTo(404);
        assertThat(user.get("/api/streams/not-an-id").statusCode()).isIn(400, 404);
    }

    @Test
    void theStreamAndSessionOfAnother() {
        User owner = stack.newUser("owner", "1");
        String session = Stack.fresh("mine");
        try (LiveStream live =
                owner.chat(session, "Mine alone. [[tokens=40 rate=100]]").awaitFrames(3)) {
            assertProblem(user.get("/api/streams/" + live.streamId() + "?after=0"), 404, "not-found");
            assertProblem(user.get("/api/streams/" + live.streamId() + "/receipt"), 404, "not-found");
            assertThat(user.stop(live.streamId())).isEqualTo(404);
            live.awaitEnd();
            assertThat(Dialects.tokenEnd(live.frames())).isEqualTo("[DONE]");
            assertThat(user.messages(session)).isEmpty();
        }
    }

    @Test
    void aResumeOffsetThatIsNoNumberOrBeyondTheEnd() {
        User owner = stack.newUser("resumer", "1");
        try (LiveStream live =
                owner.chat(Stack.fresh("s"), "Short. [[tokens=10 rate=200]]").awaitEnd()) {
            assertProblem(owner.get("/api/streams/" + live.streamId() + "?after=ten"), 400, "malformed-request");
            assertProblem(owner.get("/api/streams/" + live.streamId() + "?after=-1"), 400, "malformed-request");
            try (LiveStream beyond = owner.resume(live.streamId(), 100_000).awaitEnd()) {
                assertThat(beyond.status()).isEqualTo(200);
                assertThat(Dialects.tokenEnd(beyond.frames())).isEqualTo("[DONE]");
            }
        }
    }

    @Test
    void aKeyReusedWithAnotherBody() {
        User owner = stack.newUser("keyed", "1");
        String key = Stack.fresh("key");
        try (LiveStream first = User.open(
                        owner.postRequest(CHAT, "{\"sessionId\":\"s\",\"message\":\"one [[tokens=10 rate=200]]\"}")
                                .header("Idempotency-Key", key)
                                .build())
                .awaitEnd()) {
            long charged =
                    owner.settledReceipt(first.streamId()).path("chargeMicro").asLong();
            HttpResponse<String> response =
                    User.send(owner.postRequest(CHAT, "{\"sessionId\":\"s\",\"message\":\"two\"}")
                            .header("Idempotency-Key", key)
                            .build());
            assertProblem(response, 409, "idempotency-key-reused");
            assertThat(owner.balanceMicro()).isEqualTo(1_000_000 - charged);
        }
    }

    @Test
    void aForgedAndAnExpiredTicket() {
        for (String ticket : new String[] {"not.a.ticket", Tickets.expired(user.name()), Tickets.forged(user.name())}) {
            HttpRequest request = HttpRequest.newBuilder(stack.gateway().resolve("/v1/streams"))
                    .header("Content-Type", "application/json")
                    .header("Weir-Ticket", ticket)
                    .POST(BodyPublishers.ofString("{\"input\":\"x\",\"stream\":true}"))
                    .build();
            assertProblem(User.send(request), 401, "unauthenticated");
        }
    }

    @Test
    void unknownPathsAndMethods() {
        assertThat(user.get("/api/nothing/here").statusCode()).isEqualTo(404);
        assertThat(User.send(user.request(CHAT).PUT(BodyPublishers.noBody()).build())
                        .statusCode())
                .isIn(404, 405);
    }
}
