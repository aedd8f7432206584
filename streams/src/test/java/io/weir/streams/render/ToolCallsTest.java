package io.weir.streams.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import io.weir.streams.run.Samples;
import java.io.IOException;
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
