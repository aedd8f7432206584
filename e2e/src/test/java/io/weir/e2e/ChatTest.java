package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The way of one answer, in the three dialects, and reading it again. */
class ChatTest {
    private final Stack stack = Stack.shared();
    private final User alice = stack.newUser("alice", "10");
    private final String session = Stack.fresh("session");

    @Test
    void streamsTokensBeforeTheAnswerIsComplete() {
        String question = "Why is the sky blue? [[tokens=120 rate=60]]";
        try (LiveStream live = alice.chat(session, question)) {
            live.awaitFrames(3);
            assertThat(live.ended()).isFalse();
            assertThat(live.status()).isEqualTo(200);
            assertThat(live.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
            assertThat(live.header("Cache-Control")).isEqualTo("no-cache, no-store, no-transform");
            assertThat(live.header("X-Accel-Buffering")).isEqualTo("no");

            live.awaitEnd();

            assertThat(Dialects.tokens(live.frames())).isEqualTo(stack.agentsAnswerTo(question));
            assertThat(Dialects.tokenEnd(live.frames())).isEqualTo("[DONE]");
            assertThat(live.frames().stream().filter(f -> f.data().equals("[DONE]")))
                    .hasSize(1);
        }
    }

    @Test
    void speaksTheChunkDialectOnBothOfItsPaths() {
        String question = "Tell me of rivers. [[tokens=40 rate=200]]";
        try (LiveStream live = alice.chatChunks(session, question).awaitEnd();
                LiveStream other = User.open(alice.postRequest(
                                        "/chats/" + session + "/messages", Json.write(Map.of("prompt", question + " ")))
                                .build())
                        .awaitEnd()) {
            assertThat(Dialects.chunks(live.frames())).isEqualTo(stack.agentsAnswerTo(question));
            assertThat(live.frames().getLast().json().path("type").asText()).isEqualTo("done");
            assertThat(Dialects.chunks(other.frames())).isEqualTo(stack.agentsAnswerTo(question + " "));
        }
    }

    @Test
    void speaksTheResponsesDialect() {
        String question = "What does a weir do? [[tokens=40 rate=200]]";
        try (LiveStream live = alice.respond(Map.of("model", "demo", "input", question, "stream", true))
                .awaitEnd()) {
            List<JsonNode> events = live.frames().stream()
                    .filter(f -> !f.data().equals("[DONE]"))
                    .map(SseFrame::json)
                    .toList();
            assertThat(events.getFirst().path("type").asText()).isEqualTo("response.created");
            assertThat(events.getLast().path("type").asText()).isEqualTo("response.completed");
            assertThat(events)
                    .extracting(e -> e.path("sequence_number").asLong())
                    .isSorted();
            assertThat(events.getLast().path("response").path("id").asText()).isEqualTo("resp_" + live.streamId());
            assertThat(events.getLast()
                            .path("response")
                            .path("usage")
                            .path("output_tokens")
                            .asLong())
                    .isPositive();
            assertThat(Dialects.responses(live.frames())).isEqualTo(stack.agentsAnswerTo(question));
        }
    }

    @Test
    void resumesFromEveryOffsetOfAFinishedStream() {
        String question = "Count the stones. [[tokens=30 rate=300]]";
        try (LiveStream live = alice.chat(session, question).awaitEnd()) {
            List<SseFrame> all = live.frames();
            String whole = Dialects.tokens(all);
            long end = all.getLast().offset();
            for (long after :
                    LongStream.rangeClosed(0, end - 1).filter(n -> n % 5 == 0).toArray()) {
                String seen = Dialects.tokens(all.stream()
                        .filter(f -> f.offset() <= after && f.offset() > 0)
                        .toList());
                try (LiveStream rest = alice.resume(live.streamId(), after).awaitEnd()) {
                    String text = Dialects.tokens(rest.frames());
                    assertThat(whole).as("resumed after %d", after).endsWith(text);
                    // A frame may stand for several offsets; who resumes between two frames has less than it says.
                    if (after == 0 || all.stream().anyMatch(frame -> frame.offset() == after)) {
                        assertThat(seen + text).as("resumed after %d", after).isEqualTo(whole);
                    } else {
                        assertThat(seen.length() + text.length()).isLessThanOrEqualTo(whole.length());
                    }
                }
            }
            assertThat(User.send(alice.request("/api/streams/" + live.streamId() + "?after=" + end)
                                    .GET()
                                    .build())
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void continuesWithoutTheBrowserAndIsResumableWhileOpen() {
        String question = "A long walk along the bank. [[tokens=150 rate=60]]";
        LiveStream first = alice.chat(session, question).awaitFrames(10);
        first.close();
        List<SseFrame> seen = first.frames();
        long last = seen.getLast().offset();

        try (LiveStream rest = alice.resume(first.streamId(), last).awaitEnd()) {
            assertThat(Dialects.tokens(seen) + Dialects.tokens(rest.frames()))
                    .isEqualTo(stack.agentsAnswerTo(question));
            assertThat(Dialects.tokenEnd(rest.frames())).isEqualTo("[DONE]");
        }
        assertThat(alice.settledReceipt(first.streamId()).path("endReason").asText())
                .isEqualTo("completed");
    }

    @Test
    void stopsFromAnyDeviceAndBillsWhatWasProduced() {
        try (LiveStream live =
                alice.chat(session, "Go on and on. [[tokens=600 rate=50]]").awaitFrames(5)) {
            assertThat(alice.stop(live.streamId())).isEqualTo(202);
            live.awaitEnd();
            assertThat(Dialects.tokenEnd(live.frames())).isEqualTo("[DONE]");

            JsonNode receipt = alice.settledReceipt(live.streamId());
            assertThat(receipt.path("endReason").asText()).isEqualTo("cancelled");
            assertThat(receipt.path("tokens").path("output").asLong())
                    .isPositive()
                    .isLessThan(300);
            assertThat(alice.stop(live.streamId())).isEqualTo(204);
        }
    }

    @Test
    void attachesASecondPostOfTheSameKeyToTheSameStream() {
        String body = Json.write(Map.of("sessionId", session, "message", "Once only. [[tokens=80 rate=60]]"));
        try (LiveStream first = User.open(alice.postRequest("/api/chat/stream", body)
                                .header("Idempotency-Key", "k-" + session)
                                .build())
                        .awaitFrames(3);
                LiveStream second = User.open(alice.postRequest("/api/chat/stream", body)
                        .header("Idempotency-Key", "k-" + session)
                        .build())) {
            first.awaitEnd();
            second.awaitEnd();
            assertThat(second.streamId()).isEqualTo(first.streamId());
            assertThat(Dialects.tokens(second.frames())).isEqualTo(Dialects.tokens(first.frames()));
        }
    }

    @Test
    void keepsQuestionAndAnswerInTheHistory() {
        String question = "Remember this. [[tokens=20 rate=200]]";
        try (LiveStream live = alice.chat(session, question).awaitEnd()) {
            JsonNode messages =
                    org.awaitility.Awaitility.await().until(() -> alice.messages(session), m -> m.size() == 2);
            assertThat(messages.get(0).path("role").asText()).isEqualTo("assistant");
            assertThat(messages.get(0).path("content").asText()).isEqualTo(Dialects.tokens(live.frames()));
            assertThat(messages.get(0).path("state").asText()).isEqualTo("completed");
            assertThat(messages.get(1).path("role").asText()).isEqualTo("user");
            assertThat(messages.get(1).path("content").asText()).isEqualTo(question);
        }
        assertThat(alice.get("/api/sessions").body()).contains(session);
    }
}
