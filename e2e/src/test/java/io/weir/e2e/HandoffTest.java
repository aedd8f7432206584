package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An edge that hands off, and an ordinary HTTP client that follows it to the gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandoffTest {
    private final Stack stack = Stack.shared();
    private final User user = stack.newUser("handed-off", "1");
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.ALWAYS)
            .build();
    private final SecondEdge edge = stack.secondEdge(Map.of("WEIR_EDGE_DELIVERY", "handoff"));
    private final User away = new User(edge.url(), user.name(), user.token());

    @AfterAll
    void stopTheEdge() {
        client.close();
        edge.close();
    }

    private LiveStream ask(String session, String question) throws IOException, InterruptedException {
        HttpRequest request = away.postRequest(
                        "/api/chat/stream", Json.write(Map.of("sessionId", session, "message", question)))
                .build();
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        assertThat(response.uri().getPort())
                .as("answered by the gateway")
                .isEqualTo(stack.gateway().getPort());
        assertThat(response.previousResponse().orElseThrow().statusCode()).isEqualTo(307);
        return new LiveStream(response);
    }

    @Test
    void followsTheRedirectAndResumesThroughTheEdge() throws Exception {
        String session = Stack.fresh("session");
        String question = "Straight from the gateway. [[tokens=150 rate=40]]";
        LiveStream first = ask(session, question).awaitFrames(10);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
        first.close();
        List<SseFrame> seen = first.frames();

        try (LiveStream rest =
                away.resume(first.streamId(), seen.getLast().offset()).awaitEnd()) {
            assertThat(Dialects.tokens(seen) + Dialects.tokens(rest.frames()))
                    .isEqualTo(stack.agentsAnswerTo(question));
            assertThat(Dialects.tokenEnd(rest.frames())).isEqualTo("[DONE]");
        }
        JsonNode receipt = user.settledReceipt(first.streamId());
        assertThat(receipt.path("endReason").asText()).isEqualTo("completed");
        assertThat(receipt.path("chargeMicro").asLong()).isPositive();
        stack.assertAuditClean();
    }

    private NodeClients.Follower follow(User who, String topic) {
        return NodeClients.follow(edge.url().toString(), stack.realtimeKey(), who.token(), topic, "2.0.0")
                .awaitStatus("SUBSCRIBED");
    }

    private static String text(NodeClients.Follower follower) {
        return follower.events("token").stream()
                .map(token -> token.path("text").asText())
                .collect(Collectors.joining());
    }

    @Test
    void isSeenWholeByTwoViewersWhileItsReaderLeavesAndResumes() throws Exception {
        String session = Stack.fresh("session");
        User friend = stack.newUser("friend", "0");
        try (var own = follow(away, "session:" + session)) {
            String question = "For all to see. [[tokens=200 rate=60]]";
            LiveStream first = ask(session, question).awaitFrames(10);
            first.close();
            user.share(session, friend, "view");
            try (var other = follow(friend, "session:" + session + "@" + user.name())) {
                LiveStream second = away.resume(first.streamId(), 0).awaitFrames(30);
                second.close();
                List<SseFrame> seen = second.frames();
                try (LiveStream rest =
                        away.resume(first.streamId(), seen.getLast().offset()).awaitEnd()) {
                    String whole = stack.agentsAnswerTo(question);
                    assertThat(Dialects.tokens(seen) + Dialects.tokens(rest.frames()))
                            .isEqualTo(whole);
                    own.awaitEvent("end");
                    other.awaitEvent("end");
                    assertThat(text(own)).isEqualTo(whole);
                    // Who joins in the middle begins with a snapshot of what was said before.
                    assertThat(text(other)).isEqualTo(whole);
                    for (var viewer : List.of(own, other)) {
                        assertThat(viewer.events("end")
                                        .getFirst()
                                        .path("reason")
                                        .asText())
                                .isEqualTo("completed");
                    }
                }
            }
        }
    }

    @Test
    void endsForReaderAndViewersAlikeWhenADeviceStopsIt() throws Exception {
        String session = Stack.fresh("session");
        try (var one = follow(away, "session:" + session);
                var two = follow(user, "session:" + session);
                LiveStream live =
                        ask(session, "On and on. [[tokens=900 rate=30]]").awaitFrames(5)) {
            assertThat(user.stop(live.streamId())).isEqualTo(202);

            live.awaitEnd();
            one.awaitEvent("end");
            two.awaitEvent("end");

            assertThat(Dialects.tokenEnd(live.frames())).isEqualTo("[DONE]");
            assertThat(text(one)).isEqualTo(Dialects.tokens(live.frames())).isEqualTo(text(two));
            for (var viewer : List.of(one, two)) {
                assertThat(viewer.events("end").getFirst().path("reason").asText())
                        .isEqualTo("cancelled");
            }
        }
    }

    @Test
    void stopsThroughTheEdge() throws Exception {
        try (LiveStream live =
                ask(Stack.fresh("session"), "On and on. [[tokens=900 rate=30]]").awaitFrames(5)) {
            assertThat(away.stop(live.streamId())).isEqualTo(202);

            live.awaitEnd();

            assertThat(Dialects.tokenEnd(live.frames())).isEqualTo("[DONE]");
            assertThat(user.settledReceipt(live.streamId()).path("endReason").asText())
                    .isEqualTo("cancelled");
        }
    }
}
