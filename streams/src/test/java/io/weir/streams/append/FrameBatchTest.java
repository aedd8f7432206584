package io.weir.streams.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.weir.streams.append.AppendFrame.Ack;
import io.weir.streams.append.AppendFrame.Cancel;
import io.weir.streams.run.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FrameBatchTest {
    private final AppendCodec codec = new AppendCodec(2 * FrameBatch.MAX_BYTES);
    private final List<ByteBuf> messages = new ArrayList<>();

    @Test
    void putsSmallFramesIntoOneMessage() {
        var batch = new FrameBatch(codec, true, messages::add);
        List<AppendFrame> sent = acks(1, 100);
        sent.forEach(batch::add);
        batch.end();
        batch.end();

        assertThat(messages).singleElement().satisfies(message -> assertThat(codec.decodeAll(message))
                .isEqualTo(sent));
    }

    @Test
    void givesEachFrameAMessageForAPeerThatTakesNoBatches() {
        var batch = new FrameBatch(codec, false, messages::add);
        List<AppendFrame> sent = acks(1, 5);
        sent.forEach(batch::add);
        batch.end();

        assertThat(messages.stream().map(codec::decode)).isEqualTo(sent);
    }

    @Test
    void keepsMessagesBelowTheBoundAndFramesInOrder() {
        var batch = new FrameBatch(codec, true, messages::add);
        List<AppendFrame> sent = new ArrayList<>(acks(1, 5_000));
        sent.add(new Cancel(Samples.STREAM, "x".repeat(FrameBatch.MAX_BYTES + 1)));
        sent.addAll(acks(5_001, 5_010));
        sent.forEach(batch::add);
        batch.end();

        assertThat(messages.stream().flatMap(message -> codec.decodeAll(message).stream()))
                .isEqualTo(sent);
        assertThat(messages)
                .filteredOn(message -> message.readableBytes() > FrameBatch.MAX_BYTES)
                .singleElement()
                .satisfies(message -> assertThat(codec.decode(message)).isInstanceOf(Cancel.class));
    }

    @Test
    void leavesOutOnlyAFrameThatIsTooLong() {
        var batch = new FrameBatch(codec, true, messages::add);
        var tooLong = new Cancel(Samples.STREAM, "x".repeat(2 * FrameBatch.MAX_BYTES));
        batch.add(new Ack(Samples.STREAM, 1));
        assertThatThrownBy(() -> batch.add(tooLong)).isInstanceOf(AppendFormatException.class);
        batch.add(new Ack(Samples.STREAM, 2));
        batch.end();

        assertThat(messages).singleElement().satisfies(message -> assertThat(codec.decodeAll(message))
                .isEqualTo(acks(1, 2)));
    }

    private static List<AppendFrame> acks(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .<AppendFrame>mapToObj(offset -> new Ack(Samples.STREAM, offset))
                .toList();
    }
}
