package io.weir.streams.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Deltas.Place;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import io.weir.streams.run.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Function calls in chat.completions. */
class ToolCallsTest {
    private static final String OUTPUT = """
            [{"type":"reasoning","id":"rs_1"},
             {"type":"message","content":[{"type":"output_text","text":"Let me \\"see\\""}]},
             {"type":"function_call","call_id":"c1","name":"f","arguments":"{\\"a\\":1}"},
             {"type":"function_call","call_id":"c2","name":"g","arguments":"{}"}]""";

    private final Run.Terminal terminal = terminal(OUTPUT);

    @Test
    void cameWholeBeforeTheEndOfAStream() throws IOException {
        // When
        ByteBuf out = Unpooled.buffer();
        Renderer.of(Dialect.CHAT_COMPLETIONS, Framing.NDJSON, Samples.STREAM, "m")
                .render(terminal, out);
        // Then
        String[] lines = Samples.utf8(out).split("\n", -1);
        JsonNode calls = read(lines[0]).at("/choices/0/delta/tool_calls");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(1).path("index").asInt()).isEqualTo(1);
        assertThat(calls.get(0).at("/function/arguments").asText()).isEqualTo("{\"a\":1}");
        assertThat(read(lines[1]).at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    }

    private static Run.Event added(long offset, int outputIndex, String item) {
        String json =
                "{\"type\":\"response.output_item.added\",\"output_index\":" + outputIndex + ",\"item\":" + item + "}";
        return new Run.Event(offset, EventTypes.ITEM_ADDED, Samples.utf8(json), 0);
    }

    private static Run.Event called(long offset, int outputIndex, String id, String name) {
        return added(
                offset,
                outputIndex,
                "{\"type\":\"function_call\",\"id\":\"fc_" + id + "\",\"call_id\":\"" + id + "\",\"name\":\"" + name
                        + "\",\"arguments\":\"\"}");
    }

    private static Run arguments(long offset, int outputIndex, String... pieces) {
        return Samples.deltas(offset, EventTypes.ARGUMENTS_DELTA, new Place("fc_x", outputIndex, -1), 0, pieces);
    }

    /** What a chat.completions client hears of calls, in order: each delta's {@code tool_calls}. */
    private static List<JsonNode> heard(List<Run> runs) throws IOException {
        ByteBuf out = Unpooled.buffer();
        var renderer = Renderer.of(Dialect.CHAT_COMPLETIONS, Framing.NDJSON, Samples.STREAM, "m");
        runs.forEach(run -> renderer.render(run, out));
        List<JsonNode> all = new ArrayList<>();
        for (String line : Samples.utf8(out).split("\n", -1)) {
            if (!line.isEmpty()) {
                read(line).at("/choices/0/delta/tool_calls").forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void comePieceByPieceToWhoSeesTheStreamFromItsBeginning() throws IOException {
        // Given two calls behind a thought and a message; the second call's arguments begin before the first's have
        // ended
        List<Run> runs = List.of(
                Samples.json().created(1, 0),
                added(2, 0, "{\"type\":\"reasoning\",\"id\":\"rs_1\"}"),
                added(3, 1, "{\"type\":\"message\",\"id\":\"msg_1\"}"),
                called(4, 2, "c1", "f"),
                arguments(5, 2, "{\"a\"", ":"),
                called(7, 3, "c2", "g"),
                arguments(8, 3, "{}"),
                arguments(9, 2, "1}"),
                terminal);
        // When
        List<JsonNode> heard = heard(runs);
        // Then ids and names come once, and every piece as it came
        assertThat(heard).extracting(call -> call.path("index").asInt()).containsExactly(0, 0, 1, 1, 0);
        assertThat(heard).extracting(call -> call.path("id").asText("-")).containsExactly("c1", "-", "c2", "-", "-");
        assertThat(heard)
                .extracting(call -> call.at("/function/name").asText("-"))
                .containsExactly("f", "-", "g", "-", "-");
        assertThat(heard)
                .extracting(call -> call.at("/function/arguments").asText())
                .containsExactly("", "{\"a\":", "", "{}", "1}");
    }

    @Test
    void comeWholeToWhoHasResumed() throws IOException {
        List<JsonNode> heard = heard(List.of(arguments(5, 2, "{\"a\"", ":"), called(7, 3, "c2", "g"), terminal));
        assertThat(heard).extracting(call -> call.path("id").asText()).containsExactly("c1", "c2");
        assertThat(heard).extracting(call -> call.path("index").asInt()).containsExactly(0, 1);
        assertThat(heard.getFirst().at("/function/arguments").asText()).isEqualTo("{\"a\":1}");
    }

    @Test
    void areCompletedAtTheEndWhereTheAgentDidNotSayThemInPieces() throws IOException {
        // The first call's item without pieces, and of the second nothing before the end
        List<JsonNode> heard = heard(List.of(Samples.json().created(1, 0), called(4, 2, "c1", "f"), terminal));
        assertThat(heard).extracting(call -> call.path("id").asText("-")).containsExactly("c1", "-", "c2");
        assertThat(heard).extracting(call -> call.path("index").asInt()).containsExactly(0, 0, 1);
        assertThat(heard.get(1).at("/function/arguments").asText()).isEqualTo("{\"a\":1}");
    }

    @Test
    void arePartOfAWholeCompletion() throws IOException {
        // When
        JsonNode whole = read(Samples.utf8(WholeAnswer.chatCompletion(Samples.STREAM, "m", terminal)));
        // Then
        JsonNode choice = whole.at("/choices/0");
        assertThat(choice.at("/message/content").asText()).isEqualTo("Let me \"see\"");
        assertThat(choice.at("/message/tool_calls/0/id").asText()).isEqualTo("c1");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    }

    @Test
    void leaveNoContentBehindWhereNothingWasSaid() throws IOException {
        // Given
        Run.Terminal silent =
                terminal("[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}]");
        // When
        JsonNode whole = read(Samples.utf8(WholeAnswer.chatCompletion(Samples.STREAM, "m", silent)));
        // Then
        assertThat(whole.at("/choices/0/message/content").isNull()).isTrue();
    }

    private static Run.Terminal terminal(String output) {
        return new ResponseJson(Samples.STREAM, "m")
                .terminal(
                        9, EndReason.COMPLETED, Totals.counted(1, 2), UsageSource.AGENT, Samples.utf8(output), null, 0);
    }

    private static JsonNode read(String json) throws IOException {
        return new ObjectMapper().readTree(json);
    }
}
