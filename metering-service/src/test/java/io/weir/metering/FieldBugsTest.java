package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.AccountView;
import io.weir.contracts.holds.GrantReply;
import io.weir.contracts.holds.GrantRequest;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.metering.Metering.Answer;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bugs that products which meter credit have shipped: one group a class of them. After each, the ledger proves itself. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class FieldBugsTest {
    /** 100 prompt tokens and one lease of output at the default price. */
    private static final long HOLD = 6050;

    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();

    @Inject
    Sweeper sweeper;

    @AfterEach
    void provesItself() {
        Audits.assertClean(metering);
    }

    @Test
    void checkThenActOverspend_requestsAtOncePassOneBalance() {
        var account = metering.accountWith(5 * HOLD);

        var answers = atOnce(40, () -> metering.reserve(ReserveTest.with(Metering.request(account), 100)));

        assertThat(answers).filteredOn(a -> a.status() == 201).hasSize(5);
        assertThat(answers).filteredOn(a -> a.status() == 402).hasSize(35);
        assertThat(metering.view(account)).isEqualTo(new AccountView(account, 5 * HOLD, 5 * HOLD, 0, 5));
    }

    @Test
    void checkThenActOverspend_settlesAtOnceTakeMoreThanThereIs() {
        var account = metering.accountWith(3 * HOLD);
        var streams = Stream.generate(() -> open(account)).limit(3).toList();

        var answers = new ArrayList<Callable<Answer>>();
        streams.forEach(stream ->
                answers.add(() -> metering.settle(stream, Metering.settlement(1, Totals.counted(100, 100_000)))));
        var charged = atOnce(answers).stream()
                .map(a -> a.as(SettleReply.class))
                .mapToLong(SettleReply::chargeMicro)
                .sum();

        assertThat(charged).isEqualTo(3 * HOLD);
        assertThat(metering.view(account).balanceMicro()).isZero();
    }

    @Test
    void leakedHolds_nothingStaysHeldHoweverStreamsEnd() {
        var account = metering.accountWith(100 * HOLD);
        metering.release(reserve(account));
        metering.settle(open(account), Metering.settlement(1, Totals.ZERO));
        var cancelled = reserve(account);
        metering.cancel(cancelled, account);
        var forgotten = reserve(account);
        var lost = open(account);

        Sql.run("UPDATE hold SET expires_at = clock_timestamp() - interval '1 s' WHERE stream_id IN ('" + cancelled
                + "', '" + forgotten + "')");
        Sql.loseLease(gateway, 600);
        sweep();

        assertThat(metering.receipt(lost).as(Receipt.class).endReason()).isEqualTo(EndReason.ORPHANED);
        assertThat(metering.view(account)).isEqualTo(new AccountView(account, 100 * HOLD, 0, 100 * HOLD, 0));
    }

    @Test
    void phantomHolds_aRefusedOrRepeatedReserveHoldsNothing() {
        var account = metering.accountWith(HOLD);
        var request = Metering.request(account);

        atOnce(10, () -> metering.reserve(request));
        metering.reserve(Metering.request(account));

        assertThat(metering.view(account)).isEqualTo(new AccountView(account, HOLD, HOLD, 0, 1));
    }

    @Test
    void phantomHolds_aRequestWithoutLimitTakesTheWholeHeadroom() {
        var account = metering.accountWith(100 * HOLD);

        reserve(account);

        assertThat(metering.view(account).availableMicro()).isEqualTo(99 * HOLD);
    }

    @Test
    void disconnectIsFree_aStreamWhoseGatewayVanishedCostsWhatItReported() {
        var account = metering.accountWith(HOLD);
        var stream = open(account);
        metering.update(gateway, "1", new Update(stream, 1, Totals.counted(100, 400), false));

        Sql.loseLease(gateway, 600);
        sweep();

        // Neither nothing nor all that was held: 100 × 500 + 400 × 2000 nano.
        assertThat(metering.receipt(stream).as(Receipt.class).chargeMicro()).isEqualTo(850);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(HOLD - 850);
    }

    @Test
    void disconnectIsFree_aStreamThatWasStoppedPaysItsPrompt() {
        var account = metering.accountWith(HOLD);
        var stream = open(account);
        metering.cancel(stream, account);

        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 0)));

        assertThat(metering.view(account).balanceMicro()).isEqualTo(HOLD - 50);
    }

    @Test
    void sweeperRacesLateSettle_twoWritersOneCharge() {
        for (int round = 0; round < 5; round++) {
            var account = metering.accountWith(2 * HOLD);
            var stream = open(account);
            metering.update(gateway, "1", new Update(stream, 1, Totals.counted(100, 400), false));
            Sql.loseLease(gateway, 600);
            var last = Metering.settlement(1, Totals.counted(100, 500));

            atOnce(List.of(
                    () -> metering.settle(stream, last),
                    () -> metering.fence(stream),
                    () -> sweeper.sweep().await().atMost(Duration.ofSeconds(20)),
                    () -> metering.settle(stream, last)));
            metering.settle(stream, last);

            assertThat(metering.receipt(stream).as(Receipt.class).chargeMicro()).isEqualTo(1050);
            assertThat(metering.view(account))
                    .isEqualTo(new AccountView(account, 2 * HOLD - 1050, 0, 2 * HOLD - 1050, 0));
        }
    }

    @Test
    void sweeperRacesLateSettle_onlyOneCorrectionIsTaken() {
        var account = metering.accountWith(HOLD);
        var stream = open(account);
        Sql.loseLease(gateway, 600);
        sweep();

        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 10)));
        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 1000)));

        assertThat(metering.view(account).balanceMicro()).isEqualTo(HOLD - 70);
    }

    @Test
    void sweeperRacesLateSettle_expiredCreditDoesNotDependOnTheOrderOfRequests() {
        // The same stream, and a look at the balance before or after its end: the same credit is left.
        long lookedFirst = afterExpiry(true);
        long settledFirst = afterExpiry(false);

        assertThat(lookedFirst).isEqualTo(settledFirst).isEqualTo(1000);
    }

    private long afterExpiry(boolean lookFirst) {
        var account = metering.accountWith(1000);
        metering.grant(
                account,
                new GrantRequest(10_000, "promotional", 1, null, Instant.now().plusSeconds(3600), 0, null));
        var stream = open(account);
        Sql.pass(account, Duration.ofHours(1));
        if (lookFirst) {
            metering.view(account);
        }
        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 1000)));
        return metering.view(account).balanceMicro();
    }

    @Test
    void ledgerCores_creditInFlightIsForgottenInTheCheck() {
        var account = metering.accountWith(5 * HOLD);
        for (int i = 0; i < 5; i++) {
            reserve(account);
        }

        assertThat(metering.reserve(Metering.request(account)).status()).isEqualTo(402);
    }

    @Test
    void ledgerCores_doubleCommit() {
        var account = metering.accountWith(HOLD);
        var stream = open(account);
        var last = Metering.settlement(1, Totals.counted(100, 10));

        var replies = atOnce(10, () -> metering.settle(stream, last));

        assertThat(replies)
                .allMatch(a -> a.status() == 200)
                .extracting(Answer::body)
                .containsOnly(replies.getFirst().body());
        assertThat(metering.view(account).balanceMicro()).isEqualTo(HOLD - 70);
        assertThat(metering.settle(stream, Metering.settlement(1, Totals.counted(100, 11)))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void ledgerCores_doubleVoid() {
        var account = metering.accountWith(2 * HOLD);
        var stream = reserve(account);
        reserve(account);

        atOnce(10, () -> metering.release(stream));

        assertThat(metering.view(account)).isEqualTo(new AccountView(account, 2 * HOLD, HOLD, HOLD, 1));
    }

    @Test
    void ledgerCores_rejectedIsCommitted() {
        var account = metering.accountWith(HOLD);
        var stream = reserve(account);
        metering.release(stream);

        assertThat(metering.claim(stream, gateway, "1").status()).isEqualTo(409);
        assertThat(metering.settle(stream, Metering.settlement(1, Totals.counted(100, 10)))
                        .status())
                .isEqualTo(409);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(HOLD);
    }

    @Test
    void ledgerCores_commitAboveTheHold() {
        var account = metering.accountWith(3 * HOLD);

        metering.settle(open(account), Metering.settlement(1, Totals.counted(100, 5000)));

        assertThat(metering.view(account).balanceMicro()).isEqualTo(3 * HOLD - 10_050);
    }

    @Test
    void ledgerCores_repeatedRefund() {
        var account = metering.accountWith(1000);
        var grant = metering.grant(account, 500).as(GrantReply.class).grantId();

        var answers = atOnce(10, () -> metering.takeBack(account, grant));

        assertThat(answers).allMatch(a -> a.status() == 200);
        assertThat(metering.view(account).balanceMicro()).isEqualTo(1000);
    }

    @Test
    void silentUsageLoss_whatCannotBePaidIsKeptAsReceivable() {
        var account = metering.accountWith(HOLD);
        var stream = open(account);

        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 5000)));

        var receipt = metering.receipt(stream).as(Receipt.class);
        assertThat(receipt.tokens().output()).isEqualTo(5000);
        assertThat(receipt.chargeMicro()).isEqualTo(HOLD);
        assertThat(receipt.receivableMicro()).isEqualTo(10_050 - HOLD);
    }

    @Test
    void silentUsageLoss_usageReportedAfterTheSweepIsTaken() {
        var account = metering.accountWith(HOLD);
        var stream = open(account);
        Sql.loseLease(gateway, 600);
        sweep();

        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 200)));

        assertThat(metering.receipt(stream).as(Receipt.class).tokens()).isEqualTo(Totals.counted(100, 200));
        assertThat(metering.view(account).balanceMicro()).isEqualTo(HOLD - 450);
    }

    @Test
    void paymentRequiredForTheWorstCase_aShortAnswerIsAffordable() {
        // Far below the agent's 4096 tokens, and even below one lease of output.
        var account = metering.accountWith(500);

        var answer = metering.reserve(Metering.request(account));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.as(ReserveReply.class).grantedMicro()).isEqualTo(500);
        assertThat(answer.as(ReserveReply.class).last()).isTrue();
    }

    private StreamId reserve(AccountId account) {
        var answer = metering.reserve(Metering.request(account));
        assertThat(answer.status()).isEqualTo(201);
        return answer.as(ReserveReply.class).streamId();
    }

    private StreamId open(AccountId account) {
        var stream = reserve(account);
        assertThat(metering.claim(stream, gateway, "1").status()).isEqualTo(200);
        return stream;
    }

    private void sweep() {
        for (int round = 0; round < 10; round++) {
            sweeper.sweep().await().atMost(Duration.ofSeconds(20));
        }
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) {
        return atOnce(Stream.generate(() -> call).limit(times).toList());
    }

    private static <T> List<T> atOnce(List<? extends Callable<? extends T>> calls) {
        try (var threads = Executors.newFixedThreadPool(calls.size())) {
            var running = calls.stream().map(call -> threads.submit(call)).toList();
            var answers = new ArrayList<T>();
            for (var one : running) {
                answers.add(one.get());
            }
            return answers;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
