package io.weir.relay.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where deltas ended, kept and found again. */
class CutsTest {
    private static final Deltas.Place PLACE = new Deltas.Place("msg_0", 0, 0);

    private final List<Run> runs = List.of(
            new Run.Event(1, EventTypes.CREATED, utf8("{}"), 0),
            Deltas.of(2, EventTypes.TEXT_DELTA, PLACE, utf8("a\\u00e9b\\n"), new int[] {1, 7, 7, 10}, 0, 0),
            new Run.Event(6, EventTypes.PART_DONE, utf8("{}"), 0));

    @Test
    void findsEndsInTextThatIsEscapedInAnotherWay() {
        // Given
        var cuts = Cuts.of(runs, 0, "aéb\n").orElseThrow();
        // When
        var kept = Cuts.ofBytes(cuts.bytes());
        // Then
        assertThat(kept.ends(utf8("aéb\\n"), 6).orElseThrow()).containsExactly(0, 1, 3, 3, 6, 6);
        assertThat(kept.unknownUntil()).isZero();
    }

    @Test
    void knowsLongDeltasAndWhatWasCompacted() {
        // Given
        String text = "x".repeat(20_000);
        List<Run> log = List.of(Deltas.whole(1, 300, EventTypes.TEXT_DELTA, PLACE, utf8(text), 0, 0));
        // When
        var cuts = Cuts.of(log, 300, text).orElseThrow();
        // Then
        assertThat(cuts.unknownUntil()).isEqualTo(300);
        assertThat(cuts.ends(utf8(text), 300).orElseThrow()).hasSize(300).endsWith(0, 20_000);
    }

    @Test
    void fitsNoOtherText() {
        assertThat(Cuts.of(runs, 0, "aéb")).isEmpty();
        var cuts = Cuts.of(runs, 0, "aéb\n").orElseThrow();
        assertThat(cuts.ends(utf8("aéb"), 6)).isEmpty();
        assertThat(cuts.ends(utf8("aéb\\nc"), 6)).isEmpty();
        assertThat(cuts.ends(utf8("aéb\\n"), 5)).isEmpty();
        assertThat(cuts.ends(utf8("aéb\\n"), 7)).isEmpty();
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
