package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real {@code kill -9} of each service while streams run. */
class FaultsTest {
    private final Stack stack = Stack.shared();
    private final User user = stack.newUser("survivor", "1");
    private final String session = Stack.fresh("session");

    @BeforeEach
    @AfterEach
    void everythingRuns() {
        stack.restoreAll();
        stack.assertAuditClean();
    }

    @Test
    void meteringDeadForTwentySeconds() throws InterruptedException {
        String question = "Outlast the outage. [[tokens=240 rate=40]]";
        try (LiveStream live = user.chat(session, question).awaitFrames(5)) {
            stack.kill(Service.METERING);

            var refused = user.post("/api/chat/stream", "{\"sessionId\":\"s\",\"message\":\"hello\"}");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();

            live.awaitEnd();
            assertThat(Dialects.tokens(live.frames())).isEqualTo(stack.agentsAnswerTo(question));
            Thread.sleep(Duration.ofSeconds(10)); // with the stream's own six seconds and the refusal: about 20 s
            stack.restart(Service.METERING);

            JsonNode receipt = user.settledReceipt(live.streamId());
            assertThat(receipt.path("endReason").asText()).isEqualTo("completed");
            assertThat(1_000_000 - user.balanceMicro())
                    .isEqualTo(receipt.path("chargeMicro").asLong())
                    .isPositive();
        }
    }

    @Test
    void theRelayMidStream() {
        String question = "The second tab heals. [[tokens=900 rate=30]]";
        try (var follower = follow();
                LiveStream live = user.chat(session, question).awaitFrames(20)) {
            stack.kill(Service.RELAY);
            stack.restart(Service.RELAY);
            live.awaitEnd();

            String answer = stack.agentsAnswerTo(question);
            assertThat(live.broken()).isFalse();
            assertThat(Dialects.tokens(live.frames())).isEqualTo(answer);
            follower.awaitEvent("end");
            assertThat(byOffset(follower.events("token"))).isEqualTo(answer);
            assertThat(user.settledReceipt(live.streamId()).path("endReason").asText())
                    .isEqualTo("completed");
        }
    }

    @Test
    void theEdgeMidStream() {
        String question = "Through another edge. [[tokens=300 rate=30]]";
        LiveStream live = user.chat(session, question).awaitFrames(20);
        stack.kill(Service.EDGE);
        live.awaitEnd();
        List<SseFrame> seen = live.frames();
        stack.restart(Service.EDGE);

        try (LiveStream rest =
                user.resume(live.streamId(), seen.getLast().offset()).awaitEnd()) {
            assertThat(Dialects.tokens(seen) + Dialects.tokens(rest.frames()))
                    .isEqualTo(stack.agentsAnswerTo(question));
            assertThat(Dialects.tokenEnd(rest.frames())).isEqualTo("[DONE]");
        }
    }

    @Test
    void theGatewayMidStream() {
        String question = "Orphaned. [[tokens=900 rate=20]]";
        try (var follower = follow();
                LiveStream live = user.chat(session, question).awaitFrames(150)) {
            stack.kill(Service.GATEWAY);
            stack.restart(Service.GATEWAY);

            live.awaitEnd(Duration.ofMinutes(2));
            assertThat(Dialects.tokenEnd(live.frames())).isEqualTo("orphaned");
            follower.awaitEvent("error");
            assertThat(follower.events("error").getFirst().path("reason").asText())
                    .isEqualTo("orphaned");
            JsonNode receipt = user.settledReceipt(live.streamId());
            assertThat(receipt.path("endReason").asText()).isEqualTo("orphaned");
            assertThat(receipt.path("tokens").path("output").asLong()).isPositive();
            assertThat(1_000_000 - user.balanceMicro())
                    .isEqualTo(receipt.path("chargeMicro").asLong());
        }
    }

    @Test
    void theGatewayBetweenClaimAndFirstDelta() {
        String question = "Never answered. [[stall_after=0 stall=80s tokens=50]]";
        try (var follower = follow();
                LiveStream live = user.chat(session, question)) {
            follower.awaitEvent("message"); // the log is open: the gateway has claimed the stream
            stack.kill(Service.GATEWAY);
            stack.restart(Service.GATEWAY);

            live.awaitEnd(Duration.ofMinutes(2));
            assertThat(Dialects.tokens(live.frames())).isEmpty();
            assertThat(Dialects.tokenEnd(live.frames())).isEqualTo("orphaned");
            follower.awaitEvent("error");
            assertThat(follower.events("error").getFirst().path("reason").asText())
                    .isEqualTo("orphaned");
            assertThat(follower.events("token")).isEmpty();
            JsonNode receipt = user.settledReceipt(live.streamId());
            assertThat(receipt.path("endReason").asText()).isEqualTo("orphaned");
            assertThat(receipt.path("tokens").path("output").asLong()).isZero();
            long charge = receipt.path("chargeMicro").asLong();
            long input = receipt.path("tokens").path("input").asLong();
            assertThat(charge).as("the prompt at most").isEqualTo(Math.ceilDiv(input * 500, 1000));
            assertThat(1_000_000 - user.balanceMicro()).isEqualTo(charge);
        }
    }

    /** The second tab. */
    private NodeClients.Follower follow() {
        return NodeClients.follow(
                        stack.edge().toString(), stack.realtimeKey(), user.token(), "session:" + session, "2.0.0")
                .awaitStatus("SUBSCRIBED");
    }

    /** What a client shows that follows the rule: skip what it has, let a snapshot replace the text. */
    private static String byOffset(List<JsonNode> tokens) {
        StringBuilder text = new StringBuilder();
        long last = 0;
        for (JsonNode token : tokens) {
            long offset = token.path("offset").asLong();
            if (offset <= last) {
                continue;
            }
            if (token.path("snapshot").asBoolean()) {
                text.setLength(0);
            }
            text.append(token.path("text").asText());
            last = offset;
        }
        return text.toString();
    }
}
