package io.weir.streams.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.sse.StreamFormatException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalTest {
    private final RunRecorder recorder = new RunRecorder();

    @Test
    void writesTheGoldenStream() {
        ByteBuf out = Unpooled.buffer();
        Samples.answer(EndReason.COMPLETED).forEach(run -> CanonicalWriter.write(run, out));
        CanonicalWriter.weir(EventTypes.WEIR_USAGE, ResponseJson.usage(Samples.TOTALS, 21_500, 9_978_500), out);
        CanonicalWriter.weir(EventTypes.WEIR_TRUNCATED, ResponseJson.truncated(11), out);
        CanonicalWriter.snapshot(Samples.deltas(1, EventTypes.TEXT_DELTA, Samples.PLACE, 0, "a", "b"), out);

        Golden.check("canonical.sse", Samples.utf8(out));
    }

    @Test
    void readsTheGoldenStream() {
        recorder.feed(Golden.read("canonical.sse"));

        assertThat(recorder.text()).isEqualTo(Samples.TEXT);
        assertThat(recorder.offsets()).containsExactly("1", "2", "3-4", "5", "6", "7", "8-11", "12", "13", "14", "15");
        assertThat(recorder.weirTypes()).containsExactly(EventTypes.WEIR_USAGE, EventTypes.WEIR_TRUNCATED);
        assertThat(recorder.snapshots()).containsExactly("1-2 ab");
    }

    @ParameterizedTest
    @EnumSource(EndReason.class)
    void keepsReasonTotalsAndSourceOfEveryEnd(EndReason reason) {
        var terminal = Samples.terminal(3, reason);
        ByteBuf out = Unpooled.buffer();
        CanonicalWriter.write(terminal, out);
        recorder.feed(Samples.utf8(out));

        var read = (Run.Terminal) recorder.runs().getFirst();
        assertThat(read.reason()).isEqualTo(reason);
        assertThat(read.totals()).isEqualTo(Samples.TOTALS);
        assertThat(read.usageSource()).isEqualTo(terminal.usageSource());
        assertThat(read.offset()).isEqualTo(3);
        assertThat(read.json()).isEqualTo(terminal.json());
    }

    @ParameterizedTest
    @EnumSource(EndReason.class)
    void writesSoundJson(EndReason reason) throws Exception {
        var mapper = new ObjectMapper();
        for (Run run : Samples.answer(reason)) {
            ByteBuf out = Unpooled.buffer();
            CanonicalWriter.json(run, out);
            JsonNode json = mapper.readTree(Samples.utf8(out));
            assertThat(json.get("sequence_number").asLong()).isEqualTo(run.last());
            assertThat(json.has("error")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: response.created\ndata: {}\n\n",
                "id: x\nevent: response.created\ndata: {}\n\n",
                "id: 0\nevent: response.created\ndata: {}\n\n",
                "id: 9999999999999999999\nevent: response.created\ndata: {}\n\n",
                "id: 1\nevent: response.created\ndata: {\n\n",
                "id: 1\nevent: response.created\ndata: []\n\n",
                "id: 1\ndata: {}\n\n",
                "id: 1\nevent: a b\ndata: {}\n\n",
                "id: 1\nevent: response.completed\ndata: {}\n\n",
                "id: 1\nevent: response.output_text.delta\ndata: nothing\n\n",
                "event: weir.usage\ndata: {]\n\n",
                "id: 3\nevent: response.output_text.delta\ndata: {\"item_id\":\"i\",\"output_index\":0,\"delta\":\"\",\"from\":4}\n\n",
                "id: 900000000000\nevent: response.output_text.delta\ndata: {\"item_id\":\"i\",\"output_index\":0,\"delta\":\"\",\"from\":1}\n\n",
            })
    void refusesWhatIsNoCanonicalEvent(String sse) {
        assertThatThrownBy(() -> recorder.feed(sse)).isInstanceOf(StreamFormatException.class);
        assertThat(recorder.runs()).isEmpty();
    }

    @Test
    void toleratesDone() {
        recorder.feed("data: [DONE]\n\n: x\n\n");

        assertThat(recorder.runs()).isEmpty();
    }

    @Test
    void takesADeltaWithoutPlaceAsAnEvent() {
        recorder.feed("id: 4\nevent: response.audio.delta\ndata: {\"delta\":\"AAAA\"}\n\n");

        assertThat(recorder.runs().getFirst()).isInstanceOf(Run.Event.class);
    }

    @Test
    void givesTheSamePlaceAgain() {
        recorder.feed(Golden.read("canonical.sse"));
        List<Deltas> texts = recorder.runs().stream()
                .filter(run -> run instanceof Deltas deltas && deltas.isText())
                .map(Deltas.class::cast)
                .toList();

        assertThat(texts.get(1).place()).isSameAs(texts.get(0).place());
    }

    @Test
    void readsAnAgentsOwnTerminal() {
        var said = TerminalJson.read(io.weir.contracts.stream.Terminal.INCOMPLETE, Samples.utf8("""
                        {"response":{"incomplete_details":{"reason":"content_filter"},"output":[{"a":1}],"usage":
                        {"input_tokens":5,"output_tokens":7,"input_tokens_details":{"cached_tokens":9},"total_tokens":12}}}"""));

        assertThat(said.reason()).isEqualTo(EndReason.MAX_OUTPUT_TOKENS);
        assertThat(said.totals()).contains(new Totals(5, 5, 0, 7, 0));
        assertThat(Samples.utf8(said.output())).isEqualTo("[{\"a\":1}]");
        assertThat(said.message()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "",
                "{\"input_tokens\":0,\"output_tokens\":0,\"total_tokens\":0}",
                "{\"input_tokens\":-4,\"output_tokens\":\"7\"}"
            })
    void takesMissingAndZeroUsageForNone(String usage) {
        assertThat(UsageJson.read(Samples.utf8(usage))).isEmpty();
    }

    @Test
    void readsTheUsageOfChatCompletionsAndBoundsIt() {
        assertThat(
                        UsageJson.read(
                                Samples.utf8(
                                        "{\"prompt_tokens\":3,\"completion_tokens\":9223372036854775807,\"completion_tokens_details\":{\"reasoning_tokens\":2}}")))
                .contains(new Totals(3, 0, 0, UsageJson.MAX_TOKENS, 2));
    }
}
