package io.weir.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private final List<Integer> lengths = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536})
    void readsFramesOfEveryLengthHoweverTheyArrive(int length) {
        byte[] bytes = server(length, 3);
        var in = ByteBuffer.allocate(bytes.length);

        for (byte next : bytes) {
            in.put(next).flip();
            FrameReader.read(in, (_, payload) -> lengths.add(payload.remaining()));
            in.compact();
        }

        assertThat(lengths).containsExactly(length, length, length);
        assertThat(in.position()).isZero();
    }

    @Test
    void leavesWhatIsNotYetAWholeFrame() {
        byte[] bytes = server(300, 2);
        var in = ByteBuffer.wrap(bytes, 0, bytes.length - 1);

        FrameReader.read(in, (_, payload) -> lengths.add(payload.remaining()));

        assertThat(lengths).containsExactly(300);
        assertThat(in.remaining()).isEqualTo(303);
    }

    @Test
    void refusesAFrameThatTheBufferCouldNeverHold() {
        var in = ByteBuffer.allocate(1000).put((byte) 0x82).put((byte) 126).putShort((short) 2000);
        in.flip();

        assertThatThrownBy(() -> FrameReader.read(in, (_, _) -> {})).hasMessageContaining("2000");
    }

    private static byte[] server(int length, int frames) {
        var out = ByteBuffer.allocate(frames * (length + 10));
        for (int i = 0; i < frames; i++) {
            out.put((byte) 0x82);
            if (length < 126) {
                out.put((byte) length);
            } else if (length <= 0xFFFF) {
                out.put((byte) 126).putShort((short) length);
            } else {
                out.put((byte) 127).putLong(length);
            }
            out.put(new byte[length]);
        }
        return java.util.Arrays.copyOf(out.array(), out.position());
    }
}
