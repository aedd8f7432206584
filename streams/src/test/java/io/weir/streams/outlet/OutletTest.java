package io.weir.streams.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.event.EventTypes;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import io.weir.streams.run.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutletTest {
    private final ReaderRecorder reader = new ReaderRecorder();

    @Test
    void writesEverythingInOrderAndClosesOnce() {
        var outlet = reader.outlet(0);
        outlet.connected();
        Samples.answer(EndReason.COMPLETED).forEach(outlet::offer);
        outlet.offer(Samples.terminal(15, EndReason.COMPLETED));
        outlet.finish();
        outlet.gone();

        reader.assertText(Samples.TEXT);
        reader.assertDone();
        reader.assertClosed(Outlet.Cause.ENDED);
        assertThat(reader.writes().getFirst()).isEqualTo(": connected\n\n");
        assertThat(outlet.isClosed()).isTrue();
        assertThat(outlet.cursor()).isEqualTo(15);
    }

    @Test
    void keepsOneWriteInFlightAndMergesWhatWaits() {
        reader.hold();
        var outlet = reader.outlet(0);
        for (int i = 1; i <= 100; i++) {
            outlet.offer(text(i, "a"));
        }
        assertThat(reader.writes()).hasSize(1);
        assertThat(outlet.isWriting()).isTrue();
        assertThat(outlet.sent()).isEqualTo(1);

        reader.release();
        assertThat(reader.writes()).hasSize(2);
        assertThat(reader.writes().getLast()).isEqualTo("id: 100\ndata: {\"token\":\"" + "a".repeat(99) + "\"}\n\n");
        assertThat(outlet.sent()).isEqualTo(100);
        assertThat(outlet.pendingBytes()).isZero();
    }

    @Test
    void writesWhatComesInOneTurnTogether() {
        var outlet = reader.outlet(0);
        reader.beginTurn();
        for (int i = 1; i <= 100; i++) {
            outlet.offer(text(i, "a"));
        }
        assertThat(reader.writes()).isEmpty();
        reader.endTurn();
        assertThat(reader.writes()).containsExactly("id: 100\ndata: {\"token\":\"" + "a".repeat(100) + "\"}\n\n");

        reader.beginTurn();
        outlet.offer(text(101, "b"));
        outlet.finish();
        reader.endTurn();
        reader.assertText("a".repeat(100) + "b");
        reader.assertClosed(Outlet.Cause.ENDED);
    }

    @Test
    void writesNothingAfterATurnInWhichTheReaderLeft() {
        var outlet = reader.outlet(0);
        reader.beginTurn();
        outlet.offer(text(1, "a"));
        outlet.gone();
        reader.endTurn();
        assertThat(reader.writes()).isEmpty();
        reader.assertClosed(Outlet.Cause.GONE);
    }

    @Test
    void mergesWhileItWaitsBeyondTheBound() {
        reader.hold();
        var outlet = reader.outlet(0, new Outlet.Limits(2_000, 1 << 16));
        for (int i = 1; i <= 5_000; i++) {
            outlet.offer(text(i, "a"));
        }

        // the text and four bytes a delta stay; the hundred bytes that each run costs alone do not
        assertThat(outlet.pendingBytes()).isLessThan(60_000);
        reader.releaseAll();
        reader.assertText("a".repeat(5_000));
    }

    @Test
    void writesLargeTextInPortions() {
        reader.hold();
        var outlet = reader.outlet(0, new Outlet.Limits(1 << 20, 100));
        for (int i = 1; i <= 100; i++) {
            outlet.offer(text(i, "0123456789"));
        }
        reader.releaseAll();

        reader.assertText("0123456789".repeat(100));
        assertThat(reader.writes())
                .allSatisfy(write -> assertThat(write.length()).isLessThan(400));
    }

    @Test
    void skipsWhatTheReaderHasAndCutsWhatOverlaps() {
        var outlet = reader.outlet(3);
        outlet.offer(text(1, "a", "b"));
        outlet.offer(text(2, "b", "c", "d", "e"));
        outlet.offer(text(4, "d"));
        outlet.offer(text(5, "e", "f"));

        reader.assertText("def");
        assertThat(outlet.cursor()).isEqualTo(6);
    }

    @Test
    void showsATerminalBelowTheCursor() {
        var outlet = reader.outlet(50);
        outlet.offer(Samples.terminal(40, EndReason.ORPHANED));

        assertThat(reader.all()).contains("\"reason\":\"orphaned\"");
        reader.assertClosed(Outlet.Cause.ENDED);
    }

    @Test
    void takesNothingAfterTheTerminal() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(text(1, "a"));
        outlet.offer(Samples.terminal(2, EndReason.COMPLETED));
        outlet.offer(text(3, "b"));
        outlet.weir(EventTypes.WEIR_USAGE, ResponseJson.usage(Samples.TOTALS, 1, 1));
        outlet.heartbeat();
        outlet.problem(ProblemType.INTERNAL, "no");
        reader.releaseAll();

        reader.assertText("a");
        assertThat(reader.all()).endsWith("[DONE]\n\n").doesNotContain("weir.usage", "heartbeat", "error");
        reader.assertClosed(Outlet.Cause.ENDED);
    }

    @Test
    void sendsOnlyTheNewestUsageAndBeforeTheTerminal() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(text(1, "a"));
        outlet.weir(EventTypes.WEIR_USAGE, ResponseJson.usage(Samples.TOTALS, 1, 9));
        outlet.weir(EventTypes.WEIR_USAGE, ResponseJson.usage(Samples.TOTALS, 2, 8));
        outlet.offer(Samples.terminal(2, EndReason.COMPLETED));
        reader.releaseAll();

        assertThat(reader.all()).containsOnlyOnce("weir.usage\",").contains("\"costMicro\":\"2\"");
        assertThat(reader.all()).endsWith("[DONE]\n\n");
    }

    @Test
    void heartbeatsOnlyBetweenEvents() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.heartbeat();
        outlet.heartbeat();
        outlet.offer(text(1, "a"));
        outlet.heartbeat();
        reader.release();
        reader.releaseAll();

        assertThat(reader.writes()).containsExactly(": heartbeat\n\n", "id: 1\ndata: {\"token\":\"a\"}\n\n");
    }

    @Test
    void closesOnceWhenTheReaderIsGone() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(text(1, "a"));
        outlet.gone();
        outlet.gone();
        reader.releaseAll();
        outlet.offer(text(2, "b"));

        reader.assertClosed(Outlet.Cause.GONE);
        assertThat(reader.writes()).hasSize(1);
        assertThat(reader.sinkCloses()).isZero();
    }

    @Test
    void takesAFailedWriteForAReaderThatIsGone() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(text(1, "a"));
        outlet.offer(text(2, "b"));
        reader.fail();

        reader.assertClosed(Outlet.Cause.GONE);
        assertThat(reader.writes()).hasSize(1);
    }

    @Test
    void closesAfterTheLastWriteNotBefore() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(Samples.terminal(1, EndReason.COMPLETED));
        assertThat(reader.sinkCloses()).isZero();

        reader.release();
        assertThat(reader.sinkCloses()).isOne();
        reader.assertClosed(Outlet.Cause.ENDED);
    }

    @Test
    void tellsAProblemAfterWhatWaits() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.connected();
        outlet.problem(ProblemType.NO_MACHINE, "none");
        reader.releaseAll();

        assertThat(reader.all())
                .isEqualTo(
                        ": connected\n\ndata: {\"error\":\"No healthy agent machine available\",\"reason\":\"no_machine\"}\n\n");
        reader.assertClosed(Outlet.Cause.ENDED);
    }

    @Test
    void aSnapshotReplacesWhatWaits() {
        reader.responses();
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(text(1, "a"));
        outlet.offer(text(2, "b"));
        outlet.snapshot(text(1, "a", "b", "c"));
        outlet.offer(text(3, "c"));
        outlet.offer(text(4, "d"));
        reader.releaseAll();

        assertThat(reader.all())
                .contains("\"delta\":\"abc\"")
                .contains("\"snapshot\":true")
                .doesNotContain("\"delta\":\"b\"");
        assertThat(outlet.cursor()).isEqualTo(4);
    }

    @Test
    void givesAReaderThatHasNothingASnapshotAsText() {
        var outlet = reader.outlet(0);
        outlet.connected();
        outlet.snapshot(text(1, "a", "b", "c"));
        outlet.offer(text(3, "c", "d"));

        reader.assertText("abcd");
    }

    @Test
    void keepsTheOrderOfGapAndText() {
        reader.responses();
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(text(1, "a"));
        outlet.offer(text(2, "b"));
        outlet.weir(EventTypes.WEIR_TRUNCATED, ResponseJson.truncated(2));
        outlet.offer(text(3, "c"));
        reader.releaseAll();

        assertThat(reader.all().indexOf("\"delta\":\"b\""))
                .isLessThan(reader.all().indexOf("weir.truncated"));
        assertThat(reader.all().indexOf("weir.truncated"))
                .isLessThan(reader.all().indexOf("\"delta\":\"c\""));
    }

    @Test
    void survivesASinkThatCompletesAtOnceForever() {
        var outlet = reader.outlet(0);
        for (int i = 1; i <= 20_000; i++) {
            outlet.offer(text(i, "x"));
        }
        outlet.finish();

        reader.assertText("x".repeat(20_000));
        reader.assertClosed(Outlet.Cause.ENDED);
    }

    @Test
    void ignoresASecondCompletion() {
        reader.hold();
        var outlet = reader.outlet(0);
        outlet.offer(text(1, "a"));
        reader.completeTwice();
        outlet.offer(text(2, "b"));
        outlet.offer(text(3, "c"));

        assertThat(reader.writes()).hasSize(2);
    }

    @Test
    void resumesAnywhereWithTheSameText() {
        List<Run> answer = Samples.answer(EndReason.COMPLETED);
        for (long cut = 0; cut <= 15; cut++) {
            var first = new ReaderRecorder();
            var before = first.outlet(0);
            for (Run run : answer) {
                if (run.last() <= cut) {
                    before.offer(run);
                }
            }
            before.finish();
            var second = new ReaderRecorder();
            var after = second.outlet(before.cursor());
            answer.forEach(after::offer);

            assertThat(first.text() + second.text()).isEqualTo(Samples.TEXT);
        }
    }

    private static Deltas text(long first, String... pieces) {
        return Samples.deltas(first, EventTypes.TEXT_DELTA, Samples.PLACE, 0, pieces);
    }
}
