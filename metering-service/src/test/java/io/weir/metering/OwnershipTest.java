package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.CancelReply;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.holds.Receipt;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class OwnershipTest {
    private final Metering metering = new Metering();
    private final String gateway = "g-" + UUID.randomUUID();

    @Inject
    Sweeper sweeper;

    @Test
    void givesAStreamToOneGatewayOnly() {
        var stream = reserved(metering.accountWith(1_000_000));

        var won = metering.claim(stream, gateway, "1").as(ClaimReply.class);
        var again = metering.claim(stream, gateway, "1").as(ClaimReply.class);
        var lost = metering.claim(stream, gateway + "b", "1").as(ClaimReply.class);

        assertThat(won).isEqualTo(new ClaimReply(true, 1, false, null, null));
        assertThat(again).isEqualTo(won);
        assertThat(lost).isEqualTo(new ClaimReply(false, 1, false, gateway, "http://" + gateway + ":8081"));
    }

    @Test
    void refusesClaimsOfWhatIsOverOrUnknown() {
        var account = metering.accountWith(1_000_000);
        var released = reserved(account);
        metering.release(released);
        var settled = claimed(account);
        metering.settle(settled, Metering.settlement(1, Totals.ZERO));

        assertThat(metering.claim(Metering.stream(), gateway, "1").status()).isEqualTo(404);
        assertThat(metering.claim(released, gateway, "1").status()).isEqualTo(409);
        assertThat(metering.claim(settled, gateway, "1").status()).isEqualTo(409);
        assertThat(metering.release(settled).status()).isEqualTo(409);
        assertThat(metering.release(claimed(account)).status()).isEqualTo(409);
        assertThat(metering.release(Metering.stream()).status()).isEqualTo(404);
    }

    @Test
    void tellsAClaimOfACancelThatCameFirst() {
        var account = metering.accountWith(1_000_000);
        var stream = reserved(account);

        assertThat(metering.cancel(stream, account).as(CancelReply.class)).isEqualTo(new CancelReply(true, null));
        assertThat(metering.cancel(stream, Metering.account()).status()).isEqualTo(404);
        assertThat(metering.claim(stream, gateway, "1").as(ClaimReply.class).cancelled())
                .isTrue();
        assertThat(metering.cancel(stream, account).as(CancelReply.class))
                .isEqualTo(new CancelReply(true, "http://" + gateway + ":8081"));
        metering.settle(stream, Metering.settlement(1, Totals.ZERO));
        assertThat(metering.cancel(stream, account).as(CancelReply.class)).isEqualTo(new CancelReply(false, null));
        assertThat(metering.cancel(Metering.stream(), account).status()).isEqualTo(404);
    }

    @Test
    void tellsTheOwnersNextUpdateOfACancelThatCameAfterTheClaim() {
        var account = metering.accountWith(1_000_000);
        var stream = claimed(account);
        var figures = new Update(stream, 1, Totals.counted(1, 1), true);
        assertThat(metering.update(gateway, "1", figures)
                        .as(UpdateReply.class)
                        .streams()
                        .getFirst()
                        .cancelled())
                .isFalse();

        metering.cancel(stream, account);

        var told = metering.update(gateway, "1", figures)
                .as(UpdateReply.class)
                .streams()
                .getFirst();
        assertThat(told.accepted()).isTrue();
        assertThat(told.cancelled()).isTrue();
        assertThat(metering.update(gateway, "1", new Update(stream, 9, Totals.ZERO, false))
                        .as(UpdateReply.class)
                        .streams()
                        .getFirst()
                        .cancelled())
                .as("said to the owner alone")
                .isFalse();
    }

    @Test
    void extendsUpToOneLeaseOfOutputAsLongAsCreditLasts() {
        // Given: one hold of 6050, and 1000 more
        var stream = claimed(metering.accountWith(7050));

        // When
        var extended = update(stream, 1, Totals.counted(100, 100), true);
        var more = update(stream, 1, Totals.counted(100, 2000), true);
        var refused = update(stream, 1, Totals.counted(100, 2100), true);
        var notAsked = update(stream, 1, Totals.counted(100, 2200), false);

        // Then: 100 tokens used are refilled, then there are 800 left of the 3,600 that are wanted
        assertThat(extended.grantedMicro()).isEqualTo(6250);
        assertThat(extended.last()).isFalse();
        assertThat(more.grantedMicro()).isEqualTo(7050);
        assertThat(more.availableMicro()).isZero();
        assertThat(refused.grantedMicro()).isEqualTo(7050);
        assertThat(refused.last()).isTrue();
        assertThat(notAsked.last()).isFalse();
        Audits.assertClean(metering);
    }

    @Test
    void takesNoFiguresFromAnotherEpochGatewayOrProcess() {
        var stream = claimed(metering.accountWith(1_000_000));
        update(stream, 1, Totals.counted(100, 50), false);

        assertThat(update(stream, 2, Totals.counted(100, 999), true).accepted()).isFalse();
        assertThat(update(Metering.stream(), 1, Totals.counted(1, 1), true).accepted())
                .isFalse();
        assertThat(metering.update(gateway + "x", "1", new Update(stream, 1, Totals.counted(100, 999), true))
                        .as(UpdateReply.class)
                        .streams()
                        .getFirst()
                        .accepted())
                .isFalse();
        // An older figure that arrives late changes nothing.
        assertThat(update(stream, 1, Totals.counted(100, 40), false).accepted()).isTrue();
        assertThat(metering.receipt(stream).as(Receipt.class).tokens()).isEqualTo(Totals.counted(100, 50));
        assertThat(metering.receipt(stream).as(Receipt.class).state()).isEqualTo("settling");
        assertThat(metering.update(gateway, "1").as(UpdateReply.class).streams())
                .isEmpty();
        assertThat(metering.update(gateway, "1").as(UpdateReply.class).timeline())
                .isPositive();
    }

    @Test
    void fencesOnlyOnceTheLeaseIsLost() {
        // Given
        var account = metering.accountWith(1_000_000);
        var stream = claimed(account);
        update(stream, 1, Totals.counted(100, 500), false);

        // When, then: the lease runs
        var leased = metering.fence(stream);
        assertThat(leased.status()).isEqualTo(409);
        assertThat(leased.as(FenceRefusal.class).leaseRemainingMs()).isBetween(50_000L, 60_000L);

        // When, then: it is lost
        Sql.loseLease(gateway, 1);
        var fenced = metering.fence(stream);
        assertThat(fenced.status()).isEqualTo(200);
        assertThat(fenced.as(FenceReply.class))
                .isEqualTo(new FenceReply(2, EndReason.ORPHANED, Totals.counted(100, 500), 1050));
        assertThat(metering.fence(stream).as(FenceReply.class)).isEqualTo(fenced.as(FenceReply.class));
        assertThat(update(stream, 1, Totals.counted(100, 999), true).accepted()).isFalse();
        assertThat(metering.fence(Metering.stream()).status()).isEqualTo(404);
        assertThat(metering.fence(reserved(account)).status()).isEqualTo(409);
        Audits.assertClean(metering);
    }

    @Test
    void endsTheLeaseOfAnOldProcessWhenANewOneSpeaks() {
        var stream = claimed(metering.accountWith(1_000_000));

        metering.update(gateway, "2");

        assertThat(metering.fence(stream).status()).isEqualTo(200);
        // The zombie can neither renew nor take new streams.
        var other = reserved(metering.accountWith(1_000_000));
        assertThat(metering.claim(other, gateway, "1").status()).isEqualTo(409);
        assertThat(metering.claim(other, gateway, "2").as(ClaimReply.class).won())
                .isTrue();
        assertThat(update(other, 1, Totals.counted(1, 1), false).accepted()).isFalse();
    }

    @Test
    void letsNoOlderProcessEndTheLeaseOfANewerOne() {
        var stream = claimed(metering.accountWith(1_000_000));
        var other = reserved(metering.accountWith(1_000_000));

        // What process 0 sent before it died arrives after process 1 was heard.
        metering.update(gateway, "0");
        assertThat(metering.claim(other, gateway, "0").status()).isEqualTo(409);

        assertThat(metering.fence(stream).status()).isEqualTo(409);
        assertThat(update(stream, 1, Totals.counted(1, 1), false).accepted()).isTrue();
        // A clock that was set back locks no gateway out.
        Sql.loseLease(gateway, 1);
        assertThat(metering.claim(other, gateway, "0").as(ClaimReply.class).won())
                .isTrue();
    }

    @Test
    void startsEveryLeaseAnewAfterAnOutage() {
        var stream = claimed(metering.accountWith(1_000_000));
        Sql.loseLease(gateway, 100);
        Sql.run("UPDATE service_beat SET beat_at = clock_timestamp() - interval '1 h'");

        assertThat(metering.fence(stream).status()).isEqualTo(409);
        sweep();
        assertThat(metering.fence(stream).as(FenceRefusal.class).leaseRemainingMs())
                .isBetween(50_000L, 60_000L);
        assertThat(metering.receipt(stream).as(Receipt.class).state()).isEqualTo("settling");
    }

    @Test
    void sweepsWhatItsGatewayHasLostAndWhatNobodyClaimed() {
        // Given
        var account = metering.accountWith(1_000_000);
        var orphan = claimed(account);
        var unclaimed = reserved(account);
        update(orphan, 1, Totals.counted(100, 10), false);

        // When, then: within the grace nothing happens
        Sql.loseLease(gateway, 20);
        sweep();
        assertThat(metering.view(account).openStreams()).isEqualTo(2);

        // When, then: past it
        Sql.loseLease(gateway, 31);
        Sql.run("UPDATE hold SET expires_at = clock_timestamp() WHERE stream_id = '" + unclaimed + "'");
        sweep();
        assertThat(metering.view(account).openStreams()).isZero();
        assertThat(metering.view(account).heldMicro()).isZero();
        assertThat(metering.receipt(orphan).as(Receipt.class).endReason()).isEqualTo(EndReason.ORPHANED);
        assertThat(metering.receipt(orphan).as(Receipt.class).chargeMicro()).isEqualTo(70);
        assertThat(metering.claim(unclaimed, gateway, "3").status()).isEqualTo(409);
        Audits.assertClean(metering);
    }

    @Test
    void sweepsMoreThanOneStatementsWorthInOneRound() {
        // Given: 450 holds that nobody has claimed, 200 go at a time
        var account = metering.accountWith(1_000_000);
        Sql.run("UPDATE account SET open_streams = 450 WHERE id = '" + account + "'");
        Sql.run("INSERT INTO hold (stream_id, account_id, session, agent, price_name, price_version, granted,"
                + " prompt_tokens, lease_tokens, max_output, expires_at) SELECT gen_random_uuid(), '" + account
                + "', 's', 'demo', 'default', 1, 0, 1, 1, 1, clock_timestamp() - interval '1 s'"
                + " FROM generate_series(1, 450)");

        // When
        var swept = sweep();

        // Then
        assertThat(swept.released()).isGreaterThanOrEqualTo(450);
        assertThat(metering.view(account).openStreams()).isZero();
    }

    @Test
    void metersEachChargeOnceWhoeverWritesIt() {
        // Given: swept at 50 micro-credits for the prompt and 20 for the output, then corrected by 20 more
        sweep(); // what other tests have left open
        var before = charged();
        var stream = claimed(metering.accountWith(1_000_000));
        update(stream, 1, Totals.counted(100, 10), false);
        Sql.loseLease(gateway, 31);

        // When
        sweep();
        var swept = charged();
        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 20)));
        metering.settle(stream, Metering.settlement(1, Totals.counted(100, 20)));

        // Then
        assertThat(swept - before).isEqualTo(70.0);
        assertThat(charged() - swept).isEqualTo(20.0);
    }

    /** What the meter of the agent {@code demo} says; other test classes do not run meanwhile. */
    private double charged() {
        return metering.text("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("weir_metering_charged_microcredits_total{agent=\"demo\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    @Test
    void sweepsWhatALivingGatewayHasForgotten() {
        // Given: the gateway lives, but names only one of its streams
        var account = metering.accountWith(1_000_000);
        var forgotten = claimed(account);
        var named = claimed(account);
        Sql.loseLease(gateway, 0);
        Sql.run("UPDATE hold SET seen_at = clock_timestamp() - interval '14 min' WHERE gateway = '" + gateway + "'");
        update(named, 1, Totals.ZERO, false);

        // When, then
        sweep();
        assertThat(metering.view(account).openStreams()).isEqualTo(2);
        Sql.run("UPDATE hold SET seen_at = seen_at - interval '2 min' WHERE gateway = '" + gateway + "'");
        sweep();
        assertThat(metering.view(account).openStreams()).isEqualTo(1);
        assertThat(metering.receipt(forgotten).as(Receipt.class).endReason()).isEqualTo(EndReason.ORPHANED);
        Audits.assertClean(metering);
    }

    @Test
    void settlesEvenFiguresBeyondAllReason() {
        var account = metering.accountWith(1_000_000);
        var stream = claimed(account);

        var settled = metering.settle(
                stream, Metering.settlement(1, new Totals(Long.MAX_VALUE, 5, Long.MAX_VALUE - 5, Long.MAX_VALUE, 7)));

        assertThat(settled.as(SettleReply.class).chargeMicro()).isEqualTo(1_000_000);
        assertThat(metering.view(account).balanceMicro()).isZero();
        Audits.assertClean(metering);
    }

    @Test
    void takesOneLateCorrectionFromTheOwnerThatWasSwept() {
        // Given
        var account = metering.accountWith(1_000_000);
        var stream = claimed(account);
        update(stream, 1, Totals.counted(100, 500), false);
        Sql.loseLease(gateway, 1);
        metering.fence(stream);

        // When
        var late = metering.settle(stream, Metering.settlement(1, Totals.counted(100, 700)))
                .as(SettleReply.class);
        var again = metering.settle(stream, Metering.settlement(1, Totals.counted(100, 900)))
                .as(SettleReply.class);
        var older = metering.settle(stream, Metering.settlement(0, Totals.counted(100, 900)))
                .as(SettleReply.class);

        // Then: 200 more tokens, once, and the reason stands
        assertThat(late).isEqualTo(new SettleReply(1450, 0, 1_000_000 - 1450, EndReason.ORPHANED, true));
        assertThat(again).isEqualTo(late);
        assertThat(older.chargeMicro()).isEqualTo(1450);
        var receipt = metering.receipt(stream).as(Receipt.class);
        assertThat(receipt.endReason()).isEqualTo(EndReason.ORPHANED);
        assertThat(receipt.entries())
                .extracting(Receipt.Entry::leg)
                .containsExactly("charge", "revenue", "late", "late_revenue");
        Audits.assertClean(metering);
    }

    @Test
    void booksWhatTheAccountCannotPayAsReceivable() {
        // Given: everything is held
        var account = metering.accountWith(6050);
        var stream = claimed(account);

        // When
        var settled = metering.settle(stream, Metering.settlement(1, Totals.counted(100, 5000)))
                .as(SettleReply.class);

        // Then
        assertThat(settled).isEqualTo(new SettleReply(6050, 4000, 0, EndReason.COMPLETED, false));
        assertThat(metering.view(account).balanceMicro()).isZero();
        assertThat(metering.receipt(stream).as(Receipt.class).receivableMicro()).isEqualTo(4000);
        Audits.assertClean(metering);
    }

    @Test
    void leavesWhatOtherStreamsHoldAlone() {
        var account = metering.accountWith(2 * 6050 + 100);
        var other = claimed(account);
        var stream = claimed(account);

        var settled = metering.settle(stream, Metering.settlement(1, Totals.counted(100, 5000)))
                .as(SettleReply.class);

        assertThat(settled.chargeMicro()).isEqualTo(6150);
        assertThat(settled.receivableMicro()).isEqualTo(3900);
        assertThat(metering.view(account).heldMicro()).isEqualTo(6050);
        assertThat(metering.settle(other, Metering.settlement(1, Totals.counted(100, 3000)))
                        .as(SettleReply.class)
                        .receivableMicro())
                .isZero();
        Audits.assertClean(metering);
    }

    @Test
    void givesTheStoredResultToARepeatedSettleAndRefusesAnotherOne() {
        var stream = claimed(metering.accountWith(1_000_000));
        var first = metering.settle(stream, Metering.settlement(1, Totals.counted(100, 10)));

        assertThat(metering.settle(stream, Metering.settlement(1, Totals.counted(100, 10)))
                        .body())
                .isEqualTo(first.body());
        assertThat(metering.settle(stream, Metering.settlement(1, Totals.counted(100, 11)))
                        .status())
                .isEqualTo(409);
        assertThat(metering.settle(Metering.stream(), Metering.settlement(1, Totals.ZERO))
                        .status())
                .isEqualTo(404);
        assertThat(metering.settle(reserved(metering.accountWith(1_000_000)), Metering.settlement(1, Totals.ZERO))
                        .status())
                .isEqualTo(409);
        assertThat(metering.settle(claimed(metering.accountWith(1_000_000)), Metering.settlement(7, Totals.ZERO))
                        .status())
                .isEqualTo(409);
        Audits.assertClean(metering);
    }

    @Test
    void chargesOnceWhenSettleSweepAndFenceRace() throws Exception {
        for (int round = 0; round < 20; round++) {
            var account = metering.accountWith(1_000_000);
            var stream = claimed(account);
            update(stream, 1, Totals.counted(100, 100), false);
            Sql.loseLease(gateway, 60);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Callable<Integer> settle =
                        () -> metering.settle(stream, Metering.settlement(1, Totals.counted(100, 200)))
                                .status();
                var settled = threads.submit(settle);
                var fenced = threads.submit(() -> metering.fence(stream).status());
                var swept = threads.submit(this::sweep);
                assertThat(settled.get()).isEqualTo(200);
                assertThat(fenced.get()).isEqualTo(200);
                swept.get();
            }
            // Whoever came first: 100 or 200 tokens, and the settle brings it to 200 either way.
            assertThat(metering.view(account).balanceMicro()).isEqualTo(1_000_000 - 450);
            assertThat(metering.view(account).heldMicro()).isZero();
        }
        Audits.assertClean(metering);
    }

    private Sweeper.Swept sweep() {
        return sweeper.sweep().await().atMost(Duration.ofSeconds(10));
    }

    private UpdateReply.Extension update(StreamId stream, long epoch, Totals totals, boolean extend) {
        return metering.update(gateway, "1", new Update(stream, epoch, totals, extend))
                .as(UpdateReply.class)
                .streams()
                .getFirst();
    }

    private StreamId reserved(AccountId account) {
        var request = Metering.request(account);
        assertThat(metering.reserve(request).status()).isEqualTo(201);
        return request.streamId();
    }

    private StreamId claimed(AccountId account) {
        var stream = reserved(account);
        assertThat(metering.claim(stream, gateway, "1").as(ClaimReply.class).won())
                .isTrue();
        return stream;
    }
}
