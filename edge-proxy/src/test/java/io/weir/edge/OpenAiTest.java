package io.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.edge.fake.Browser;
import io.weir.edge.fake.Exchange;
import io.weir.edge.fake.FakeStack;
import io.weir.edge.fake.Fakes;
import io.weir.edge.fake.Reading;
import io.weir.edge.fake.Script;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rest of what OpenAI's SDKs call. */
@QuarkusTest
@QuarkusTestResource(FakeStack.class)
final class OpenAiTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";

    private final Fakes fakes = FakeStack.fakes();

    @TestHTTPResource("/")
    URI edge;

    @BeforeEach
    void reset() {
        fakes.reset();
    }

    private Browser alice() {
        return new Browser(edge, fakes.issuer.token("alice"));
    }

    private void answerHi(EndReason reason) {
        fakes.gateway.respond(exchange -> {
            var script = new Script(Fakes.streamOf(exchange));
            exchange.stream()
                    .send(script.scaffold() + script.delta("Hi ") + script.delta("there") + script.end(reason))
                    .end();
        });
    }

    @Test
    void streamsChunksAndHidesTheUsageFromWhoDidNotAsk() throws Exception {
        // Given
        answerHi(EndReason.COMPLETED);
        // When
        try (Reading reading = alice().read("POST", CHAT, "{\"stream\":true," + MESSAGES + "}")) {
            String all = reading.rest();
            // Then
            assertThat(reading.status()).isEqualTo(200);
            assertThat(all)
                    .contains("\"object\":\"chat.completion.chunk\"")
                    .contains("{\"content\":\"Hi ")
                    .contains("\"finish_reason\":\"stop\"")
                    .doesNotContain("prompt_tokens")
                    .endsWith("data: [DONE]\n" + Reading.END + "\n");
        }
    }

    @Test
    void showsTheUsageChunkToWhoAsks() throws Exception {
        // Given
        answerHi(EndReason.COMPLETED);
        String asked = "{\"stream\":true,\"stream_options\":{\"include_usage\":true}," + MESSAGES + "}";
        // When
        try (Reading reading = alice().read("POST", CHAT, asked)) {
            // Then
            assertThat(reading.until("prompt_tokens"))
                    .contains("\"choices\":[]")
                    .contains("\"prompt_tokens\":3");
            assertThat(reading.next()).contains("[DONE]");
        }
    }

    @Test
    void asksTheGatewayInTheWordsOfResponses() throws Exception {
        // Given
        answerHi(EndReason.COMPLETED);
        String asked = """
                {"model":"demo","stream":true,"max_tokens":9,"temperature":0.5,"reasoning_effort":"low",
                 "response_format":{"type":"text"},"tool_choice":{"type":"function","function":{"name":"f"}},
                 "tools":[{"type":"function","function":{"name":"f","parameters":{}}}],
                 "messages":[{"role":"system","content":"be brief"},
                   {"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"https://x/y"}}]},
                   {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
                   {"role":"tool","tool_call_id":"c1","content":"42"}]}
                """;
        // When
        alice().call("POST", CHAT, asked);
        // Then
        Exchange exchange = fakes.gateway.take("POST /v1/streams");
        assertThat(exchange.json()).isEqualTo(new JsonObject("""
                {"model":"demo","temperature":0.5,"max_output_tokens":9,"reasoning":{"effort":"low"},"stream":true,
                 "text":{"format":{"type":"text"}},"tool_choice":{"type":"function","name":"f"},
                 "tools":[{"type":"function","name":"f","parameters":{}}],
                 "input":[{"type":"message","role":"system","content":"be brief"},
                   {"type":"message","role":"user","content":[{"type":"input_text","text":"look"},{"type":"input_image","image_url":"https://x/y"}]},
                   {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
                   {"type":"function_call_output","call_id":"c1","output":"42"}]}
                """));
        assertThat(Fakes.ticketOf(exchange).getJsonObject("weir").getInteger("maxOutputTokens"))
                .isEqualTo(9);
        assertThat(Fakes.ticketOf(exchange).getJsonObject("weir").getString("dialect"))
                .isEqualTo("chat_completions");
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED,stop", "CANCELLED,stop", "MAX_OUTPUT_TOKENS,length", "CREDITS_EXHAUSTED,length"})
    void givesAWholeCompletion(EndReason reason, String finish) throws Exception {
        // Given
        answerHi(reason);
        // When
        HttpResponse<String> answer = alice().call("POST", CHAT, "{" + MESSAGES + "}");
        // Then
        var body = new JsonObject(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(body.getString("object")).isEqualTo("chat.completion");
        var choice = body.getJsonArray("choices").getJsonObject(0);
        assertThat(choice.getString("finish_reason")).isEqualTo(finish);
        assertThat(choice.getJsonObject("message").getString("content")).isEqualTo("Hi there");
        assertThat(body.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(3);
    }

    @Test
    void givesAWholeResponse() throws Exception {
        // Given
        answerHi(EndReason.COMPLETED);
        // When
        HttpResponse<String> answer = alice().call("POST", "/v1/responses", "{\"input\":\"hello\"}");
        // Then
        var body = new JsonObject(answer.body());
        StreamId stream = Fakes.streamOf(fakes.gateway.take("POST /v1/streams"));
        assertThat(body.getString("id")).isEqualTo(stream.responseId());
        assertThat(body.getString("status")).isEqualTo("completed");
        assertThat(body.getJsonArray("output").encode())
                .contains("Hi there")
                .contains("\"annotations\":[]")
                .contains("\"logprobs\":[]");
    }

    @ParameterizedTest
    @CsvSource({"AGENT_ERROR,502", "MACHINE_LOST,502", "ORPHANED,503"})
    void saysThatAWholeAnswerFailedEvenAfterItsFirstWords(EndReason reason, int status) throws Exception {
        answerHi(reason);
        HttpResponse<String> answer = alice().call("POST", "/v1/responses", "{\"input\":\"hello\"}");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("weir-stream-id"))
                .hasValue(Fakes.streamOf(fakes.gateway.take("POST /v1/streams")).toString());
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("message"))
                .isNotBlank();
    }

    @Test
    void takesAWholeAnswerFromTheLogWhenTheGatewayIsLost() throws Exception {
        // Given
        fakes.gateway.respond(exchange -> {
            var script = new Script(Fakes.streamOf(exchange));
            exchange.stream().send(script.scaffold() + script.delta("Hi "));
            String rest = script.delta("again") + script.end(EndReason.COMPLETED);
            fakes.relay.respond(log -> log.stream().send(rest).end());
            exchange.kill();
        });
        // When
        HttpResponse<String> answer = alice().call("POST", CHAT, "{" + MESSAGES + "}");
        // Then
        assertThat(answer.body()).contains("\"content\":\"Hi again\"");
        assertThat(fakes.relay.take("GET /v1/streams/").uri()).endsWith("after=5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stream\":true}",
                "{\"messages\":[]}",
                "{\"messages\":\"hello\"}",
                "{\"messages\":[{\"role\":\"user\"}]}",
                "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"dance\"}]}]}",
                "{\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"stream\":\"yes\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                "{\"max_tokens\":0,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
            })
    void answers400ToAMalformedRequest(String body) throws Exception {
        HttpResponse<String> answer = alice().call("POST", CHAT, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("type"))
                .isEqualTo("invalid_request_error");
        assertThat(fakes.metering.seen("POST /v1/holds")).isEmpty();
    }

    @Test
    void listsTheAgentsAsModels() throws Exception {
        HttpResponse<String> list = alice().call("GET", "/v1/models", null);
        HttpResponse<String> one = alice().call("GET", "/v1/models/demo", null);
        HttpResponse<String> none = alice().call("GET", "/v1/models/nobody", null);
        var demo = new JsonObject(one.body());
        assertThat(new JsonObject(list.body()).getJsonArray("data").contains(demo))
                .isTrue();
        assertThat(demo.getString("object")).isEqualTo("model");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(new Browser(edge, null).call("GET", "/v1/models", null).statusCode())
                .isEqualTo(401);
    }

    @Test
    void readsAResponseAgainBehindASequenceNumber() throws Exception {
        // Given
        StreamId stream = StreamId.next(InstantSource.system(), new Random());
        var script = new Script(stream);
        fakes.relay.respond(exchange -> exchange.with("Weir-Dialect", "token").stream()
                .send(script.scaffold() + script.delta("Hi") + script.end(EndReason.COMPLETED))
                .end());
        // When
        String path = "/v1/responses/" + stream.responseId() + "?stream=true&starting_after=";
        try (Reading reading = alice().read("GET", path + "3", null)) {
            // Then
            assertThat(reading.rest()).contains("response.completed");
            assertThat(fakes.relay.take("GET /v1/streams/").uri()).endsWith("after=3");
        }
        assertThat(alice().call("GET", path + "x", null).statusCode()).isEqualTo(400);
        assertThat(alice().call("GET", "/v1/responses/resp_x?stream=true", null).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"settling,in_progress", "settled,failed"})
    void readsAResponseAsItStands(String state, String status) throws Exception {
        // Given
        StreamId stream = StreamId.next(InstantSource.system(), new Random());
        var script = new Script(stream);
        fakes.metering.respond(exchange -> exchange.answer(
                200, new JsonObject().put("agent", "demo").put("state", state).encode()));
        fakes.relay.respond(exchange -> exchange.stream()
                .send(script.scaffold() + script.delta("Hi") + script.end(EndReason.MACHINE_LOST))
                .end());
        // When
        HttpResponse<String> answer = alice().call("GET", "/v1/responses/" + stream.responseId(), null);
        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("status")).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("id")).isEqualTo(stream.responseId());
    }

    @Test
    void cancelsAResponseAndShowsWhatIsLeft() throws Exception {
        // Given
        StreamId stream = StreamId.next(InstantSource.system(), new Random());
        var script = new Script(stream);
        fakes.metering.respond(exchange -> exchange.answer(
                200,
                new JsonObject()
                        .put("open", true)
                        .put("address", fakes.gateway.url())
                        .encode()));
        fakes.gateway.respond(exchange -> exchange.answer(202));
        fakes.relay.respond(exchange -> exchange.stream()
                .send(script.scaffold() + script.delta("Hi") + script.end(EndReason.CANCELLED))
                .end());
        // When
        HttpResponse<String> answer = alice().call("POST", "/v1/responses/" + stream.responseId() + "/cancel", "{}");
        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"reason\":\"cancelled\"").contains("Hi");
        assertThat(fakes.gateway.take("DELETE /v1/streams/").uri()).endsWith(stream.toString());
    }
}
