package io.weir.streams.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.streams.json.JsonSlices.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A JSON library is the oracle. */
class JsonSlicesPropertyTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonSlices slices = new JsonSlices("a", "b", "delta");

    @Property(tries = 300, seed = "20261120")
    void findsWhatALibraryFinds(@ForAll("objects") Map<String, Object> object) throws Exception {
        String json = JSON.writeValueAsString(object);

        assertThat(slices.scan(utf8(json))).isEqualTo(Outcome.OBJECT);
        JsonNode tree = JSON.readTree(json);
        for (int i = 0; i < 3; i++) {
            JsonNode member = tree.get(List.of("a", "b", "delta").get(i));
            ByteBuf raw = slices.raw(i);
            if (member == null) {
                assertThat(raw.isReadable()).isFalse();
            } else {
                assertThat(JSON.readTree(raw.toString(StandardCharsets.UTF_8)).toString())
                        .isEqualTo(member.toString());
                if (member.isTextual()) {
                    assertThat(slices.string(i, "-")).isEqualTo(member.textValue());
                }
            }
        }
    }

    @Property(tries = 1000, seed = "20261120")
    void judgesDamagedJsonAsALibraryDoes(
            @ForAll("objects") Map<String, Object> object, @ForAll int where, @ForAll("damage") char what)
            throws Exception {
        var damaged = new StringBuilder(JSON.writeValueAsString(object));
        damaged.setCharAt(Math.floorMod(where, damaged.length()), what);
        String json = damaged.toString();

        assertThat(slices.scan(utf8(json))).as(json).isEqualTo(library(json));
    }

    @Property(tries = 1000, seed = "20261120")
    void judgesAnyPunctuationAsALibraryDoes(@ForAll("punctuation") String json) {
        assertThat(slices.scan(utf8(json))).as(json).isEqualTo(library(json));
    }

    @Property(tries = 1000, seed = "20261120")
    void answersAnyBytes(@ForAll @Size(max = 100) byte[] bytes) {
        assertThat(slices.scan(Unpooled.wrappedBuffer(bytes))).isNotNull();
    }

    @Property(tries = 300, seed = "20261120")
    void escapesAsALibraryReads(@ForAll String text) throws Exception {
        ByteBuf out = Unpooled.buffer();
        JsonText.quoted(text, out);

        assertThat(JSON.readValue(out.toString(StandardCharsets.UTF_8), String.class))
                .isEqualTo(text);
        assertThat(JsonText.unescape(JsonText.escaped(text))).isEqualTo(text);
    }

    @Property(tries = 500, seed = "20261120")
    void writesNumbers(@ForAll long number) {
        ByteBuf out = Unpooled.buffer();
        JsonText.number(number, out);

        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(Long.toString(number));
    }

    @Provide
    Arbitrary<Map<String, Object>> objects() {
        return Arbitraries.maps(Arbitraries.of("a", "b", "delta", "x\"y", "é"), Arbitraries.lazy(() -> values(3)))
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<Character> damage() {
        return Arbitraries.of('"', '\\', '{', '}', '[', ']', ',', ':', ' ', '0', '9', '-', 'e', '.', 't', 'x', '\n');
    }

    @Provide
    Arbitrary<String> punctuation() {
        return Arbitraries.of("{", "}", "[", "]", "\"a\"", ":", ",", "1", "-0.5e+3", "true", "null", " ", "\\", "\"")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }

    private static Arbitrary<Object> values(int depth) {
        Arbitrary<Object> scalar = Arbitraries.oneOf(
                Arbitraries.of("a", "b", "\"", "\\", "\n", "\u0001", "é", "😀", "/")
                        .list()
                        .ofMaxSize(6)
                        .map(parts -> String.join("", parts)),
                Arbitraries.longs().map(v -> v),
                Arbitraries.of(true, false).map(v -> v),
                Arbitraries.of(0.5, -1e300, 1e-9).map(v -> v));
        if (depth == 0) {
            return scalar;
        }
        Arbitrary<Object> inner = Arbitraries.lazy(() -> values(depth - 1));
        return Arbitraries.oneOf(
                scalar,
                inner.list().ofMaxSize(3).map(v -> v),
                Arbitraries.maps(Arbitraries.of("a", "delta", "z"), inner)
                        .ofMaxSize(3)
                        .map(v -> v));
    }

    private static Outcome library(String json) {
        try {
            @Nullable JsonNode tree = JSON.readTree(json);
            if (tree == null || tree.isMissingNode()) {
                return Outcome.MALFORMED;
            }
            return tree.isObject() ? Outcome.OBJECT : Outcome.OTHER;
        } catch (JsonProcessingException e) {
            return Outcome.MALFORMED;
        }
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
