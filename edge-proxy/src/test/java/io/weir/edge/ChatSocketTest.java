package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Script;
import io.weir.edge.fake.Talk;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /api/chat/ws}. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class ChatSocketTest {
    private static final String PATH = "/api/chat/ws";
    private static final String QUESTION =
            "{\"op\":\"send\",\"ref\":\"q1\",\"sessionId\":\"s1\",\"message\":\"hello\"}";
    private static final StreamId STREAM = StreamId.parse("0192f0c0-0000-7000-8000-000000000001");

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private Talk as(String account) throws Exception {
        return Talk.open(edge.resolve(PATH), "Authorization", "Bearer " + fakes.issuer.token(account));
    }

    private static List<String> types(List<JsonObject> messages) {
        return messages.stream()
                .map(message -> message.getJsonObject("event").getString("type"))
                .toList();
    }

    @Test
    void showsAnAnswerWithStreamAndOffset() throws Exception {
        try (Talk talk = as("alice")) {
            // When
            talk.say(QUESTION);
            Exchange opened = fakes.gateway.take("POST /v1/streams");
            var script = new Script(Fakes.streamOf(opened));
            opened.stream().send(script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED));

            // Then
            JsonObject started = talk.next();
            assertThat(started.getString("op")).isEqualTo("started");
            assertThat(started.getString("ref")).isEqualTo("q1");
            assertThat(started.getString("sessionId")).isEqualTo("s1");
            List<JsonObject> messages = talk.next(6);
            assertThat(messages).allSatisfy(message -> assertThat(message.getString("streamId"))
                    .isEqualTo(Fakes.streamOf(opened).toString())
                    .isEqualTo(started.getString("streamId")));
            assertThat(messages)
                    .extracting(message -> message.getLong("offset"))
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(types(messages))
                    .startsWith("response.created")
                    .contains("response.output_text.delta")
                    .endsWith("response.completed");
            assertThat(messages.get(4).getJsonObject("event").getString("delta"))
                    .isEqualTo("Hi");
        }
    }

    @Test
    void carriesSeveralAnswersSideBySide() throws Exception {
        try (Talk talk = as("alice")) {
            // Given: two answers of which the second speaks first
            talk.say(QUESTION);
            Exchange first = fakes.gateway.take("POST /v1/streams");
            talk.say(QUESTION.replace("q1", "q2").replace("hello", "and you?"));
            Exchange second = fakes.gateway.take("POST /v1/streams");
            var one = new Script(Fakes.streamOf(first));
            var two = new Script(Fakes.streamOf(second));

            // When
            second.stream().send(two.scaffold() + two.delta("two") + two.end(EndReason.COMPLETED));
            List<JsonObject> heard = new ArrayList<>(talk.next(8));
            first.stream().send(one.scaffold() + one.delta("one") + one.end(EndReason.COMPLETED));
            heard.addAll(talk.next(6));

            // Then
            assertThat(heard)
                    .filteredOn(message -> "started".equals(message.getString("op")))
                    .extracting(message -> message.getString("ref"))
                    .containsExactlyInAnyOrder("q1", "q2");
            assertThat(heard)
                    .filteredOn(message -> message.containsKey("event"))
                    .extracting(message -> message.getString("streamId"))
                    .startsWith(Fakes.streamOf(second).toString())
                    .endsWith(Fakes.streamOf(first).toString());
        }
    }

    @Test
    void resumesBehindAnOffsetAndGoesOnWhenTheRelayLosesTheConnection() throws Exception {
        var script = new Script(STREAM);
        script.scaffold();
        script.delta("one");
        fakes.relay.respond(exchange -> exchange.stream().send(script.after(4)));
        try (Talk talk = as("alice")) {
            talk.say("{\"op\":\"resume\",\"streamId\":\"" + STREAM + "\",\"after\":4}");
            Exchange first = fakes.relay.take("GET /v1/streams/" + STREAM + "/events?after=4");
            assertThat(first.header("Weir-Account")).isEqualTo("alice");
            assertThat(talk.next().getLong("offset")).isEqualTo(5);
            script.delta("two");
            script.end(EndReason.COMPLETED);
            fakes.relay.respond(_ -> {});

            // When
            first.kill();

            // Then
            fakes.relay.take("GET /v1/streams/" + STREAM + "/events?after=5").stream()
                    .send(script.after(5));
            assertThat(types(talk.next(2))).containsExactly("response.output_text.delta", "response.completed");
        }
    }

    @Test
    void saysThatNothingIsBehindTheEndOfAFinishedStream() throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(204));
        try (Talk talk = as("alice")) {
            talk.say("{\"op\":\"resume\",\"ref\":\"r\",\"streamId\":\"" + STREAM + "\",\"after\":7}");
            JsonObject answer = talk.next();
            assertThat(answer.getString("op")).isEqualTo("ended");
            assertThat(answer.getString("ref")).isEqualTo("r");
            assertThat(answer.getString("streamId")).isEqualTo(STREAM.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"400,400", "404,404", "403,404", "500,503"})
    void saysWhyAStreamCannotBeReadAndStaysOpen(int relay, int status) throws Exception {
        fakes.relay.respond(exchange -> exchange.answer(relay, "{\"detail\":\"secret\"}"));
        try (Talk talk = as("alice")) {
            for (int i = 0; i < 2; i++) {
                talk.say("{\"op\":\"resume\",\"streamId\":\"" + STREAM + "\"}");
                JsonObject answer = talk.next();
                assertThat(answer.getString("op")).isEqualTo("error");
                assertThat(answer.getString("streamId")).isEqualTo(STREAM.toString());
                assertThat(answer.getJsonObject("problem").getInteger("status")).isEqualTo(status);
                assertThat(answer.encode()).doesNotContain("secret");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true,stopping", "false,ended"})
    void stops(boolean open, String word) throws Exception {
        fakes.metering.respond(exchange -> exchange.answer(200, "{\"open\":" + open + "}"));
        try (Talk talk = as("alice")) {
            talk.say("{\"op\":\"stop\",\"ref\":\"s\",\"streamId\":\"" + STREAM + "\"}");
            assertThat(talk.next().getString("op")).isEqualTo(word);
            assertThat(fakes.metering
                            .take("POST /v1/holds/" + STREAM + "/cancel")
                            .uri())
                    .endsWith("/cancel");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nonsense|400",
                "[]|400",
                "{\"op\":\"sing\"}|400",
                "{\"op\":\"send\",\"message\":\"x\"}|400",
                "{\"op\":\"send\",\"sessionId\":\"s\",\"message\":\" \"}|400",
                "{\"op\":\"send\",\"sessionId\":\"s\",\"message\":\"x\",\"agent\":\"nobody\"}|404",
                "{\"op\":\"resume\",\"streamId\":\"x\"}|404",
                "{\"op\":\"resume\",\"streamId\":\"0192f0c0-0000-7000-8000-000000000001\",\"after\":-1}|400",
                "{\"op\":\"stop\"}|404"
            })
    void saysWhatIsWrongWithAMessageAndStaysOpen(String message, int status) throws Exception {
        try (Talk talk = as("alice")) {
            for (int i = 0; i < 2; i++) {
                talk.say(message);
                JsonObject answer = talk.next();
                assertThat(answer.getString("op")).isEqualTo("error");
                assertThat(answer.getJsonObject("problem").getInteger("status")).isEqualTo(status);
            }
            assertThat(fakes.metering.seen("POST")).isEmpty();
        }
    }

    @Test
    void saysThatThereIsNoCredit() throws Exception {
        fakes.metering.respond(exchange ->
                exchange.problem(402, "{\"type\":\"https://weir.dev/problems/insufficient-credits\",\"status\":402}"));
        try (Talk talk = as("alice")) {
            talk.say(QUESTION);
            JsonObject answer = talk.next();
            assertThat(answer.getString("op")).isEqualTo("error");
            assertThat(answer.getString("ref")).isEqualTo("q1");
            assertThat(answer.getJsonObject("problem").getString("error")).isEqualTo("Insufficient credits");
        }
    }

    @Test
    void givesTheHoldBackWhereTheGatewayRefuses() throws Exception {
        fakes.gateway.respond(exchange -> exchange.answer(503, "{}"));
        try (Talk talk = as("alice")) {
            talk.say(QUESTION);
            assertThat(talk.next().getString("op")).isEqualTo("started");
            JsonObject error = talk.next();
            assertThat(error.getString("op")).isEqualTo("error");
            assertThat(error.getJsonObject("problem").getInteger("status")).isEqualTo(503);
            assertThat(fakes.metering.take("POST /v1/holds/").uri()).endsWith("/release");
        }
    }

    @Test
    void showsASendThatIsRepeatedWithItsKeyFromTheLog() throws Exception {
        var script = new Script(STREAM);
        String all = script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED);
        fakes.metering.respond(exchange -> exchange.answer(200, Fakes.held(STREAM.toString())));
        fakes.relay.respond(exchange -> exchange.stream().send(all).end());
        try (Talk talk = as("alice")) {
            talk.say(QUESTION.replace("}", ",\"key\":\"k1\"}"));
            assertThat(talk.next().getString("streamId")).isEqualTo(STREAM.toString());
            assertThat(types(talk.next(6))).endsWith("response.completed");
            assertThat(fakes.gateway.seen("POST")).isEmpty();
            assertThat(fakes.metering.take("POST /v1/holds").json().getString("idempotencyKey"))
                    .isEqualTo("key-k1");
        }
    }

    @Test
    void showsNoMoreThanItMayAtATime() throws Exception {
        fakes.relay.respond(exchange -> exchange.stream().send(": nothing yet\n\n"));
        try (Talk talk = as("alice")) {
            // 4 in tests.
            for (int i = 0; i < 4; i++) {
                talk.say("{\"op\":\"resume\",\"streamId\":\"" + STREAM + "\"}");
                fakes.relay.take("GET /v1/streams");
            }
            talk.say("{\"op\":\"resume\",\"ref\":\"fifth\",\"streamId\":\"" + STREAM + "\"}");
            JsonObject answer = talk.next();
            assertThat(answer.getString("ref")).isEqualTo("fifth");
            assertThat(answer.getJsonObject("problem").getInteger("status")).isEqualTo(429);
        }
    }

    @Test
    void leavesItsStreamsAloneWhenItIsGone() throws Exception {
        Exchange opened;
        try (Talk talk = as("alice")) {
            talk.say(QUESTION);
            opened = fakes.gateway.take("POST /v1/streams").stream();
            talk.next();
        }
        opened.assertClosed();
        assertThat(fakes.metering.seen("POST /v1/holds/"))
                .as("nothing given back or stopped")
                .isEmpty();
    }

    @Test
    void takesTheTokenAsASubprotocol() throws Exception {
        String offer = "weir.bearer." + fakes.issuer.token("alice");
        try (Talk talk = Talk.openWith(edge.resolve(PATH), offer)) {
            assertThat(talk.subprotocol()).isEqualTo(offer);
            talk.say("{\"op\":\"sing\"}");
            assertThat(talk.next().getString("op")).isEqualTo("error");
        }
    }

    @Test
    void startsNothingOnceTheTokenHasExpired() throws Exception {
        String soon = fakes.issuer.token("alice", Map.of("roles", List.of("user")), Duration.ofSeconds(2));
        try (Talk talk = Talk.open(edge.resolve(PATH), "Authorization", "Bearer " + soon)) {
            fakes.gateway.respond(exchange -> exchange.answer(503, "{}"));
            int status = 503;
            while (status == 503) {
                talk.say(QUESTION);
                JsonObject answer = talk.next();
                while (!answer.containsKey("problem")) {
                    answer = talk.next();
                }
                status = answer.getJsonObject("problem").getInteger("status");
            }
            assertThat(status).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource({"'',401", "Bearer nonsense,401"})
    void refusesWithAnHttpProblemBeforeTheUpgrade(String credentials, int status) {
        String[] headers = credentials.isEmpty() ? new String[0] : new String[] {"Authorization", credentials};
        assertThatThrownBy(() -> Talk.open(edge.resolve(PATH), headers))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .cause()
                .satisfies(refused -> assertThat(((WebSocketHandshakeException) refused)
                                .getResponse()
                                .statusCode())
                        .isEqualTo(status));
    }

    @Test
    void closesASocketThatSendsMoreThanItMay() throws Exception {
        try (Talk talk = as("alice")) {
            talk.say("x".repeat(70_000));
            assertThat(talk.closed()).isEqualTo(1009);
        }
        try (Talk talk = as("alice")) {
            talk.sayBytes(new byte[] {1});
            assertThat(talk.closed()).isEqualTo(1008);
        }
    }
}
