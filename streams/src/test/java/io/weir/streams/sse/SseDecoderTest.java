package io.weir.streams.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseDecoderTest {
    private final SseRecorder recorder = new SseRecorder();

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void takesEveryLineEnd(String lineEnd) {
        recorder.feed("event: a" + lineEnd + "id: 7" + lineEnd + "data: x" + lineEnd + lineEnd);

        assertThat(recorder.seen()).containsExactly("a|7|x");
    }

    @Test
    void dispatchesAtALoneCarriageReturnWithoutWaiting() {
        recorder.feed("data: x\r\r");
        assertThat(recorder.seen()).containsExactly("null|null|x");

        recorder.feed("\ndata: y\r\n\r\n");
        assertThat(recorder.seen()).containsExactly("null|null|x", "null|null|y");
    }

    @Test
    void joinsDataLinesAndDropsOneSpace() {
        recorder.feed("data:a\ndata:  b\ndata\ndata: c\n\n");

        assertThat(recorder.seen()).containsExactly("null|null|a\n b\n\nc");
    }

    @Test
    void dispatchesEmptyDataButNoBlockWithoutData() {
        recorder.feed("data\n\nevent: lost\nid: 3\n\ndata: x\n\n");

        assertThat(recorder.seen()).containsExactly("null|null|", "null|3|x");
    }

    @Test
    void keepsTheLastIdAndForgetsAnEmptyOne() {
        recorder.feed("id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n");

        assertThat(recorder.seen()).containsExactly("null|1|a", "null|1|b", "null|1|c", "null|null|d");
    }

    @Test
    void tellsCommentsAndIgnoresWhatItDoesNotKnow() {
        recorder.feed(": hello\nretry: 10\nwhat: ever\nData: no\n\ndata: x\n\n");

        assertThat(recorder.seen()).containsExactly("comment", "null|null|x");
    }

    @Test
    void dropsOneByteOrderMarkOnlyAtTheBeginning() {
        recorder.feed("\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n");

        assertThat(recorder.seen()).containsExactly("null|null|a", "null|null|\uFEFFc");
    }

    @Test
    void keepsWhatOnlyLooksLikeAByteOrderMark() {
        recorder.decoder().feed(Unpooled.wrappedBuffer(new byte[] {(byte) 0xEF}));
        recorder.decoder().feed(Unpooled.wrappedBuffer(new byte[] {(byte) 0xBB, 'd'}));
        recorder.feed(": x\ndata: y\n\n");

        assertThat(recorder.seen()).containsExactly("null|null|y");
    }

    @Test
    void discardsAnUnfinishedBlockAtTheEnd() {
        recorder.feed("data: a\n\ndata: lost\n");
        recorder.decoder().end();
        recorder.feed("data: b\n\n");

        assertThat(recorder.seen()).containsExactly("null|null|a", "null|null|b");
    }

    @Test
    void givesSlicesOfTheChunkForLinesInsideIt() {
        byte[] chunk = "data: abc\n\n".getBytes(StandardCharsets.UTF_8);
        recorder.decoder().feed(Unpooled.wrappedBuffer(chunk));

        assertThat(recorder.lastData().array()).isSameAs(chunk);
    }

    @Test
    void givesTheSameTypeAgain() {
        recorder.feed("event: x.delta\ndata: 1\n\n");
        String first = recorder.lastType();
        recorder.feed("event: x.delta\ndata: 2\n\n");

        assertThat(recorder.lastType()).isSameAs(first);
    }

    @Test
    void boundsAnUnfinishedBlock() {
        var bounded = new SseRecorder(16);
        bounded.feed("data: 123456\n");
        bounded.feed("data: 7890");

        // 6 bytes of data and 10 of the unfinished line: exactly the bound
        assertThatThrownBy(() -> bounded.feed("x"))
                .isInstanceOfSatisfying(StreamFormatException.class, e -> assertThat(e.kind())
                        .isEqualTo(StreamFormatException.Kind.BLOCK_TOO_LARGE));
        assertThatThrownBy(() -> bounded.feed("data: z\n\n")).isInstanceOf(StreamFormatException.class);
        assertThat(bounded.seen()).isEmpty();
    }

    @Test
    void countsEveryBlockAnewAgainstTheBound() {
        var bounded = new SseRecorder(16);
        for (int i = 0; i < 100; i++) {
            bounded.feed("data: 123456\n\n: comment that is long\n\n");
        }

        assertThat(bounded.seen()).hasSize(200);
    }
}
