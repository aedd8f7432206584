package io.weir.relay.phoenix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.weir.relay.phoenix.ClientFrame.Malformed;
import io.weir.relay.phoenix.ClientFrame.Push;
import io.weir.relay.phoenix.ClientFrame.UserBroadcast;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Whatever bytes come, the decoder answers with a frame or with its own refusal, and never with a byte that was not in the
 * frame: each one lies in the middle of a buffer whose other bytes would be noticed.
 */
class FrameFuzzTest {
    private static final String SEED = "8151623";
    private static final byte CANARY = (byte) 0xA5;
    private static final int MARGIN = 600;
    private static final byte[] BROADCAST =
            HexFormat.of().parseHex("0301010f03000136377265616c74696d653a726f6f6d3a31746f6b7b2264223a2248c3a9227d");
    private static final byte[] PUSH =
            HexFormat.of().parseHex("0001010f0336377265616c74696d653a726f6f6d3a31746f6bdead");
    private static final String V2 =
            "[\"6\",\"8\",\"realtime:room:1\",\"broadcast\",{\"type\":\"broadcast\",\"event\":\"tok\",\"payload\":{\"d\":\"Hé\"}}]";
    private static final String V1 =
            "{\"topic\":\"realtime:room:1\",\"event\":\"phx_join\",\"payload\":{\"config\":{\"private\":\"true\"}},\"ref\":\"6\",\"join_ref\":\"6\"}";

    private final ObjectMapper mapper = new ObjectMapper();
    private final FrameDecoder decoder = new FrameDecoder(mapper);

    @Property(tries = 5000, seed = SEED)
    void answersRandomBytes(@ForAll byte[] frame) {
        check(frame);
    }

    @Property(tries = 5000, seed = SEED)
    void answersMutatedFrames(@ForAll("mutated") byte[] frame) {
        check(frame);
    }

    @Property(tries = 5000, seed = SEED)
    void answersHeadsThatPromiseMoreThanThereIs(@ForAll("heads") byte[] frame) {
        check(frame);
    }

    @Property(tries = 5000, seed = SEED)
    void answersMutatedText(@ForAll("texts") String text) {
        for (Vsn vsn : Vsn.values()) {
            ClientFrame frame = decoder.text(vsn, text);
            if (frame instanceof Push push && push.event().equals("phx_join")) {
                assertThat(JoinConfig.of(push.payload(), 10, mapper).response()).startsWith("{\"postgres_changes\":[");
            }
        }
    }

    @Provide
    Arbitrary<byte[]> mutated() {
        return Combinators.combine(Arbitraries.of(BROADCAST, PUSH), Arbitraries.longs())
                .as((frame, seed) -> mutate(frame, new Random(seed)));
    }

    @Provide
    Arbitrary<byte[]> heads() {
        Arbitrary<byte[]> lengths = Arbitraries.bytes().array(byte[].class).ofSize(6);
        Arbitrary<byte[]> rest = Arbitraries.bytes().array(byte[].class).ofMaxSize(64);
        return Combinators.combine(Arbitraries.of((byte) 0, (byte) 3), lengths, rest)
                .as((kind, head, tail) -> Buffer.buffer()
                        .appendByte(kind)
                        .appendBytes(head)
                        .appendBytes(tail)
                        .getBytes());
    }

    @Provide
    Arbitrary<String> texts() {
        return Combinators.combine(Arbitraries.of(V1, V2), Arbitraries.longs())
                .as((text, seed) -> new String(
                        mutate(text.getBytes(StandardCharsets.UTF_8), new Random(seed)), StandardCharsets.UTF_8));
    }

    /** Flips, cuts, doubles and joins pieces. */
    private static byte[] mutate(byte[] frame, Random random) {
        var out = Buffer.buffer(frame);
        for (int i = random.nextInt(5); i >= 0; i--) {
            int at = random.nextInt(Math.max(1, out.length()));
            switch (random.nextInt(4)) {
                case 0 -> out = Buffer.buffer(out.getBytes(0, at));
                case 1 -> out.appendBytes(out.getBytes(at, out.length()));
                case 2 -> out.appendByte((byte) random.nextInt());
                default -> {
                    if (out.length() > 0) {
                        out.setByte(at, (byte) random.nextInt());
                    }
                }
            }
        }
        return out.getBytes();
    }

    private void check(byte[] frame) {
        switch (decoder.binary(surrounded(frame))) {
            case Malformed malformed -> assertThat(malformed.why()).isNotEmpty();
            case UserBroadcast broadcast -> checkParts(frame, broadcast);
            case Push push -> throw new AssertionError("a binary frame is no push: " + push);
        }
    }

    /** All parts together are the frame, byte by byte: nothing is read twice, left out, or from beyond. */
    private static void checkParts(byte[] frame, UserBroadcast broadcast) {
        int head = frame[0] == 3 ? 7 : 5;
        int metadata = frame[0] == 3 ? frame[5] & 0xFF : 0;
        byte[] names = (or(broadcast.joinRef()) + or(broadcast.ref()) + broadcast.topic() + broadcast.event())
                .getBytes(StandardCharsets.UTF_8);
        var parts = Buffer.buffer()
                .appendBytes(frame, 0, head)
                .appendBytes(names)
                .appendBytes(frame, head + names.length, metadata)
                .appendBuffer(broadcast.payload());
        assertThat(parts.getBytes()).isEqualTo(frame);
    }

    private static String or(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static Buffer surrounded(byte[] frame) {
        byte[] all = new byte[frame.length + 2 * MARGIN];
        Arrays.fill(all, CANARY);
        System.arraycopy(frame, 0, all, MARGIN, frame.length);
        return BufferImpl.buffer(Unpooled.wrappedBuffer(all).slice(MARGIN, frame.length));
    }
}
