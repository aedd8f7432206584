package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.metering.Metering.Answer;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A stop beside what else happens to a hold at the same moment, on the real database: both requests stand at the hold's row
 * lock and get it in the order of their arrival, so each pair is tried in both orders. What the gateway makes of each pair
 * is in its test of the same name.
 */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class StopInterleavingsTest {
    private static final long CREDIT = 1_000_000;
    /** 100 prompt tokens at 500 nano and 40 at 2000. */
    private static final Totals SHOWN = Totals.counted(100, 40);

    private static final long PRICE = 50 + 80;
    private static final CancelReply ENDED = new CancelReply(false, null);

    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();
    private final AccountId account = metering.accountWith(CREDIT);
    private final StreamId stream = reserved();

    @Inject
    Sweeper sweeper;

    @AfterEach
    void keepsTheBooks() {
        assertThat(metering.view(account).heldMicro()).isZero();
        assertThat(metering.view(account).openStreams()).isZero();
        Audits.assertClean(metering);
    }

    @Test
    void beforeTheClaimTellsTheWinner() {
        try (var row = HoldLock.on(stream)) {
            var stop = row.queue(this::cancel);
            var claim = row.queue(this::claim);
            row.release();

            assertThat(stop.join().as(CancelReply.class)).isEqualTo(new CancelReply(true, null));
            assertThat(claim.join().as(ClaimReply.class)).isEqualTo(new ClaimReply(true, 1, true, null, null));
        }
        endsCancelled(Totals.ZERO, 0);
    }

    @Test
    void afterTheClaimKnowsTheOwner() {
        try (var row = HoldLock.on(stream)) {
            var claim = row.queue(this::claim);
            var stop = row.queue(this::cancel);
            row.release();

            assertThat(claim.join().as(ClaimReply.class).cancelled()).isFalse();
            assertThat(stop.join().as(CancelReply.class)).isEqualTo(open());
        }
        assertThat(update(Totals.ZERO).cancelled()).as("told once more").isTrue();
        endsCancelled(Totals.ZERO, 0);
    }

    @Test
    void beforeTheFirstFiguresIsInTheirAnswer() {
        claim();
        try (var row = HoldLock.on(stream)) {
            var stop = row.queue(this::cancel);
            var figures = row.queue(this::firstFigures);
            row.release();

            assertThat(stop.join().as(CancelReply.class)).isEqualTo(open());
            assertThat(extension(figures.join()).cancelled()).isTrue();
        }
        endsCancelled(SHOWN, PRICE);
    }

    @Test
    void afterTheFirstFiguresIsInTheNextAnswer() {
        claim();
        try (var row = HoldLock.on(stream)) {
            var figures = row.queue(this::firstFigures);
            var stop = row.queue(this::cancel);
            row.release();

            assertThat(extension(figures.join()).accepted()).isTrue();
            assertThat(stop.join().as(CancelReply.class)).isEqualTo(open());
        }
        assertThat(update(SHOWN).cancelled()).isTrue();
        endsCancelled(SHOWN, PRICE);
    }

    @Test
    void beforeTheSettleChangesNoEnding() {
        claim();
        try (var row = HoldLock.on(stream)) {
            var stop = row.queue(this::cancel);
            var settle = row.queue(() -> settle(EndReason.COMPLETED, SHOWN));
            row.release();

            assertThat(stop.join().as(CancelReply.class)).isEqualTo(open());
            assertThat(settle.join().as(SettleReply.class).chargeMicro()).isEqualTo(PRICE);
        }
        assertThat(cancel().as(CancelReply.class)).isEqualTo(ENDED);
        ended(EndReason.COMPLETED, PRICE);
    }

    @Test
    void afterTheSettleComesTooLate() {
        claim();
        try (var row = HoldLock.on(stream)) {
            var settle = row.queue(() -> settle(EndReason.COMPLETED, SHOWN));
            var stop = row.queue(this::cancel);
            row.release();

            assertThat(settle.join().status()).isEqualTo(200);
            assertThat(stop.join().as(CancelReply.class)).isEqualTo(ENDED);
        }
        ended(EndReason.COMPLETED, PRICE);
    }

    @Test
    void beforeTheSweepIsTheReasonOfTheOwnersLateFigures() {
        // Given a stop on the hold of a gateway that nobody has heard of since
        claim();
        update(SHOWN);
        assertThat(cancel().as(CancelReply.class)).isEqualTo(open());
        Sql.loseLease(gateway, 60);
        // When a hold that is being written is left alone, and swept in the next round
        try (var row = HoldLock.on(stream)) {
            sweep();
            assertThat(state()).isEqualTo("settling");
            row.release();
        }
        sweep();
        // Then the reason is the sweep's; what the owner has shown until it took the stop is charged late, once
        ended(EndReason.ORPHANED, PRICE);
        assertThat(settle(EndReason.CANCELLED, Totals.counted(100, 50))
                        .as(SettleReply.class)
                        .late())
                .isTrue();
        assertThat(settle(EndReason.CANCELLED, Totals.counted(100, 60)).status())
                .as("nobody takes a second one")
                .isIn(200, 409);
        ended(EndReason.ORPHANED, PRICE + 20);
        assertThat(cancel().as(CancelReply.class)).isEqualTo(ENDED);
    }

    @Test
    void afterTheSweepComesTooLate() {
        claim();
        update(SHOWN);
        Sql.loseLease(gateway, 60);
        try (var row = HoldLock.on(stream)) {
            var fence = row.queue(() -> metering.fence(stream));
            var stop = row.queue(this::cancel);
            row.release();

            assertThat(fence.join().status()).isEqualTo(200);
            assertThat(stop.join().as(CancelReply.class)).isEqualTo(ENDED);
        }
        sweep();
        ended(EndReason.ORPHANED, PRICE);
    }

    @Test
    void twiceIsOnce() {
        claim();
        try (var row = HoldLock.on(stream)) {
            var stop = row.queue(this::cancel);
            var second = row.queue(this::cancel);
            row.release();

            assertThat(stop.join().as(CancelReply.class)).isEqualTo(open());
            assertThat(second.join().as(CancelReply.class)).isEqualTo(open());
        }
        assertThat(update(SHOWN).cancelled()).isTrue();
        endsCancelled(SHOWN, PRICE);
    }

    private CancelReply open() {
        return new CancelReply(true, "http://" + gateway + ":8081");
    }

    private StreamId reserved() {
        var request = Metering.request(account);
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        return request.streamId();
    }

    private Answer claim() {
        return metering.claim(stream, gateway, "1");
    }

    private Answer cancel() {
        return metering.cancel(stream, account);
    }

    private Answer firstFigures() {
        return metering.update(gateway, "1", new Update(stream, 1, SHOWN, true));
    }

    private UpdateReply.Extension update(Totals totals) {
        return extension(metering.update(gateway, "1", new Update(stream, 1, totals, false)));
    }

    private static UpdateReply.Extension extension(Answer answer) {
        return answer.as(UpdateReply.class).streams().getFirst();
    }

    private Answer settle(EndReason reason, Totals totals) {
        var end = Metering.START.plusSeconds(3);
        return metering.settle(
                stream,
                new SettleRequest(
                        1, totals, UsageSource.COUNTED, reason, null, Metering.HASH, Metering.START, null, end));
    }

    private void sweep() {
        sweeper.sweep().await().atMost(Duration.ofSeconds(10));
    }

    private String state() {
        return metering.receipt(stream).as(Receipt.class).state();
    }

    private void endsCancelled(Totals totals, long charge) {
        assertThat(settle(EndReason.CANCELLED, totals).status()).isEqualTo(200);
        assertThat(cancel().as(CancelReply.class)).isEqualTo(ENDED);
        ended(EndReason.CANCELLED, charge);
    }

    private void ended(EndReason reason, long charge) {
        var receipt = metering.receipt(stream).as(Receipt.class);
        assertThat(receipt.state()).isEqualTo("settled");
        assertThat(receipt.endReason()).isEqualTo(reason);
        assertThat(receipt.chargeMicro()).isEqualTo(charge);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(CREDIT - charge);
    }
}
