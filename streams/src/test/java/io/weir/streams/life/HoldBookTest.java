package io.weir.streams.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.holds.AccountView;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One micro-credit per token, ten tokens a second: a lease is 600 tokens. */
class HoldBookTest {
    private static final AccountId ADA = new AccountId("ada");
    private static final StreamId ONE = new StreamId(new UUID(0, 1));
    private static final StreamId TWO = new StreamId(new UUID(0, 2));
    private static final Price PRICE = new Price(1, 1000, 0, 0, 1000, 1000, 0);

    private final HoldBook book = new HoldBook(HoldRules.DEFAULT);

    @AfterEach
    void everyInvariantHolds() {
        assertThat(book.audit()).isEmpty();
    }

    @Test
    void holdsThePromptAndOneLeaseOfOutput() {
        book.grant(ADA, 1000);
        assertThat(held(ONE, "k1", "h")).satisfies(reply -> {
            assertThat(reply.grantedMicro()).isEqualTo(610);
            assertThat(reply.last()).isFalse();
            assertThat(reply.availableMicro()).isEqualTo(390);
        });
        assertThat(held(TWO, "k2", "h")).satisfies(reply -> {
            assertThat(reply.grantedMicro()).isEqualTo(390);
            assertThat(reply.last()).isTrue();
        });
        assertThat(book.account(ADA)).isEqualTo(new AccountView(ADA, 1000, 1000, 0, 2));
    }

    @Test
    void refusesBelowThePromptAndOneToken() {
        book.grant(ADA, 10);
        assertThat(reserve(ONE, "k1", "h")).isEqualTo(new HoldAnswer.Reserve.NotEnoughCredit(10));
        book.grant(ADA, 1);
        assertThat(held(ONE, "k1", "h").grantedMicro()).isEqualTo(11);
    }

    @Test
    void refusesAtTheLimitOfOpenStreamsBeforeCredit() {
        held3();
        StreamId four = new StreamId(new UUID(0, 4));
        assertThat(reserve(four, "k4", "h")).isEqualTo(new HoldAnswer.Reserve.TooManyOpen(3));
    }

    private void held3() {
        book.grant(ADA, 10_000);
        held(ONE, "k1", "h");
        held(TWO, "k2", "h");
        held(new StreamId(new UUID(0, 3)), "k3", "h");
    }

    @Test
    void findsTheSameStreamByItsKey() {
        book.grant(ADA, 10_000);
        held(ONE, "k1", "h");
        assertThat(held(TWO, "k1", "h").streamId())
                .as("the first answer may have been lost, and nobody has claimed it")
                .isEqualTo(ONE);
        assertThat(held(ONE, "k9", "other").streamId()).isEqualTo(ONE);
        assertThat(reserve(TWO, "k1", "other")).isEqualTo(new HoldAnswer.Reserve.KeyReused());
        assertThat(book.account(ADA).openStreams()).isEqualTo(1);
        claim("g0", "g0-a");
        assertThat(reserve(TWO, "k1", "h")).isInstanceOfSatisfying(HoldAnswer.Reserve.Known.class, known -> assertThat(
                        known.reply().streamId())
                .isEqualTo(ONE));
        assertThat(reserve(ONE, "k9", "other")).isInstanceOf(HoldAnswer.Reserve.Known.class);
    }

    @Test
    void freesTheKeyOfAReleasedHold() {
        book.grant(ADA, 10_000);
        held(ONE, "k1", "h");
        book.release(ONE);
        assertThat(held(TWO, "k1", "other").streamId())
                .as("a released hold's key is free")
                .isEqualTo(TWO);
        assertThat(reserve(ONE, "k1", "h")).isEqualTo(new HoldAnswer.Reserve.StreamExists());
    }

    @Test
    void givesTheStreamToOneClaimant() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        assertThat(claim("g0", "g0-a")).isEqualTo(new ClaimReply(true, 1, false, null, null));
        assertThat(claim("g0", "g0-a")).as("its answer was lost").isEqualTo(new ClaimReply(true, 1, false, null, null));
        assertThat(claim("g1", "g1-a")).isEqualTo(new ClaimReply(false, 1, false, "g0", "http://g0"));
        assertThat(book.claim(TWO, new ClaimRequest("g0", "g0-a", "http://g0"), 0))
                .isEqualTo(new HoldAnswer.Unknown());
        assertThat(book.release(ONE)).isEqualTo(new HoldAnswer.WrongState("OPEN"));
    }

    @Test
    void tellsTheClaimantOfAStoredCancel() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        assertThat(cancel(ADA)).isEqualTo(new HoldAnswer.Cancel.Answered(new CancelReply(true, null)));
        assertThat(cancel(new AccountId("eve"))).isEqualTo(new HoldAnswer.Unknown());
        assertThat(claim("g0", "g0-a").cancelled()).isTrue();
        assertThat(cancel(ADA)).isEqualTo(new HoldAnswer.Cancel.Answered(new CancelReply(true, "http://g0")));
        settle(1, Totals.ZERO, EndReason.CANCELLED);
        assertThat(cancel(ADA)).isEqualTo(new HoldAnswer.Cancel.Answered(new CancelReply(false, null)));
    }

    @Test
    void extendsToOneLeaseOfOutputAgain() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        claim("g0", "g0-a");
        assertThat(update(1, 300, true, 60_000)).isEqualTo(new UpdateReply.Extension(ONE, true, 910, false, 90, false));
        assertThat(update(1, 200, false, 60_000).grantedMicro())
                .as("late, it changes nothing")
                .isEqualTo(910);
        assertThat(update(1, 500, true, 60_000)).isEqualTo(new UpdateReply.Extension(ONE, true, 1000, false, 0, false));
        assertThat(update(1, 600, true, 60_000)).isEqualTo(new UpdateReply.Extension(ONE, true, 1000, true, 0, false));
        assertThat(update(2, 700, true, 60_000).accepted()).isFalse();
    }

    @Test
    void chargesThePriceOnceAndWhatTheAccountCanPay() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        claim("g0", "g0-a");
        Totals all = Totals.counted(10, 2000);
        assertThat(settle(1, all, EndReason.COMPLETED))
                .isEqualTo(new HoldAnswer.Settle.Settled(new SettleReply(1000, 1010, 0, EndReason.COMPLETED, false)));
        assertThat(settle(1, all, EndReason.COMPLETED)).isInstanceOf(HoldAnswer.Settle.Settled.class);
        assertThat(settle(1, Totals.ZERO, EndReason.COMPLETED)).isInstanceOf(HoldAnswer.Settle.Differs.class);
        assertThat(book.account(ADA)).isEqualTo(new AccountView(ADA, 0, 0, 0, 0));
    }

    @Test
    void fencesOnlyAfterTheLease() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        claim("g0", "g0-a");
        update(1, 100, false, 5000);
        assertThat(book.fence(ONE, 64_999)).isInstanceOfSatisfying(HoldAnswer.Fence.LeaseRuns.class, runs -> assertThat(
                        runs.refusal().leaseRemainingMs())
                .isEqualTo(1));
        assertThat(book.fence(ONE, 65_000))
                .isEqualTo(new HoldAnswer.Fence.Fenced(
                        new FenceReply(2, EndReason.ORPHANED, Totals.counted(10, 100), 110)));
        assertThat(update(1, 200, true, 65_001).accepted()).as("a zombie").isFalse();
        assertThat(book.fence(TWO, 0)).isEqualTo(new HoldAnswer.Unknown());
    }

    @Test
    void endsAnOldProcesssLeaseAtOnce() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        claim("g0", "g0-a");
        book.update(new UpdateBatch("g0", "g0-b", "http://g0", List.of()), 1);
        assertThat(update(1, 1, false, 2).accepted()).isFalse();
        assertThat(book.fence(ONE, 3)).isInstanceOf(HoldAnswer.Fence.Fenced.class);
    }

    @Test
    void letsNoOlderProcessEndTheLeaseOfANewerOne() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        claim("g0", "g0-a");
        HoldAnswer late = book.claim(ONE, new ClaimRequest("g0", "g0-0", "http://g0"), 1);
        assertThat(late).isInstanceOf(HoldAnswer.WrongState.class);
        assertThat(update(1, 1, false, 2).accepted()).isTrue();
        assertThat(book.fence(ONE, 3)).isInstanceOf(HoldAnswer.Fence.LeaseRuns.class);
        book.update(new UpdateBatch("g0", "g0-0", "http://g0", List.of()), 60_002);
        assertThat(update(1, 2, false, 60_003).accepted())
                .as("a clock that was set back locks nobody out")
                .isFalse();
    }

    @Test
    void takesOneLateCorrection() {
        book.grant(ADA, 200);
        held(ONE, "k1", "h");
        claim("g0", "g0-a");
        update(1, 100, false, 0);
        assertThat(book.sweep(60_000 + 14_999)).isEmpty();
        assertThat(book.sweep(60_000 + 15_000)).containsExactly(ONE);
        assertThat(settle(1, Totals.counted(10, 290), EndReason.COMPLETED))
                .isEqualTo(new HoldAnswer.Settle.Settled(new SettleReply(200, 100, 0, EndReason.ORPHANED, true)));
        book.grant(ADA, 500);
        assertThat(settle(1, Totals.counted(10, 900), EndReason.COMPLETED))
                .as("a second one gets the stored result")
                .isEqualTo(new HoldAnswer.Settle.Settled(new SettleReply(200, 100, 500, EndReason.ORPHANED, true)));
    }

    @Test
    void releasesWhatNobodyClaims() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        assertThat(book.sweep(9_999)).isEmpty();
        assertThat(book.sweep(10_000)).containsExactly(ONE);
        assertThat(book.account(ADA)).isEqualTo(new AccountView(ADA, 1000, 0, 1000, 0));
        assertThat(book.claim(ONE, new ClaimRequest("g0", "g0-a", "http://g0"), 10_001))
                .isEqualTo(new HoldAnswer.WrongState("RELEASED"));
    }

    @Test
    void startsEveryLeaseAnewAfterAnOutage() {
        book.grant(ADA, 1000);
        held(ONE, "k1", "h");
        claim("g0", "g0-a");
        book.restarted(500_000);
        assertThat(book.sweep(500_001)).isEmpty();
        assertThat(book.fence(ONE, 559_999)).isInstanceOf(HoldAnswer.Fence.LeaseRuns.class);
    }

    private HoldAnswer.Reserve reserve(StreamId stream, String key, String hash) {
        ReserveRequest request = new ReserveRequest(
                stream, ADA, new SessionId("s"), new AgentName("demo"), 10, null, 3, key, false, hash, false, 10);
        return book.reserve(request, PRICE, 10, 5000, 0);
    }

    private ReserveReply held(StreamId stream, String key, String hash) {
        if (reserve(stream, key, hash) instanceof HoldAnswer.Reserve.Held(var reply)) {
            return reply;
        }
        throw new AssertionError("not held");
    }

    private ClaimReply claim(String gateway, String incarnation) {
        var answer = book.claim(ONE, new ClaimRequest(gateway, incarnation, "http://" + gateway), 0);
        if (answer instanceof HoldAnswer.Claim.Answered(var reply)) {
            return reply;
        }
        throw new AssertionError(answer);
    }

    private HoldAnswer.Cancel cancel(AccountId account) {
        return book.cancel(ONE, new CancelRequest(account));
    }

    private UpdateReply.Extension update(long epoch, long output, boolean extend, long now) {
        var update = new UpdateBatch.Update(ONE, epoch, Totals.counted(10, output), extend);
        return book.update(new UpdateBatch("g0", "g0-a", "http://g0", List.of(update)), now)
                .streams()
                .getFirst();
    }

    private HoldAnswer.Settle settle(long epoch, Totals totals, EndReason reason) {
        return book.settle(
                ONE,
                new SettleRequest(
                        epoch, totals, UsageSource.COUNTED, reason, null, null, Instant.EPOCH, null, Instant.EPOCH));
    }
}
