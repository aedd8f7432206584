package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clients, unmodified. */
class ClientsTest {
    private final Stack stack = Stack.shared();
    private final User alice = stack.newUser("follower", "10");
    private final String session = Stack.fresh("session");
    private final String edge = stack.edge().toString();

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "2.0.0"})
    void supabaseClientGetsEveryTokenOfASessionInOrder(String vsn) {
        String question = "Follow me. [[tokens=80 rate=80]]";
        try (var follower = NodeClients.follow(edge, stack.realtimeKey(), alice.token(), "session:" + session, vsn)) {
            follower.awaitStatus("SUBSCRIBED");
            try (LiveStream live = alice.chat(session, question).awaitEnd()) {
                follower.awaitEvent("end");
                List<JsonNode> tokens = follower.events("token");
                assertThat(tokens.stream().map(t -> t.path("text").asText()).collect(Collectors.joining()))
                        .isEqualTo(stack.agentsAnswerTo(question))
                        .isEqualTo(Dialects.tokens(live.frames()));
                assertThat(tokens)
                        .extracting(t -> t.path("offset").asLong())
                        .isSorted()
                        .doesNotHaveDuplicates();
                assertThat(tokens)
                        .allSatisfy(t -> assertThat(t.path("streamId").asText()).isEqualTo(live.streamId()));
                assertThat(follower.events("message").getFirst().path("content").asText())
                        .isEqualTo(question);
                assertThat(follower.events("end").getFirst().path("reason").asText())
                        .isEqualTo("completed");
            }
        }
    }

    @Test
    void aLateFollowerGetsTheTextSoFarAndThenTheRest() {
        String question = "Join late. [[tokens=600 rate=40]]";
        try (LiveStream live = alice.chat(session, question).awaitFrames(20);
                var follower =
                        NodeClients.follow(edge, stack.realtimeKey(), alice.token(), "session:" + session, "2.0.0")) {
            follower.awaitEvent("end");
            live.awaitEnd();
            assertThat(follower.events("token").stream()
                            .map(t -> t.path("text").asText())
                            .collect(Collectors.joining()))
                    .isEqualTo(stack.agentsAnswerTo(question));
        }
    }

    @Test
    void aStrangerCannotJoinTheSessionOfAnother() {
        User mallory = stack.newUser("mallory", "1");
        try (LiveStream live =
                        alice.chat(session, "Private. [[tokens=400 rate=40]]").awaitFrames(3);
                var stranger = NodeClients.follow(
                        edge,
                        stack.realtimeKey(),
                        mallory.token(),
                        "session:" + session + "@" + alice.name(),
                        "2.0.0");
                var same =
                        NodeClients.follow(edge, stack.realtimeKey(), mallory.token(), "session:" + session, "2.0.0")) {
            stranger.awaitStatus("CHANNEL_ERROR");
            same.awaitStatus("SUBSCRIBED");
            live.awaitEnd();
            assertThat(stranger.events("token")).isEmpty();
            assertThat(same.events("token")).isEmpty();
        }
    }

    @Test
    void aFollowerStopsTheStreamByBroadcast() {
        try (var follower = NodeClients.follow(edge, stack.realtimeKey(), alice.token(), "session:" + session, "2.0.0")
                        .awaitStatus("SUBSCRIBED");
                LiveStream live =
                        alice.chat(session, "Stop me. [[tokens=900 rate=50]]").awaitFrames(5)) {
            // Told of it, so known for who it is: a stock client sends its token only after its first join.
            follower.awaitEvent("token");
            follower.broadcast("cancel", Map.of("streamId", live.streamId()));
            live.awaitEnd();
            assertThat(alice.settledReceipt(live.streamId()).path("endReason").asText())
                    .isEqualTo("cancelled");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "2.0.0"})
    void theOwnersInputReachesTheGatewayAndAGuestsDoesNot(String vsn) {
        // Given a stream, its owner with and without replies, and somebody who may only look on
        User guest = stack.newUser("guest", "1");
        String topic = "session:" + session;
        alice.share(session, guest, "view");
        try (LiveStream live =
                        alice.chat(session, "Steer me. [[tokens=900 rate=50]]").awaitFrames(5);
                var owner =
                        NodeClients.follow(edge, stack.realtimeKey(), alice.token(), topic, vsn, "private", "silent");
                var asking = NodeClients.follow(edge, stack.realtimeKey(), alice.token(), topic, vsn);
                var onlooker =
                        NodeClients.follow(edge, stack.realtimeKey(), guest.token(), topic + "@" + alice.name(), vsn)) {
            // Told of it, so known for who they are: stock clients send their token only after their first join.
            owner.awaitStatus("SUBSCRIBED").awaitEvent("token");
            asking.awaitStatus("SUBSCRIBED").awaitEvent("token");
            onlooker.awaitStatus("SUBSCRIBED").awaitEvent("token");
            // When
            Map<String, String> steer = Map.of("streamId", live.streamId(), "text", "shorter");
            owner.broadcast("steer", steer);
            // Then the agent's gateway refuses it, and says why
            owner.awaitEvent("input_refused");
            JsonNode refusal = owner.events("input_refused").getFirst();
            assertThat(refusal.path("streamId").asText()).isEqualTo(live.streamId());
            assertThat(refusal.path("event").asText()).isEqualTo("steer");
            assertThat(refusal.path("reason").asText()).isEqualTo("input_not_supported");
            asking.broadcast("approve", Map.of("streamId", live.streamId(), "callId", "c1", "approved", true));
            asking.awaitResult("approve", "error");
            // And a guest's goes no further than the relay
            onlooker.broadcast("steer", steer);
            onlooker.awaitResult("steer", "error");
            assertThat(onlooker.events("input_refused")).isEmpty();
            assertThat(asking.events("steer")).isEmpty();
            // While the stream goes on until it is stopped
            assertThat(alice.stop(live.streamId())).isEqualTo(202);
            live.awaitEnd();
        }
    }

    @Test
    void theDocumentedTokenClientGetsTheExactText() {
        String question = "Written by hand. [[tokens=60 rate=100]]";
        JsonNode result = NodeClients.result("token-client.mjs", edge, alice.token(), session, question);
        assertThat(result.path("answer").asText()).isEqualTo(stack.agentsAnswerTo(question));
        assertThat(result.path("done").asBoolean()).isTrue();
    }

    @Test
    void theDocumentedChunkClientGetsTheExactText() {
        String question = "Written by hand, too. [[tokens=60 rate=100]]";
        JsonNode result = NodeClients.result("chunk-client.mjs", edge, alice.token(), session, question);
        assertThat(result.path("answer").asText()).isEqualTo(stack.agentsAnswerTo(question));
        assertThat(result.path("done").asBoolean()).isTrue();
    }

    @Test
    void theOpenAiPackageGetsTheExactText() {
        String question = "From the SDK. [[tokens=60 rate=100]]";
        JsonNode result = NodeClients.result("openai-client.mjs", edge, alice.token(), question);
        assertThat(result.path("answer").asText()).isEqualTo(stack.agentsAnswerTo(question));
        assertThat(result.path("last").asText()).isEqualTo("response.completed");
        assertThat(result.path("usage").path("output_tokens").asLong()).isPositive();
    }
}
