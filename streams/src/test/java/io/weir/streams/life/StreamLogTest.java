package io.weir.streams.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.life.StreamLog.Appended;
import io.weir.streams.life.StreamLog.Opening;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StreamLogTest {
    private static final TerminalBody BODY = (offset, reason, totals, source, runs) -> Unpooled.EMPTY_BUFFER;
    private static final Totals TOTALS = Totals.counted(5, 6);

    private final StreamLog log = new StreamLog(1 << 20);

    @Test
    void acceptsWhatFollowsAndNothingElse() {
        assertThat(log.open(1)).isEqualTo(new Opening.Opened(0));
        assertThat(log.append(1, text(2, "b"))).isEqualTo(new Appended.Nack(0));
        assertThat(log.append(1, text(1, "a"))).isEqualTo(new Appended.Ack(1));
        assertThat(log.append(1, text(1, "a"))).isEqualTo(new Appended.Ack(1));
        assertThat(log.append(1, text(1, "ab"))).as("it spans the head").isEqualTo(new Appended.Nack(1));
        assertThat(log.append(1, text(2, "bc"))).isEqualTo(new Appended.Ack(3));
        assertThat(log.open(1)).isEqualTo(new Opening.Opened(3));
        assertThat(shown(log.read(0, 1000))).isEqualTo("abc");
    }

    @Test
    void refusesAnOlderEpoch() {
        log.open(2);
        assertThat(log.open(1)).isEqualTo(new Opening.Refused());
        assertThat(log.append(1, text(1, "a"))).isEqualTo(new Appended.Refused());
        assertThat(log.head()).isZero();
    }

    @Test
    void isOverAfterTheTerminal() {
        log.append(1, text(1, "a"));
        Run end = terminal(2);
        assertThat(log.append(1, end)).isEqualTo(new Appended.Ack(2));
        assertThat(log.append(1, end)).isEqualTo(new Appended.Ack(2));
        assertThat(log.append(1, text(3, "b"))).isEqualTo(new Appended.Refused());
        assertThat(log.fenced(reply(EndReason.ORPHANED), BODY, 0)).isEmpty();
        assertThat(log.read(1, 1000)).isEqualTo(new Reading.Runs(Optional.empty(), List.of(end)));
        assertThat(log.read(2, 1000)).isEqualTo(new Reading.Ended());
        assertThat(log.endedByFence()).isFalse();
    }

    @Test
    void endsByTheFenceWithMeteringsReason() {
        log.append(1, text(1, "ab"));
        Run.Terminal end = log.fenced(reply(EndReason.ORPHANED), BODY, 9).orElseThrow();

        assertThat(end.offset()).isEqualTo(3);
        assertThat(end.totals()).isEqualTo(TOTALS);
        assertThat(log.append(1, text(3, "zombie"))).isEqualTo(new Appended.Refused());
        assertThat(log.append(1, text(1, "a"))).isEqualTo(new Appended.Refused());
        assertThat(log.append(2, text(4, "zombie"))).isEqualTo(new Appended.Refused());
        assertThat(log.open(2)).isEqualTo(new Opening.Refused());
        assertThat(log.head()).isEqualTo(3);
    }

    @Test
    void tellsReadersThatRanPastTheFence() {
        log.append(1, text(1, "ab"));
        Run.Terminal end = log.fenced(reply(EndReason.ORPHANED), BODY, 9).orElseThrow();

        for (long after : new long[] {3, 4, 100}) {
            assertThat(log.read(after, 1000)).isInstanceOfSatisfying(Reading.Truncated.class, cut -> {
                assertThat(cut.to()).isEqualTo(2);
                assertThat(cut.terminal()).isSameAs(end);
                assertThat(cut.snapshot().map(StreamLogTest::string)).contains("ab");
            });
        }
        assertThat(log.read(2, 1000)).isEqualTo(new Reading.Runs(Optional.empty(), List.of(end)));
    }

    @Test
    void waitsBeyondTheHeadOfAnOpenLog() {
        assertThat(log.read(0, 1000)).isEqualTo(new Reading.Waiting());
        log.append(1, text(1, "a"));
        assertThat(log.read(1, 1000)).isEqualTo(new Reading.Waiting());
        assertThat(log.read(7, 1000)).isEqualTo(new Reading.Waiting());
        assertThatThrownBy(() -> log.read(-1, 1000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cutsTheRunThatAReaderHasInPart() {
        log.append(1, text(1, "abc"));
        log.append(1, event(4));
        log.append(1, text(5, "d"));
        assertThat(shown(log.read(2, 1000))).isEqualTo("cd");
        assertThat(shown(log.read(2, 1))).as("one run at least").isEqualTo("c");
    }

    @Test
    void compactsTheBeginningAtItsBound() {
        StreamLog small = new StreamLog(600);
        StringBuilder all = new StringBuilder();
        for (int offset = 1; offset <= 100; offset++) {
            String letter = String.valueOf((char) ('a' + offset % 26));
            small.append(1, offset % 10 == 0 ? event(offset) : text(offset, letter));
            all.append(offset % 10 == 0 ? "" : letter);
        }
        assertThat(small.contents().getFirst().last()).isGreaterThan(10);
        assertThat(shown(small.read(0, 1 << 20))).isEqualTo(all.toString());
        assertThat(small.snapshot().map(StreamLogTest::string)).contains(all.toString());
        assertThat(small.snapshot().orElseThrow().last()).isEqualTo(100);
        assertThat(small.append(1, text(101, "x"))).isEqualTo(new Appended.Ack(101));
    }

    @Test
    void takesASnapshotWithoutTheTerminal() {
        assertThat(log.snapshot()).isEmpty();
        log.append(1, event(1));
        log.append(1, text(2, "ab"));
        log.append(1, terminal(4));
        assertThat(log.snapshot().orElseThrow().last()).isEqualTo(3);
        assertThat(log.snapshot().map(StreamLogTest::string)).contains("ab");
    }

    private static String shown(Reading reading) {
        if (!(reading instanceof Reading.Runs(var snapshot, var runs))) {
            throw new AssertionError(reading);
        }
        StringBuilder text = new StringBuilder();
        snapshot.ifPresent(whole -> text.append(string(whole)));
        runs.forEach(run -> text.append(run instanceof Deltas deltas ? string(deltas) : ""));
        return text.toString();
    }

    private static String string(Deltas deltas) {
        return deltas.text().toString(StandardCharsets.UTF_8);
    }

    /** One delta for each letter. */
    static Deltas text(long first, String letters) {
        ByteBuf text = Unpooled.copiedBuffer(letters, StandardCharsets.UTF_8);
        int[] ends = new int[letters.length()];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = i + 1;
        }
        return Deltas.of(first, StreamLog.OUTPUT_TEXT, ProducerFixture.PLACE, text.asReadOnly(), ends, 0, first);
    }

    static Run.Event event(long offset) {
        return new Run.Event(offset, "response.output_item.done", Unpooled.EMPTY_BUFFER, 0);
    }

    static Run.Terminal terminal(long offset) {
        return new Run.Terminal(offset, EndReason.COMPLETED, TOTALS, UsageSource.AGENT, Unpooled.EMPTY_BUFFER, 0);
    }

    private static FenceReply reply(EndReason reason) {
        return new FenceReply(2, reason, TOTALS, 11);
    }
}
