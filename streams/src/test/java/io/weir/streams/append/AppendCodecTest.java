package io.weir.streams.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.streams.append.AppendFrame.Append;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Golden;
import io.weir.streams.run.Samples;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AppendCodecTest {
    private static final StreamHeader HEADER = new StreamHeader(
            new TenantId("default"),
            new AccountId("alice"),
            new SessionId("s1"),
            "session:s1",
            "session",
            "token",
            new AgentName("demo"),
            "Wie geht's? 😀");

    private final AppendCodec codec = new AppendCodec(1 << 20);

    @Test
    void writesTheGoldenFrames() {
        var text = new StringBuilder();
        for (AppendFrame frame : frames()) {
            text.append("# ").append(frame.getClass().getSimpleName()).append('\n');
            text.append(ByteBufUtil.hexDump(encode(frame))).append('\n');
        }

        Golden.check("append-v1.hex", text.toString());
    }

    @Test
    void readsTheGoldenFrames() {
        List<AppendFrame> read = Golden.read("append-v1.hex")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> codec.decode(Unpooled.wrappedBuffer(HexFormat.of().parseHex(line))))
                .toList();

        assertThat(read).hasSize(frames().size());
        for (int i = 0; i < read.size(); i++) {
            assertThat(encode(read.get(i))).isEqualTo(encode(frames().get(i)));
            if (!(read.get(i) instanceof Append)) {
                assertThat(read.get(i)).isEqualTo(frames().get(i));
            }
        }
    }

    @Property(tries = 500, seed = "20261120")
    void roundTripsAnyRunOfDeltas(@ForAll("pieces") List<String> pieces, @ForAll @IntRange(min = 1) int first) {
        var sent = Samples.deltas(first, EventTypes.TEXT_DELTA, Samples.PLACE, 77, pieces.toArray(String[]::new));
        var frame = (Append) codec.decode(encode(new Append(Samples.STREAM, 3, sent)));
        var got = (Deltas) frame.run();

        assertThat(got.first()).isEqualTo(sent.first());
        assertThat(got.last()).isEqualTo(sent.last());
        assertThat(got.type()).isEqualTo(sent.type());
        assertThat(got.place()).isEqualTo(sent.place());
        assertThat(got.text()).isEqualTo(sent.text());
        assertThat(got.atMillis()).isEqualTo(77);
        assertThat(got.outputTokens()).isEqualTo(sent.outputTokens());
        for (int i = 0; i < sent.count(); i++) {
            assertThat(got.end(i)).isEqualTo(sent.end(i));
        }
    }

    @Property(tries = 2000, seed = "20261120")
    void answersAnyBytesWithAFrameOrATypedError(@ForAll @Size(max = 200) byte[] bytes) {
        decodeOrTypedError(bytes);
    }

    @Property(tries = 3000, seed = "20261120")
    void answersAnyDamageWithAFrameOrATypedError(
            @ForAll @IntRange(max = 15) int frame, @ForAll int where, @ForAll byte what, @ForAll boolean cut) {
        byte[] bytes = ByteBufUtil.getBytes(encode(frames().get(frame)));
        int at = Math.floorMod(where, bytes.length);
        bytes[at] = what;
        decodeOrTypedError(cut ? Arrays.copyOf(bytes, at) : bytes);
    }

    @Test
    void readsAllFramesOfAMessageOrNone() {
        ByteBuf message = Unpooled.buffer();
        frames().forEach(frame -> codec.encode(frame, message));

        List<AppendFrame> read = codec.decodeAll(message);

        assertThat(read).hasSameSizeAs(frames());
        for (int i = 0; i < read.size(); i++) {
            assertThat(encode(read.get(i))).isEqualTo(encode(frames().get(i)));
        }
        assertThatThrownBy(() -> codec.decodeAll(message.slice(0, message.readableBytes() - 1)))
                .isInstanceOf(AppendFormatException.class);
        assertThatThrownBy(() -> codec.decodeAll(Unpooled.EMPTY_BUFFER)).isInstanceOf(AppendFormatException.class);
        assertThatThrownBy(() -> codec.decode(message)).isInstanceOf(AppendFormatException.class);
    }

    @Test
    void boundsFramesBothWays() {
        AppendFrame frame = new AppendFrame.Cancel(Samples.STREAM, "x".repeat(50));
        int size = encode(frame).readableBytes();
        ByteBuf out = Unpooled.buffer();
        var exact = new AppendCodec(size);
        exact.encode(frame, out);
        assertThat(exact.decode(out)).isEqualTo(frame);

        var tooSmall = new AppendCodec(size - 1);
        ByteBuf untouched = Unpooled.buffer();
        assertThatThrownBy(() -> tooSmall.encode(frame, untouched)).isInstanceOf(AppendFormatException.class);
        assertThat(untouched.readableBytes()).isZero();
        assertThatThrownBy(() -> tooSmall.decode(out)).isInstanceOf(AppendFormatException.class);
    }

    @Test
    void saysWhichFramesAPeerKnows() {
        String all = AppendFeature.header(EnumSet.allOf(AppendFeature.class));
        assertThat(all).isEqualTo("batches, receipts, usage");
        assertThat(AppendFeature.ofHeader(all)).containsExactlyInAnyOrder(AppendFeature.values());
        assertThat(AppendFeature.ofHeader("usage,of-tomorrow")).containsExactly(AppendFeature.USAGE);
        assertThat(AppendFeature.ofHeader("")).isEmpty();
        assertThat(AppendFeature.ofHeader(null)).isEmpty();
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.strings().ofMaxLength(12).list().ofMinSize(1).ofMaxSize(40);
    }

    private void decodeOrTypedError(byte[] bytes) {
        try {
            assertThat(codec.decodeAll(Unpooled.wrappedBuffer(bytes))).isNotEmpty();
        } catch (AppendFormatException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    private ByteBuf encode(AppendFrame frame) {
        ByteBuf out = Unpooled.buffer();
        codec.encode(frame, out);
        return out;
    }

    private static List<AppendFrame> frames() {
        var stream = Samples.STREAM;
        var answer = Samples.answer(EndReason.COMPLETED);
        return List.of(
                new AppendFrame.Open(stream, 1, HEADER),
                new AppendFrame.Opened(stream, 300),
                new AppendFrame.Refused(stream, AppendFrame.Why.STALE_EPOCH),
                new Append(stream, 1, answer.get(6)),
                new Append(stream, 1, answer.get(0)),
                new Append(stream, 1, answer.getLast()),
                new AppendFrame.Ack(stream, 11),
                new AppendFrame.Nack(stream, 7),
                new AppendFrame.Close(stream, 1),
                new AppendFrame.Cancel(stream, "alice"),
                new AppendFrame.Input(stream, 5, "alice", "steer", Samples.utf8("{\"text\":\"shorter\"}")),
                new AppendFrame.InputTaken(stream, 5),
                new AppendFrame.InputRefused(stream, 6, "The agent takes no input"),
                new AppendFrame.Watchers(stream, 2),
                new AppendFrame.Usage(stream, new Totals(40, 3, 2, 600, 9), 1_234_567, 5_000_000, 0, true),
                new AppendFrame.Receipt(stream, "李雷", 300, 17));
    }
}
