package io.weir.streams.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SseDecoderPropertyTest {
    @Property(tries = 1000, seed = "20261120")
    void decodesTheSameHoweverTheBytesAreSplit(
            @ForAll("streams") String stream, @ForAll List<@IntRange(min = 1, max = 9) Integer> sizes) {
        var whole = new SseRecorder();
        whole.feed(stream);

        var split = new SseRecorder();
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        for (int i = 0; at < bytes.length; i++) {
            int size = sizes.isEmpty() ? 1 : sizes.get(i % sizes.size());
            int to = Math.min(bytes.length, at + size);
            split.decoder().feed(Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, at, to)));
            at = to;
        }

        assertThat(split.seen()).isEqualTo(whole.seen());
    }

    @Property(tries = 1000, seed = "20261120")
    void doesNotCareWhichLineEndsAreUsed(@ForAll("blocks") List<String> blocks) {
        String stream = String.join("", blocks);
        var lineFeeds = new SseRecorder();
        lineFeeds.feed(stream);
        var returns = new SseRecorder();
        returns.feed(stream.replace('\n', '\r'));
        var both = new SseRecorder();
        both.feed(stream.replace("\n", "\r\n"));

        assertThat(returns.seen()).isEqualTo(lineFeeds.seen());
        assertThat(both.seen()).isEqualTo(lineFeeds.seen());
    }

    @Property(tries = 1000, seed = "20261120")
    void takesAnyBytesWithinItsBound(@ForAll @Size(max = 300) byte[] bytes) {
        var recorder = new SseRecorder(64);
        try {
            for (byte b : bytes) {
                recorder.decoder().feed(Unpooled.wrappedBuffer(new byte[] {b}));
            }
            recorder.decoder().end();
        } catch (StreamFormatException e) {
            assertThat(e.kind()).isEqualTo(StreamFormatException.Kind.BLOCK_TOO_LARGE);
        }
    }

    @Provide
    Arbitrary<List<String>> blocks() {
        Arbitrary<String> text = Arbitraries.of("a", "b", ":", " ", "\"", "{", "}", "é", "€", "😀", "\uFEFF")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
        Arbitrary<String> line = Combinators.combine(
                        Arbitraries.of("data:", "data: ", "event: ", "id: ", ":", "retry: ", "other: ", "data", "id"),
                        text)
                .as((name, value) -> name + value + "\n");
        return line.list()
                .ofMaxSize(5)
                .map(lines -> String.join("", lines) + "\n")
                .list()
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> streams() {
        return Combinators.combine(
                        Arbitraries.of("", "\uFEFF"),
                        blocks(),
                        Arbitraries.of("\n", "\r", "\r\n"),
                        Arbitraries.of("", "data: x"))
                .as((mark, blocks, lineEnd, rest) ->
                        mark + String.join("", blocks).replace("\n", lineEnd) + rest);
    }
}
