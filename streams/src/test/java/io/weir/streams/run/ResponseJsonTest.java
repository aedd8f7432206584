package io.weir.streams.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.contracts.event.EventTypes;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.json.JsonText;
import io.weir.streams.sse.StreamFormatException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseJsonTest {
    private static final String ID = "resp_019a9d3e-5c00-7000-8000-00000000002a";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"a","sequence_number":3,"x":1}     | {"type":"a","sequence_number":7,"x":1}
            {"type":"a","x":{"sequence_number":3}}     | {"type":"a","x":{"sequence_number":3},"sequence_number":7}
            {}                                         | {"sequence_number":7,"type":"a"}
            { "type" : "a" , "sequence_number" : -3 }  | { "type" : "a" , "sequence_number" : 7 }
            """)
    void numbersAnAgentsEvent(String agents, String ours) {
        assertThat(passthrough("a", agents)).isEqualTo(ours);
    }

    @Test
    void putsOurIdIntoAResponseAndKeepsTheRest() {
        assertThat(passthrough(
                        "a", "{\"type\":\"a\",\"response\":{\"id\":\"r\",\"x\":{\"id\":\"y\"}},\"sequence_number\":0}"))
                .isEqualTo("{\"type\":\"a\",\"response\":{\"id\":\"" + ID
                        + "\",\"x\":{\"id\":\"y\"}},\"sequence_number\":7}");
        assertThat(passthrough("a", "{\"type\":\"a\",\"response\":{}}"))
                .isEqualTo("{\"type\":\"a\",\"response\":{\"id\":\"" + ID + "\"},\"sequence_number\":7}");
    }

    @Test
    void addsWhatTypedClientsInsistOn() {
        assertThat(passthrough(EventTypes.TEXT_DONE, "{\"type\":\"" + EventTypes.TEXT_DONE + "\",\"text\":\"x\"}"))
                .endsWith("\"text\":\"x\",\"sequence_number\":7,\"logprobs\":[]}");
        assertThat(passthrough("a", "{\"type\":\"a\",\"part\":{\"type\":\"output_text\",\"text\":\"\"}}"))
                .isEqualTo(
                        "{\"type\":\"a\",\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[],\"logprobs\":[]},\"sequence_number\":7}");
        assertThat(
                        passthrough(
                                "a",
                                "{\"item\":{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"logprobs\":[1]},{\"type\":\"refusal\"}]}}"))
                .isEqualTo("{\"item\":{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"logprobs\":[1],"
                        + "\"annotations\":[]},{\"type\":\"refusal\"}]},\"sequence_number\":7,\"type\":\"a\"}");
    }

    @Test
    void addsTheSameToTheOutputOfATerminal() {
        Run.Terminal terminal = new ResponseJson(Samples.STREAM, "m")
                .terminal(
                        3,
                        EndReason.COMPLETED,
                        Totals.counted(1, 2),
                        UsageSource.AGENT,
                        Samples.utf8(
                                "[ {\"type\":\"reasoning\"}, {\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\"}]} ]"),
                        null,
                        0);
        assertThat(Samples.utf8(terminal.json()))
                .contains(
                        "\"output\":[{\"type\":\"reasoning\"},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\","
                                + "\"text\":\"a\",\"annotations\":[],\"logprobs\":[]}]}]");
    }

    @Test
    void putsSeveralLinesOnOne() {
        assertThat(passthrough("a", "{\n\"type\":\r\n\"a\"\n}"))
                .isEqualTo("{ \"type\":  \"a\" ,\"sequence_number\":7}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nevent: b", "ä", "a\"b"})
    void refusesATypeThatCannotStandOnAWire(String type) {
        assertThatThrownBy(() -> passthrough(type, "{}")).isInstanceOf(StreamFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "7"})
    void refusesWhatIsNoObject(String json) {
        assertThatThrownBy(() -> passthrough("a", json)).isInstanceOf(StreamFormatException.class);
    }

    @Test
    void gathersTheOutputOfALog() {
        var runs = List.<Run>of(
                new Run.Event(
                        1,
                        EventTypes.ITEM_DONE,
                        Samples.utf8("{\"output_index\":1,\"item\":{\"type\":\"function_call\"}}"),
                        0),
                Samples.deltas(2, EventTypes.TEXT_DELTA, new Deltas.Place("m0", 0, 0), 0, "a", "\"b"),
                Samples.deltas(4, EventTypes.TEXT_DELTA, new Deltas.Place("m0", 0, 0), 0, "c"));

        assertThat(Samples.utf8(ResponseJson.output(runs, EndReason.ORPHANED)))
                .isEqualTo(
                        "[{\"id\":\"m0\",\"type\":\"message\",\"status\":\"incomplete\",\"role\":\"assistant\",\"content\":"
                                + "[{\"type\":\"output_text\",\"text\":\"a\\\"bc\",\"annotations\":[],\"logprobs\":[]}]}"
                                + ",{\"type\":\"function_call\"}]");
        assertThat(Samples.utf8(ResponseJson.output(List.of(), EndReason.ORPHANED)))
                .isEqualTo("[]");
    }

    @Test
    void escapesWhatPeopleChose() {
        var place = new Deltas.Place("m\"\n", 0, 0);
        var json = Samples.utf8(new ResponseJson(Samples.STREAM, "mo\"del")
                .itemAdded(1, place, 0)
                .json());

        assertThat(json).contains("\"id\":\"m\\\"\\n\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "\"\\/\b\f\n\r\t\u0001\u007f",
                "é€😀\u2028",
                "\ud83d",
                "\ude00x",
                "x\ud83d\ude00\ud83d"
            })
    void escapesAndUnescapes(String text) {
        assertThat(JsonText.unescape(JsonText.escaped(text))).isEqualTo(text);
    }

    private static String passthrough(String type, String json) {
        return Samples.utf8(
                Samples.json().passthrough(7, type, Samples.utf8(json), 0).json());
    }
}
