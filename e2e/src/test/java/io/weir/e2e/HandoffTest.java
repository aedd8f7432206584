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
