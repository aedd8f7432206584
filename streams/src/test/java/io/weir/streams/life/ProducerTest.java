package io.weir.streams.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProducerTest {
    private static final Totals REPORTED = new Totals(12, 2, 1, 30, 4);

    @Test
    void closesInOneOrder() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.event("{}");
        fixture.says("ab", "cd");
        fixture.counts(1, 1);
        fixture.producer.onAgentEnd(EndReason.COMPLETED, REPORTED, fixture.now);
        assertThat(fixture.ports.fixed).hasSize(1);
        assertThat(fixture.ports.settled).isEmpty();
        fixture.producer.onAppendAck(4, fixture.now);
        fixture.producer.onSettled();

        assertThat(fixture.ports.order)
                .containsExactly(
                        "reader 1",
                        "append 1..1",
                        "reader 3",
                        "append 2..3",
                        "close agent",
                        "append 4..4",
                        "reader 4",
                        "settle");
        assertThat(fixture.ports.closed).isTrue();
        assertThat(fixture.producer.state()).isEqualTo(new StreamState.Closed(EndReason.COMPLETED));
        assertThat(fixture.ports.settled.getFirst().totals()).isEqualTo(REPORTED);
        assertThat(fixture.ports.settled.getFirst().usageSource()).isEqualTo(UsageSource.AGENT);
    }

    @Test
    void hashesTheTextAsItIsRead() throws Exception {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.says("a\\n", "\\ud83d", "\\ude00");
        fixture.counts(1, 1, 1);
        fixture.producer.stop(EndReason.CANCELLED, fixture.now);

        byte[] text = "a\n\ud83d\ude00".getBytes(StandardCharsets.UTF_8);
        assertThat(fixture.ports.fixed.getFirst().textSha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(text)));
    }

    @Test
    void showsTheTerminalAfterHalfASecondWithoutTheRelay() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.says("ab");
        fixture.producer.onAgentEnd(EndReason.COMPLETED, REPORTED, fixture.now);
        fixture.passes(Duration.ofMillis(499));
        assertThat(fixture.ports.shown).hasSize(1);
        fixture.passes(Duration.ofMillis(1));

        assertThat(fixture.ports.lastShownTerminal().reason()).isEqualTo(EndReason.COMPLETED);
        fixture.producer.onSettled();
        assertThat(fixture.ports.closed).as("the log has not acknowledged").isFalse();
        fixture.producer.onRelayConnected(2, fixture.now);
        assertThat(fixture.ports.closed).isTrue();
    }

    @Test
    void countsWhatAnAgentDoesNotReport() {
        for (Totals nothing : new Totals[] {null, Totals.ZERO, Totals.counted(9, 0)}) {
            ProducerFixture fixture = ProducerFixture.claimed(1000);
            fixture.says("abcd", "ef");
            fixture.producer.onAgentEnd(EndReason.COMPLETED, nothing, fixture.now);
            assertThat(fixture.producer.state()).isInstanceOf(StreamState.Ending.class);
            fixture.counts(2, 1);

            assertThat(fixture.ports.fixed.getFirst().totals()).isEqualTo(Totals.counted(10, 3));
            assertThat(fixture.ports.fixed.getFirst().usageSource()).isEqualTo(UsageSource.COUNTED);
        }
    }

    @Test
    void estimatesWhereTheTokenizerStaysAway() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.says("abcdefgh");
        fixture.producer.stop(EndReason.CANCELLED, fixture.now);
        fixture.passes(Duration.ofSeconds(1));
        fixture.passes(Duration.ofMillis(1));
        assertThat(fixture.ports.fixed)
                .as("the count may be queued behind these ticks")
                .isEmpty();
        fixture.passes(Duration.ofMillis(1));

        assertThat(fixture.ports.fixed.getFirst().totals()).isEqualTo(Totals.counted(10, 2));
    }

    @Test
    void stopsExactlyAtTheLastAffordableToken() {
        ProducerFixture fixture = new ProducerFixture(13, true);
        assertThat(fixture.claim(false)).isInstanceOf(ClaimOutcome.CallMachine.class);
        fixture.says("ab");
        fixture.says("cd", "ef");
        assertThat(fixture.ports.text())
                .as("only two bytes are surely affordable")
                .isEqualTo("ab");
        assertThat(fixture.ports.urgentCounts).isEqualTo(1);
        fixture.counts(1, 1, 1);
        assertThat(fixture.ports.text()).isEqualTo("abcdef");
        fixture.says("gh");
        fixture.counts(1);
        assertThat(fixture.producer.state())
                .as("an answer to the extension is due")
                .isInstanceOf(StreamState.Producing.class);
        fixture.granted(13, true);

        assertThat(fixture.ports.text()).isEqualTo("abcdef");
        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.CREDITS_EXHAUSTED);
        assertThat(fixture.ports.fixed.getFirst().totals()).isEqualTo(Totals.counted(10, 3));
    }

    @Test
    void goesOnWithAnExtension() {
        ProducerFixture fixture = ProducerFixture.claimed(12);
        fixture.says("abcdef");
        fixture.counts(2);
        fixture.says("ghi");
        fixture.counts(3);
        assertThat(fixture.ports.text()).isEqualTo("abcdef");
        assertThat(fixture.ports.updates.getLast().extend()).isTrue();
        fixture.granted(40, false);

        assertThat(fixture.ports.text()).isEqualTo("abcdefghi");
        assertThat(fixture.producer.totals()).isEqualTo(Totals.counted(10, 5));
    }

    @Test
    void asksForEnoughToShowOneLargeDelta() {
        ProducerFixture fixture = ProducerFixture.claimed(11);
        fixture.says("x".repeat(900));
        fixture.says("y");
        fixture.counts(300, 1);
        fixture.granted(12, false);
        assertThat(fixture.ports.updates.getLast().totals()).isEqualTo(Totals.counted(10, 300));
        fixture.granted(311, false);

        assertThat(fixture.ports.text()).hasSize(901);
    }

    @Test
    void keepsTheAgentsEndBehindWhatIsHeldBack() {
        ProducerFixture fixture = ProducerFixture.claimed(12);
        fixture.says("abcdef");
        fixture.says("ghi");
        fixture.producer.onAgentEnd(EndReason.COMPLETED, REPORTED, fixture.now);
        assertThat(fixture.ports.closedAgents).isZero();
        fixture.counts(1, 1);

        assertThat(fixture.ports.text()).isEqualTo("abcdefghi");
        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void stopsWhenNobodyAnswersAnExtension() {
        ProducerFixture fixture = ProducerFixture.claimed(11);
        fixture.says("abc");
        fixture.counts(1);
        fixture.says("abc");
        fixture.counts(1);
        fixture.passes(Duration.ofSeconds(9));
        assertThat(fixture.ports.fixed).isEmpty();
        fixture.passes(Duration.ofSeconds(1));

        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.METERING_UNAVAILABLE);
        assertThat(fixture.ports.updates.size())
                .as("asked again every two seconds")
                .isBetween(2, 8);
    }

    @Test
    void callsNoMachineAfterAStoredCancel() {
        ProducerFixture fixture = new ProducerFixture(1000, false);
        ClaimOutcome outcome = fixture.claim(true);

        assertThat(outcome).isEqualTo(new ClaimOutcome.EndsAtOnce(EndReason.CANCELLED));
        assertThat(fixture.ports.fixed.getFirst().totals()).isEqualTo(Totals.ZERO);
        assertThat(fixture.ports.appended.getFirst()).isInstanceOf(Run.Terminal.class);
        assertThat(fixture.ports.appended.getFirst().first()).isEqualTo(1);
    }

    @Test
    void callsNoMachineWhereNotEvenThePromptIsCovered() {
        ProducerFixture fixture = new ProducerFixture(9, true);

        assertThat(fixture.claim(false)).isEqualTo(new ClaimOutcome.EndsAtOnce(EndReason.CREDITS_EXHAUSTED));
        assertThat(fixture.ports.fixed.getFirst().totals()).isEqualTo(Totals.ZERO);
    }

    @Test
    void startsNothingAfterALostClaim() {
        ProducerFixture fixture = new ProducerFixture(1000, false);
        ClaimOutcome outcome = fixture.producer.onClaimed(
                new ClaimReply(false, 1, false, "other", "http://other"), fixture.now, fixture.now);

        assertThat(outcome).isEqualTo(new ClaimOutcome.OwnedByAnother("other", "http://other"));
        assertThat(fixture.producer.reports()).isFalse();
        assertThat(fixture.ports.order).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void firstCauseWins(EndReason reason) {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.event("{}");
        assertThat(fixture.producer.stop(reason, fixture.now)).isTrue();
        assertThat(fixture.producer.stop(EndReason.DRAINING, fixture.now)).isFalse();
        fixture.producer.onAgentEnd(EndReason.COMPLETED, REPORTED, fixture.now);
        fixture.says("late");
        fixture.event("late");
        fixture.producer.onAppendAck(2, fixture.now);

        assertThat(fixture.ports.shown).hasSize(2);
        assertThat(fixture.ports.lastShownTerminal().reason()).isEqualTo(reason);
        assertThat(fixture.ports.closedAgents).isEqualTo(1);
    }

    @Test
    void fencesItselfByItsOwnClock() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.says("ab");
        fixture.counts(1);
        // Paused: the next thing that happens is a delta, not a tick.
        fixture.now += Duration.ofSeconds(55).toNanos();
        fixture.says("cd");

        assertThat(fixture.ports.text()).isEqualTo("ab");
        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.METERING_UNAVAILABLE);
        fixture.passes(Duration.ofMillis(500));
        assertThat(fixture.ports.lastShownTerminal().reason()).isEqualTo(EndReason.METERING_UNAVAILABLE);
    }

    @Test
    void showsNoTerminalThatTheLogMayContradict() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.says("ab");
        fixture.counts(1);
        fixture.now += Duration.ofSeconds(61).toNanos();
        fixture.passes(Duration.ZERO);
        fixture.passes(Duration.ofSeconds(1));

        assertThat(fixture.ports.abandoned).isEqualTo(1);
        assertThat(fixture.ports.shown).hasSize(1);
        assertThat(fixture.ports.settled).hasSize(1);
    }

    @Test
    void staysAliveWhileItsLeaseIsRenewed() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        for (int i = 0; i < 20; i++) {
            fixture.producer.onLease(fixture.now + Duration.ofSeconds(60).toNanos());
            fixture.passes(Duration.ofSeconds(50));
        }
        assertThat(fixture.producer.state()).isEqualTo(new StreamState.Claimed(7));
        fixture.producer.onLeaseLost(fixture.now);
        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.METERING_UNAVAILABLE);
    }

    @Test
    void endsAtItsTimeLimit() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.producer.onLease(fixture.now + Duration.ofHours(1).toNanos());
        fixture.passes(Duration.ofMinutes(30).minusNanos(1));
        assertThat(fixture.ports.fixed).isEmpty();
        fixture.passes(Duration.ofNanos(1));
        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.TIME_LIMIT);
    }

    @Test
    void rebuildsALostLog() {
        ProducerFixture fixture = ProducerFixture.claimed(100_000);
        for (int i = 0; i < 100; i++) {
            fixture.says("word ");
            fixture.producer.onAppendAck(i + 1, fixture.now);
        }
        fixture.ports.appended.clear();
        fixture.now += Duration.ofSeconds(1).toNanos();
        fixture.producer.onAppendNack(0, fixture.now);
        fixture.producer.onAppendNack(0, fixture.now);

        StreamLog log = new StreamLog(1 << 20);
        fixture.ports.appended.forEach(run -> log.append(7, run));
        assertThat(log.head()).isEqualTo(100);
        assertThat(fixture.ports.appended.size()).as("merged, and sent once").isLessThan(10);
    }

    @Test
    void appendsAgainWhatIsNotAcknowledged() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.says("a", "b", "c");
        fixture.ports.appended.clear();
        fixture.passes(Duration.ofSeconds(1));
        assertThat(fixture.ports.appended).isEmpty();
        fixture.passes(Duration.ofSeconds(1));
        assertThat(fixture.ports.appended).hasSize(1);
        fixture.ports.appended.clear();
        fixture.producer.onAppendNack(2, fixture.now + 1);
        assertThat(fixture.ports.appended.getFirst().first()).isEqualTo(3);
    }

    @Test
    void letsNoTerminalLeaveBeforeTheJournalHasIt() {
        ProducerFixture fixture = ending();
        fixture.passes(Duration.ofMillis(499));

        assertThat(fixture.ports.fixed).hasSize(1);
        assertThat(fixture.ports.order).endsWith("close agent");
        fixture.producer.onFixed(fixture.now);
        fixture.producer.onFixed(fixture.now);
        fixture.producer.onAppendAck(2, fixture.now);
        assertThat(fixture.ports.order).endsWith("close agent", "append 2..2", "reader 2", "settle");
    }

    @Test
    void waitsForTheJournalOnlyAsLongAsItsPatience() {
        ProducerFixture fixture = ending();
        fixture.passes(Duration.ofMillis(500));
        fixture.passes(Duration.ZERO);
        assertThat(fixture.ports.order).as("an answer may be queued").endsWith("close agent");
        fixture.passes(Duration.ZERO);

        assertThat(fixture.ports.order).endsWith("close agent", "append 2..2");
        fixture.producer.onFixed(fixture.now);
        fixture.producer.onAppendAck(2, fixture.now);
        assertThat(fixture.ports.order).endsWith("append 2..2", "reader 2", "settle");
    }

    @Test
    void appendsNothingMoreIfTheLogIsEndedByOthersWhileTheJournalWrites() {
        ProducerFixture fixture = ending();
        fixture.producer.onAppendRefused(fixture.now);
        fixture.producer.onFixed(fixture.now);

        assertThat(fixture.ports.order).endsWith("close agent", "abandon", "settle");
    }

    private static ProducerFixture ending() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.ports.journals = true;
        fixture.event("{}");
        fixture.producer.stop(EndReason.CANCELLED, fixture.now);
        return fixture;
    }

    @Test
    void adoptsTheEndingOfAFencedLog() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.says("ab");
        fixture.counts(1);
        fixture.producer.onAppendRefused(fixture.now);
        fixture.says("cd");

        assertThat(fixture.ports.order).endsWith("close agent", "abandon", "settle");
        assertThat(fixture.ports.settled.getFirst().totals()).isEqualTo(Totals.counted(10, 1));
        assertThat(fixture.ports.settled.getFirst().reason()).isEqualTo(EndReason.ORPHANED);
        fixture.producer.onSettled();
        assertThat(fixture.ports.closed).isTrue();
    }

    @Test
    void stopsWhenMeteringHasGivenTheStreamUp() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.event("{}");
        fixture.producer.onUpdateReply(
                false, new UpdateReply.Extension(ProducerFixture.STREAM, false, 0, true, 0, false), fixture.now);

        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.ORPHANED);
        assertThat(fixture.ports.appended.getLast()).isInstanceOf(Run.Terminal.class);
    }

    @Test
    void stopsForACancelThatMeteringHasStored() {
        ProducerFixture fixture = ProducerFixture.claimed(1000);
        fixture.event("{}");
        var stored = new UpdateReply.Extension(ProducerFixture.STREAM, true, 1000, false, 0, true);
        fixture.producer.onUpdateReply(false, stored, fixture.now);
        fixture.producer.onUpdateReply(true, stored, fixture.now);

        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(fixture.ports.closedAgents).isEqualTo(1);
    }

    @Test
    void endsAtTheBoundOfItsLog() {
        ProducerBounds usual = ProducerBounds.DEFAULT;
        ProducerBounds small = new ProducerBounds(
                usual.streamTime(),
                usual.leaseMargin(),
                usual.journalPatience(),
                usual.terminalPatience(),
                usual.extensionPatience(),
                usual.retry(),
                usual.extendBelow(),
                500);
        ProducerFixture fixture = new ProducerFixture(100_000, false, small);
        fixture.claim(false);
        fixture.says("x".repeat(390));
        assertThat(fixture.ports.closedAgents).isZero();
        fixture.says("xx");
        fixture.counts(1, 1);

        assertThat(fixture.ports.fixed.getFirst().reason()).isEqualTo(EndReason.MAX_OUTPUT_TOKENS);
    }
}
