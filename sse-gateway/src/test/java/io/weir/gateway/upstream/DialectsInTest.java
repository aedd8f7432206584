package io.weir.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.fakes.AgentBodies;
import io.weir.streams.sse.StreamFormatException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectsInTest {
    private static final Map<AgentDialect, String> ANSWERS = Map.of(
            AgentDialect.RESPONSES, AgentBodies.RESPONSES,
            AgentDialect.CHAT_COMPLETIONS, AgentBodies.CHAT,
            AgentDialect.ANTHROPIC, AgentBodies.ANTHROPIC,
            AgentDialect.TOKEN, AgentBodies.TOKEN,
            AgentDialect.CHUNK, AgentBodies.CHUNK,
            AgentDialect.NDJSON, AgentBodies.NDJSON);
    private static final Totals SEVEN_AND_NINE = new Totals(7, 2, 0, 9, 0);

    @ParameterizedTest
    @EnumSource(AgentDialect.class)
    void hearsTheSameWhereverTheBytesAreCut(AgentDialect dialect) {
        String body = answer(dialect);
        Heard whole = Heard.of(dialect, body);
        assertThat(whole.ending().reason()).isEqualTo(EndReason.COMPLETED);
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        for (int at = 1; at < length; at++) {
            Heard cut = Heard.cut(dialect, body, at);
            assertThat(cut.said).as("cut at %d", at).isEqualTo(whole.said);
            assertThat(cut.events).as("cut at %d", at).isEqualTo(whole.events);
            assertThat(cut.ending().totals())
                    .as("cut at %d", at)
                    .isEqualTo(whole.ending().totals());
        }
        assertThat(Heard.dripped(dialect, body).said).isEqualTo(whole.said);
    }

    /** The same as ending anywhere but at the end: nobody mistakes a broken answer for a whole one. */
    @ParameterizedTest
    @EnumSource(AgentDialect.class)
    void takesNoCutAnswerForAWholeOne(AgentDialect dialect) {
        String body = answer(dialect);
        String end = Map.of(
                        AgentDialect.RESPONSES,
                        "event: response.completed",
                        AgentDialect.ANTHROPIC,
                        "event: message_stop",
                        AgentDialect.CHAT_COMPLETIONS,
                        "\"finish_reason\":\"tool_calls\"",
                        AgentDialect.TOKEN,
                        "[DONE]",
                        AgentDialect.CHUNK,
                        "\"done\"",
                        AgentDialect.NDJSON,
                        "\"done\"")
                .get(dialect);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        int last = body.substring(0, body.indexOf(end)).getBytes(StandardCharsets.UTF_8).length;
        for (int at = 0; at < last; at++) {
            byte[] part = java.util.Arrays.copyOf(bytes, at);
            try {
                assertThat(Heard.of(dialect, part).end).as("ends at %d", at).isInstanceOf(AgentEnd.Lost.class);
            } catch (StreamFormatException e) {
                assertThat(dialect).as("only a line may be cut: at %d", at).isEqualTo(AgentDialect.NDJSON);
            }
        }
    }

    @Test
    void makesAnthropicBlocksOutputItems() {
        Heard heard = Heard.of(AgentDialect.ANTHROPIC, AgentBodies.ANTHROPIC);
        assertThat(heard.said)
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added!",
                        "response.reasoning_text.delta@0:Let me see.",
                        "content_block_delta",
                        "response.reasoning_text.done",
                        "response.output_item.done",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta@1:Grüße, wörld \ud83d\ude00\n",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.output_item.added!",
                        "response.function_call_arguments.delta@2:{\"city\":\"Ulm\"}",
                        "response.function_call_arguments.done",
                        "response.output_item.done");
        assertThat(heard.events.get(3)).contains("\"signature\":\"EqQB\"").contains("\"sequence_number\":4");
        assertThat(heard.events.getLast()).contains("\"call_id\":\"toolu_1\"").contains("{\\\"city\\\":\\\"Ulm\\\"}");
        assertThat(heard.model).isEqualTo("claude-x");
    }

    @Test
    void addsUpAnthropicUsageFromItsPieces() {
        Heard heard = Heard.of(AgentDialect.ANTHROPIC, AgentBodies.ANTHROPIC);
        assertThat(heard.ending().totals()).contains(new Totals(40, 5, 10, 89, 0));
    }

    @Test
    void doesNotBillAnthropicsPlaceholder() {
        String body = AgentBodies.ANTHROPIC.substring(0, AgentBodies.ANTHROPIC.indexOf("event: message_delta"))
                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
        AgentEnd.Said end = Heard.of(AgentDialect.ANTHROPIC, body).ending();
        assertThat(end.reason()).isEqualTo(EndReason.AGENT_ERROR);
        assertThat(end.totals()).isEmpty();
        assertThat(end.message()).contains("Overloaded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "model_context_window_exceeded"})
    void knowsWhenAnthropicWasCutShort(String reason) {
        String body =
                AgentBodies.ANTHROPIC.replace("\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"" + reason + "\"");
        assertThat(Heard.of(AgentDialect.ANTHROPIC, body).ending().reason()).isEqualTo(EndReason.MAX_OUTPUT_TOKENS);
    }

    @Test
    void passesUnknownAnthropicBlocksVerbatim() {
        String block =
                "{\"type\":\"content_block_start\",\"index\":3,\"content_block\":{\"type\":\"server_tool_use\",\"id\":\"s1\"}}";
        String body = AgentBodies.ANTHROPIC.replace(
                "event: message_stop",
                "data: " + block + "\n\ndata: {\"type\":\"content_block_stop\",\"index\":3}\n\n"
                        + "data: {\"type\":\"response.completed\"}\n\nevent: message_stop");
        Heard heard = Heard.of(AgentDialect.ANTHROPIC, body);
        assertThat(heard.said).endsWith("content_block_start!", "content_block_stop");
        assertThat(heard.events.get(heard.events.size() - 2)).contains("\"type\":\"server_tool_use\",\"id\":\"s1\"");
    }

    @ParameterizedTest
    @EnumSource(
            value = AgentDialect.class,
            names = {"TOKEN", "CHUNK", "NDJSON"})
    void buildsAWholeAnswerAroundPlainText(AgentDialect dialect) {
        Heard heard = Heard.of(dialect, answer(dialect));
        assertThat(heard.said)
                .containsExactly(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta@0:Grüße, wörld",
                        "tool",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done");
        assertThat(heard.events.get(4)).contains("\"q\":[1.50]").contains("\"sequence_number\":5");
        assertThat(heard.events.getLast()).contains("w\\u00f6rld");
        assertThat(heard.ending().totals()).contains(SEVEN_AND_NINE);
    }

    @Test
    void readsChatWithItsToolsAndItsUsageChunk() {
        Heard heard = Heard.of(AgentDialect.CHAT_COMPLETIONS, AgentBodies.CHAT);
        assertThat(heard.said)
                .contains(
                        "response.output_text.delta@0:Grüße, wörld",
                        "response.function_call_arguments.delta@1:{\"a\":1}");
        assertThat(heard.ending().totals()).contains(SEVEN_AND_NINE);
    }

    @Test
    void passesUnknownResponsesEventsVerbatim() {
        Heard heard = Heard.of(AgentDialect.RESPONSES, AgentBodies.RESPONSES);
        assertThat(heard.said).endsWith("response.brand_new");
        assertThat(heard.events.getLast()).contains("\"deep\":{\"n\":1.50}");
        assertThat(heard.ending().totals()).contains(SEVEN_AND_NINE);
    }

    @ParameterizedTest
    @EnumSource(AgentDialect.class)
    void hearsADialectThatNobodyConfigured(AgentDialect spoken) {
        if (spoken == AgentDialect.NDJSON) {
            return; // the media type tells lines from events
        }
        AgentDialect other = spoken == AgentDialect.RESPONSES ? AgentDialect.ANTHROPIC : AgentDialect.RESPONSES;
        assertThat(Heard.of(other, answer(spoken)).said).isEqualTo(Heard.of(spoken, answer(spoken)).said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"no luck\"}",
                "{\"error\":{\"message\":\"no luck\"}}",
                "{\"type\":\"error\",\"message\":\"no luck\",\"reason\":\"x\"}"
            })
    void takesErrorsOfPlainAgents(String error) {
        AgentEnd.Said end = Heard.of(AgentDialect.TOKEN, "data: {\"token\":\"a\"}\n\ndata: " + error + "\n\n")
                .ending();
        assertThat(end.reason()).isEqualTo(EndReason.AGENT_ERROR);
        assertThat(end.message()).isEqualTo(Optional.of("no luck"));
    }

    @Test
    void knowsWhenAPlainAgentWasCutShortAndSaysSoBeforeItIsDone() {
        String body = "data: {\"token\":\"a\"}\n\ndata: {\"reason\":\"length\",\"usage\":{\"input_tokens\":1,"
                + "\"output_tokens\":1}}\n\ndata: [DONE]\n\n";
        assertThat(Heard.of(AgentDialect.TOKEN, body).ending().reason()).isEqualTo(EndReason.MAX_OUTPUT_TOKENS);
    }

    @Test
    void knowsWhenAPlainAgentWasCutShort() {
        String body = "{\"type\":\"chunk\",\"text\":\"a\"}\n{\"type\":\"done\",\"reason\":\"length\"}\n";
        assertThat(Heard.of(AgentDialect.NDJSON, body).ending().reason()).isEqualTo(EndReason.MAX_OUTPUT_TOKENS);
    }

    @ParameterizedTest
    @EnumSource(AgentDialect.class)
    void takesZerosForNoFigures(AgentDialect dialect) {
        String zeros = answer(dialect).replaceAll("tokens\":[1-9][0-9]*", "tokens\":0");
        assertThat(Heard.of(dialect, zeros).ending().totals()).isEmpty();
    }

    @Test
    void takesPingsForNoProgress() {
        assertThat(Heard.of(AgentDialect.CHUNK, AgentBodies.CHUNK).progress).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(AgentDialect.class)
    void refusesAnEventThatIsTooLong(AgentDialect dialect) {
        String body = (dialect == AgentDialect.NDJSON ? "" : "data: ") + "{\"token\":\"" + "x".repeat(5000) + "\"}\n\n";
        assertThatThrownBy(() -> Heard.dripped(dialect, body)).isInstanceOf(StreamFormatException.class);
    }

    @Test
    void passesNothingInOurOwnNames() {
        Heard heard = Heard.of(AgentDialect.TOKEN, """
                data: {"token":"a"}

                data: {"type":"weir.usage","cost":0}

                data: {"type":"response.failed"}

                data: {"type":"a b"}

                data: [DONE]

                """);
        assertThat(heard.said)
                .isEqualTo(List.of(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta@0:a",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done"));
    }

    private static String answer(AgentDialect dialect) {
        String body = ANSWERS.get(dialect);
        if (body == null) {
            throw new AssertionError(dialect);
        }
        return body;
    }
}
