package io.weir.streams.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonSlices.Kind;
import io.weir.streams.json.JsonSlices.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSlicesTest {
    private final JsonSlices slices = new JsonSlices("delta", "n", "o");

    @Test
    void findsMembersBetweenOthers() {
        var outcome = slices.scan(utf8("""
                 { "x" : {"delta":"no","y":[1,{"n":2}]}, "delta" : "say \\"hi\\" \\u00e9 \\\\", "n":-12 , "o":{"a":[]} }"""));

        assertThat(outcome).isEqualTo(Outcome.OBJECT);
        assertThat(text(slices.text(0))).isEqualTo("say \\\"hi\\\" \\u00e9 \\\\");
        assertThat(slices.string(0, "")).isEqualTo("say \"hi\" é \\");
        assertThat(slices.number(1, 0)).isEqualTo(-12);
        assertThat(text(slices.raw(2))).isEqualTo("{\"a\":[]}");
    }

    @Test
    void knowsAbsentMembersAndOtherKinds() {
        slices.scan(utf8("{\"delta\":null,\"o\":true}"));

        assertThat(slices.kind(0)).isEqualTo(Kind.NULL);
        assertThat(slices.kind(1)).isEqualTo(Kind.ABSENT);
        assertThat(slices.kind(2)).isEqualTo(Kind.TRUE);
        assertThat(slices.text(0).readableBytes()).isZero();
        assertThat(slices.raw(1).readableBytes()).isZero();
        assertThat(slices.number(0, 5)).isEqualTo(5);
    }

    @Test
    void countsTheSecondOfTwoAndReadsEscapedNames() {
        slices.scan(utf8("{\"delta\":\"a\",\"d\\u0065lta\":\"b\"}"));

        assertThat(text(slices.text(0))).isEqualTo("b");
    }

    @Test
    void scansABufferThatDoesNotBeginAtZeroOrHasNoArray() {
        ByteBuf offset = utf8("xx{\"n\":3}yy").slice(2, 7);
        offset.readerIndex(0);
        assertThat(slices.scan(offset)).isEqualTo(Outcome.OBJECT);
        assertThat(slices.number(1, 0)).isEqualTo(3);

        ByteBuf moved = utf8("xx{\"n\":4}").skipBytes(2);
        assertThat(slices.scan(moved.asReadOnly())).isEqualTo(Outcome.OBJECT);
        assertThat(slices.number(1, 0)).isEqualTo(4);
        assertThat(text(slices.raw(1))).isEqualTo("4");
        assertThat(moved.readerIndex()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1e3", "9223372036854775808", "99999999999999999999"})
    void givesNoNumberThatDoesNotFit(String number) {
        assertThat(slices.scan(utf8("{\"n\":" + number + "}"))).isEqualTo(Outcome.OBJECT);
        assertThat(slices.number(1, -1)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[1,2]", "3", "\"a\"", "null", " [ {} ] "})
    void tellsOtherJson(String json) {
        assertThat(slices.scan(utf8(json))).isEqualTo(Outcome.OTHER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":[1,]}",
                "{\"a\":[}]}",
                "{\"a\":{]}",
                "{\"a\":\"x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":+1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":tru}",
                "{\"a\":1}}",
                "{\"a\":1} x",
                "{a:1}",
                "{'a':1}",
                "[DONE]",
                "[1 2]",
                "{\"a\":{\"b\":1,}}",
                "{\"a\":{\"b\"}}"
            })
    void refusesWhatIsNoJson(String json) {
        assertThat(slices.scan(utf8(json))).isEqualTo(Outcome.MALFORMED);
        assertThat(slices.kind(0)).isEqualTo(Kind.ABSENT);
    }

    @Test
    void refusesBrokenUtf8() {
        byte[] json = "{\"delta\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        for (int bad : new int[] {0x80, 0xC0, 0xC3, 0xE2, 0xF0, 0xF5, 0xFF}) {
            json[10] = (byte) bad;
            assertThat(slices.scan(Unpooled.wrappedBuffer(json))).isEqualTo(Outcome.MALFORMED);
        }
        assertThat(slices.scan(utf8("{\"delta\":\"é € 😀\"}"))).isEqualTo(Outcome.OBJECT);
    }

    @Test
    void boundsTheDepth() {
        String deepest = "{\"a\":" + "[".repeat(JsonScan.MAX_DEPTH) + "]".repeat(JsonScan.MAX_DEPTH) + "}";
        String deeper = "{\"a\":" + "[".repeat(JsonScan.MAX_DEPTH + 1) + "]".repeat(JsonScan.MAX_DEPTH + 1) + "}";

        assertThat(slices.scan(utf8(deepest))).isEqualTo(Outcome.OBJECT);
        assertThat(slices.scan(utf8(deeper))).isEqualTo(Outcome.MALFORMED);
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.UTF_8);
    }
}
