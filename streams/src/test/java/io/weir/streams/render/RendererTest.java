package io.weir.streams.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Golden;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import io.weir.streams.run.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RendererTest {
    static Stream<Arguments> table() {
        return Stream.of(Dialect.values())
                .flatMap(dialect -> Stream.of(Framing.values()).map(framing -> Arguments.of(dialect, framing)));
    }

    @ParameterizedTest
    @MethodSource("table")
    void rendersTheGoldenAnswer(Dialect dialect, Framing framing) {
        var renderer = renderer(dialect, framing);
        ByteBuf out = Unpooled.buffer();
        renderer.connected(out);
        for (Run run : Samples.answer(EndReason.COMPLETED)) {
            if (run instanceof Run.Terminal) {
                renderer.heartbeat(out);
                renderer.weir(EventTypes.WEIR_USAGE, ResponseJson.usage(Samples.TOTALS, 21_500, 9_978_500), out);
                renderer.weir(EventTypes.WEIR_TRUNCATED, ResponseJson.truncated(14), out);
                renderer.snapshot(snapshot(), out);
            }
            renderer.render(run, out);
        }

        Golden.check("answer-" + dialect.wire() + "." + extension(framing), Samples.utf8(out));
    }

    @ParameterizedTest
    @MethodSource("table")
    void rendersTheGoldenEndings(Dialect dialect, Framing framing) {
        var renderer = renderer(dialect, framing);
        var text = new StringBuilder();
        for (EndReason reason : EndReason.values()) {
            ByteBuf out = Unpooled.buffer();
            renderer.render(Samples.terminal(15, reason), out);
            text.append("# ").append(reason.wire()).append('\n').append(Samples.utf8(out));
        }
        text.append("# a problem before any stream\n");
        ByteBuf out = Unpooled.buffer();
        renderer.problem(ProblemType.GATEWAY_UNAVAILABLE, "Try again in a moment.", out);
        text.append(Samples.utf8(out));

        Golden.check("endings-" + dialect.wire() + "." + extension(framing), text.toString());
    }

    @ParameterizedTest
    @MethodSource("table")
    void writesTheSameForAResumedReader(Dialect dialect, Framing framing) {
        List<Run> answer = Samples.answer(EndReason.COMPLETED);
        for (int from = 0; from < answer.size(); from++) {
            ByteBuf fresh = Unpooled.buffer();
            ByteBuf resumed = Unpooled.buffer();
            var writer = renderer(dialect, framing);
            for (int i = 0; i < answer.size(); i++) {
                if (i == from) {
                    fresh.clear();
                }
                writer.render(answer.get(i), fresh);
            }
            var another = renderer(dialect, framing);
            answer.subList(from, answer.size()).forEach(run -> another.render(run, resumed));

            assertThat(Samples.utf8(resumed)).isEqualTo(Samples.utf8(fresh));
        }
    }

    @ParameterizedTest
    @MethodSource("table")
    void writesJsonThatALibraryReads(Dialect dialect, Framing framing) throws Exception {
        var renderer = renderer(dialect, framing);
        for (EndReason reason : EndReason.values()) {
            ByteBuf out = Unpooled.buffer();
            Samples.answer(reason).forEach(run -> renderer.render(run, out));
            assertThat(text(dialect, json(framing, Samples.utf8(out)))).isEqualTo(Samples.TEXT);
        }
    }

    @Test
    void showsTheAgentsOwnWordsWhenItFailed() {
        var terminal = Samples.json()
                .terminal(
                        3,
                        EndReason.AGENT_ERROR,
                        Samples.TOTALS,
                        UsageSource.AGENT,
                        ResponseJson.output(Samples.PLACE, Unpooled.EMPTY_BUFFER, EndReason.AGENT_ERROR),
                        "The model is \"busy\"",
                        9);
        ByteBuf out = Unpooled.buffer();
        renderer(Dialect.TOKEN, Framing.SSE).render(terminal, out);

        assertThat(Samples.utf8(out))
                .isEqualTo("id: 3\ndata: {\"error\":\"The model is \\\"busy\\\"\",\"reason\":\"agent_error\"}\n\n");
    }

    @Test
    void addsAUsageChunkWhereAsked() {
        ByteBuf out = Unpooled.buffer();
        var renderer = Renderer.of(Dialect.CHAT_COMPLETIONS, Framing.SSE, Samples.STREAM, Samples.MODEL, true);
        Samples.answer(EndReason.COMPLETED).forEach(run -> renderer.render(run, out));

        Golden.check("answer-chat_completions-usage.sse", Samples.utf8(out));
    }

    @Test
    void namesStreamAndOffsetOfEveryEventOnASocket() throws Exception {
        ByteBuf out = Unpooled.buffer();
        var renderer = Renderer.ofSocket(Samples.STREAM);
        List<Run> answer = Samples.answer(EndReason.COMPLETED);
        renderer.connected(out);
        renderer.heartbeat(out);
        answer.forEach(run -> renderer.render(run, out));
        renderer.weir(EventTypes.WEIR_USAGE, ResponseJson.usage(Samples.TOTALS, 21_500, 9_978_500), out);

        List<JsonNode> lines = json(Framing.NDJSON, Samples.utf8(out));
        List<JsonNode> events = lines.subList(0, answer.size());
        assertThat(lines)
                .hasSize(answer.size() + 1)
                .allSatisfy(line -> assertThat(line.path("streamId").asText()).isEqualTo(Samples.STREAM.toString()));
        assertThat(events)
                .extracting(line -> line.path("offset").asLong())
                .isEqualTo(answer.stream().map(Run::last).toList());
        assertThat(text(
                        Dialect.RESPONSES,
                        events.stream().map(line -> line.path("event")).toList()))
                .isEqualTo(Samples.TEXT);
        assertThat(lines.getLast().has("offset")).isFalse();
        assertThat(lines.getLast().path("event").path("type").asText()).isEqualTo(EventTypes.WEIR_USAGE);
    }

    @Test
    void knowsItsNames() {
        for (Dialect dialect : Dialect.values()) {
            assertThat(Dialect.ofWire(dialect.wire())).contains(dialect);
        }
        for (Vocabulary vocabulary : Vocabulary.values()) {
            assertThat(Vocabulary.ofWire(vocabulary.wire())).contains(vocabulary);
        }
        assertThat(Dialect.ofWire("TOKEN")).isEmpty();
        assertThat(Vocabulary.ofWire("")).isEmpty();
        assertThat(Framing.ofAccept("application/x-ndjson, */*")).isEqualTo(Framing.NDJSON);
        assertThat(Framing.ofAccept("*/*")).isEqualTo(Framing.SSE);
    }

    private static Renderer renderer(Dialect dialect, Framing framing) {
        return Renderer.of(dialect, framing, Samples.STREAM, Samples.MODEL);
    }

    private static Deltas snapshot() {
        return Samples.deltas(1, EventTypes.TEXT_DELTA, Samples.PLACE, 0, "a", "b");
    }

    private static String extension(Framing framing) {
        return switch (framing) {
            case SSE -> "sse";
            case NDJSON -> "ndjson";
        };
    }

    private static List<JsonNode> json(Framing framing, String body) throws Exception {
        var mapper = new ObjectMapper();
        var all = new ArrayList<JsonNode>();
        for (String line : body.lines().toList()) {
            String prefix = framing == Framing.SSE ? "data: " : "{";
            if (line.startsWith(prefix) && !line.endsWith("[DONE]")) {
                all.add(mapper.readTree(framing == Framing.SSE ? line.substring(6) : line));
            }
        }
        return all;
    }

    /** What a person's client would show. */
    private static String text(Dialect dialect, List<JsonNode> events) {
        var text = new StringBuilder();
        for (JsonNode event : events) {
            text.append(
                    switch (dialect) {
                        case RESPONSES ->
                            event.path("type").asText().equals(EventTypes.TEXT_DELTA)
                                    ? event.path("delta").asText()
                                    : "";
                        case CHAT_COMPLETIONS ->
                            event.path("choices")
                                    .path(0)
                                    .path("delta")
                                    .path("content")
                                    .asText("");
                        case TOKEN -> event.path("token").asText("");
                        case CHUNK -> event.path("text").asText("");
                    });
        }
        return text.toString();
    }
}
