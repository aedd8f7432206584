package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two tool calls behind a message, said in pieces: every dialect in, and every dialect out that has words for them. Ids and
 * names come once, pieces as they came.
 */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class ToolCallsTest extends OneStream {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FIRST = "{\"city\":\"Ulm\"}";

    /** What a caller has put together of one call. */
    private static final class Call {
        private String id = "";
        private String name = "";
        private final List<String> pieces = new ArrayList<>();

        private String arguments() {
            return String.join("", pieces);
        }
    }

    /** Both halves of an answer; between them the agent pauses, so that they are read apart. */
    private static List<List<String>> said(String dialect) {
        return switch (dialect) {
            case "chat" ->
                List.of(
                        List.of(
                                chat("{\"role\":\"assistant\",\"content\":\"Look: \"}", "null"),
                                chat(
                                        "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                                        "null"),
                                chat(piece(0, "{\\\"city\\\""), "null")),
                        List.of(
                                chat(piece(0, ":\\\"Ulm\\\"}"), "null"),
                                chat(
                                        "{\"tool_calls\":[{\"index\":1,\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}",
                                        "null"),
                                chat("{}", "\"tool_calls\""),
                                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}}\n\n",
                                "data: [DONE]\n\n"));
            case "anthropic" ->
                List.of(
                        List.of(
                                event(
                                        "message_start",
                                        "\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}"),
                                event(
                                        "content_block_start",
                                        "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
                                event(
                                        "content_block_delta",
                                        "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Look: \"}"),
                                event("content_block_stop", "\"index\":0"),
                                event(
                                        "content_block_start",
                                        "\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{}}"),
                                event(
                                        "content_block_delta",
                                        "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\"\"}")),
                        List.of(
                                event(
                                        "content_block_delta",
                                        "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\":\\\"Ulm\\\"}\"}"),
                                event("content_block_stop", "\"index\":1"),
                                event(
                                        "content_block_start",
                                        "\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"g\",\"input\":{}}"),
                                event(
                                        "content_block_delta",
                                        "\"index\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
                                event("content_block_stop", "\"index\":2"),
                                event(
                                        "message_delta",
                                        "\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":4}"),
                                event("message_stop", "\"x\":0")));
            default ->
                List.of(
                        List.of(
                                event(
                                        "response.created",
                                        "\"response\":{\"id\":\"r\",\"status\":\"in_progress\",\"output\":[]}"),
                                event(
                                        "response.output_item.added",
                                        "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[],\"status\":\"in_progress\"}"),
                                event(
                                        "response.output_text.delta",
                                        "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"Look: \""),
                                event(
                                        "response.output_item.added",
                                        "\"output_index\":1,\"item\":" + item("c1", "f", "")),
                                event(
                                        "response.function_call_arguments.delta",
                                        "\"item_id\":\"fc_c1\",\"output_index\":1,\"delta\":\"{\\\"city\\\"\"")),
                        List.of(
                                event(
                                        "response.function_call_arguments.delta",
                                        "\"item_id\":\"fc_c1\",\"output_index\":1,\"delta\":\":\\\"Ulm\\\"}\""),
                                event(
                                        "response.function_call_arguments.done",
                                        "\"item_id\":\"fc_c1\",\"output_index\":1,\"arguments\":\"{\\\"city\\\":\\\"Ulm\\\"}\""),
                                event(
                                        "response.output_item.done",
                                        "\"output_index\":1,\"item\":" + item("c1", "f", "{\\\"city\\\":\\\"Ulm\\\"}")),
                                event(
                                        "response.output_item.added",
                                        "\"output_index\":2,\"item\":" + item("c2", "g", "")),
                                event(
                                        "response.function_call_arguments.delta",
                                        "\"item_id\":\"fc_c2\",\"output_index\":2,\"delta\":\"{}\""),
                                event(
                                        "response.output_item.done",
                                        "\"output_index\":2,\"item\":" + item("c2", "g", "{}")),
                                event(
                                        "response.completed",
                                        "\"response\":{\"id\":\"r\",\"status\":\"completed\",\"output\":["
                                                + item("c1", "f", "{\\\"city\\\":\\\"Ulm\\\"}") + ","
                                                + item("c2", "g", "{}")
                                                + "],\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}}"),
                                "data: [DONE]\n\n"));
        };
    }

    private static String chat(String delta, String finish) {
        return "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish
                + "}]}\n\n";
    }

    private static String piece(int index, String escaped) {
        return "{\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":\"" + escaped + "\"}}]}";
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
    }

    private static String item(String id, String name, String escaped) {
        return "{\"type\":\"function_call\",\"id\":\"fc_" + id + "\",\"call_id\":\"" + id + "\",\"name\":\"" + name
                + "\",\"arguments\":\"" + escaped + "\",\"status\":\"completed\"}";
    }

    private static void say(FakeAgent.Talk talk, String dialect) {
        List<List<String>> halves = said(dialect);
        talk.open().raw(String.join("", halves.getFirst()));
        talk.later(700, later -> later.raw(String.join("", halves.getLast())).end());
    }

    private SseCall ask(StreamId id, String agent, String dialect) {
        String body = dialect.equals("responses")
                ? "{\"model\":\"" + agent + "\",\"stream\":true,\"input\":\"hi\"}"
                : "{\"model\":\"" + agent + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        String ticket = Tickets.sign(Tickets.handedOff(id, agent, dialect, body));
        return SseCall.send(HttpRequest.newBuilder(URI.create(streams + "?ticket=" + ticket))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build())
                .awaitEnd();
    }

    private static List<JsonNode> events(SseCall call) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (String line : call.raw().lines().toList()) {
            if (line.startsWith("data: {")) {
                all.add(JSON.readTree(line.substring("data: ".length())));
            }
        }
        return all;
    }

    /** As an SDK puts chunks together; an id or a name that comes twice is in it twice. */
    private static Map<Integer, Call> ofChunks(List<JsonNode> chunks) {
        Map<Integer, Call> calls = new TreeMap<>();
        for (JsonNode chunk : chunks) {
            for (JsonNode part : chunk.at("/choices/0/delta/tool_calls")) {
                Call call = calls.computeIfAbsent(part.path("index").asInt(), _ -> new Call());
                call.id += part.path("id").asText("");
                call.name += part.at("/function/name").asText("");
                call.pieces.add(part.at("/function/arguments").asText(""));
            }
        }
        return calls;
    }

    private static Map<Integer, Call> ofEvents(List<JsonNode> events) {
        Map<Integer, Call> calls = new TreeMap<>();
        for (JsonNode event : events) {
            int index = event.path("output_index").asInt() - 1;
            String type = event.path("type").asText();
            if (type.equals("response.output_item.added")
                    && event.at("/item/type").asText().equals("function_call")) {
                Call call = calls.computeIfAbsent(index, _ -> new Call());
                call.id += event.at("/item/call_id").asText();
                call.name += event.at("/item/name").asText();
            } else if (type.equals("response.function_call_arguments.delta")) {
                calls.computeIfAbsent(index, _ -> new Call())
                        .pieces
                        .add(event.path("delta").asText());
            }
        }
        return calls;
    }

    @ParameterizedTest
    @CsvSource({
        "chat, responses",
        "chat, chat_completions",
        "anthropic, responses",
        "anthropic, chat_completions",
        "demo, responses",
        "demo, chat_completions"
    })
    void comeInPiecesThroughTheGateway(String agent, String out) throws IOException {
        world.agent().script(talk -> say(talk, agent));

        List<JsonNode> events = events(ask(stream, agent, out));

        Map<Integer, Call> calls = out.equals("responses") ? ofEvents(events) : ofChunks(events);
        assertThat(calls.keySet()).containsExactly(0, 1);
        Call first = List.copyOf(calls.values()).getFirst();
        Call second = List.copyOf(calls.values()).getLast();
        assertThat(List.of(first.id, first.name, second.id, second.name)).containsExactly("c1", "f", "c2", "g");
        assertThat(first.arguments()).isEqualTo(FIRST);
        assertThat(second.arguments()).isEqualTo("{}");
        assertThat(first.pieces.stream().filter(piece -> !piece.isEmpty())).containsExactly("{\"city\"", ":\"Ulm\"}");
        if (out.equals("chat_completions")) {
            assertThat(events.stream()
                            .map(chunk -> chunk.at("/choices/0/finish_reason").asText(""))
                            .filter(reason -> !reason.isEmpty() && !reason.equals("null")))
                    .containsExactly("tool_calls");
        }
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }
}
