package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.SlowDisk;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Run;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A stop beside everything else that can happen to a stream at the same moment: claim, first delta, terminal, settle, sweep
 * and a second stop, each in both orders. One terminal, and the first cause wins. What metering makes of each pair, on the
 * real ledger, is in its test of the same name.
 */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class StopInterleavingsTest extends OneStream {
    private static final int TAKEN = 202;
    private static final int OVER = 204;

    @Test
    void beforeTheClaimIsAnsweredNoMachineIsCalled() {
        // Given a claim that metering has executed and not answered
        hold.silent(true);
        var call = CompletableFuture.supplyAsync(() -> gateway.open(stream, "demo"));
        Await.until("claimed", hold::claimed);
        // When
        assertThat(stop()).isEqualTo(TAKEN);
        hold.silent(false);
        // Then
        endsOnce(call.join(), EndReason.CANCELLED);
        assertThat(world.agent().asked()).isEmpty();
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
    }

    @Test
    void afterTheClaimTheMachineIsLeftAlone() {
        // Given
        world.agent().script(FakeAgent.Talk::open);
        SseCall call = gateway.open(stream, "demo");
        Await.until("asked", () -> !world.agent().asked().isEmpty());
        // When
        assertThat(stop()).isEqualTo(TAKEN);
        // Then
        world.agent().awaitHangUp();
        endsOnce(call, EndReason.CANCELLED);
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
    }

    @Test
    void beforeTheFirstDeltaNothingIsShownAndNothingCharged() {
        // Given
        var talking = new CompletableFuture<FakeAgent.Talk>();
        world.agent().script(talk -> talking.complete(talk.scaffold()));
        SseCall call = gateway.open(stream, "demo");
        FakeAgent.Talk talk = talking.join();
        // When
        assertThat(stop()).isEqualTo(TAKEN);
        world.agent().awaitHangUp();
        talk.say("too late");
        // Then
        endsOnce(call, EndReason.CANCELLED);
        assertThat(call.text()).isEmpty();
        assertThat(world.relay().log(stream).head()).as("the ending alone").isEqualTo(1);
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
    }

    @Test
    void afterTheFirstDeltaWhatWasShownIsCharged() {
        // Given
        world.agent().script(talk -> talk.scaffold().say("first"));
        SseCall call = gateway.open(stream, "demo").awaitText("first");
        // When
        assertThat(stop()).isEqualTo(TAKEN);
        // Then
        endsOnce(call, EndReason.CANCELLED);
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(hold.settled().totals().output()).isEqualTo(1);
    }

    @Test
    void beforeTheAgentsTerminalItsFiguresCountNoMore() {
        // Given
        var talking = new CompletableFuture<FakeAgent.Talk>();
        world.agent().script(talk -> talking.complete(talk.scaffold().say("first")));
        SseCall call = gateway.open(stream, "demo").awaitText("first");
        // When
        assertThat(stop()).isEqualTo(TAKEN);
        talking.join().completed(1000, 1000);
        // Then
        endsOnce(call, EndReason.CANCELLED);
        assertThat(hold.settled().totals().output()).isEqualTo(1);
    }

    @Test
    void afterTheAgentsTerminalItComesTooLate() {
        // Given an ending that is fixed and has not left
        try (var disk = SlowDisk.of(settlement)) {
            world.agent().script(talk -> talk.scaffold().words(5).completed(10, 5));
            SseCall call = gateway.open(stream, "demo").awaitText("word4");
            Await.until("the ending waits for the disk", () -> settlement.unwritten() > 0);
            // When
            assertThat(stop()).as("nobody has seen the ending yet").isEqualTo(TAKEN);
            world.relay().send(new AppendFrame.Cancel(stream, "alice"));
            disk.recover();
            // Then
            endsOnce(call, EndReason.COMPLETED);
            assertThat(hold.settled().totals()).isEqualTo(Totals.counted(10, 5));
        }
    }

    @Test
    void whileTheSettleIsOutstandingItIsOver() {
        // Given
        var talking = new CompletableFuture<FakeAgent.Talk>();
        world.agent().script(talk -> talking.complete(talk.scaffold().words(5)));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        world.metering().down();
        talking.join().completed(10, 5);
        call.awaitEnd();
        // When
        assertThat(stop()).isEqualTo(OVER);
        world.metering().up();
        // Then
        endsOnce(call, EndReason.COMPLETED);
    }

    @Test
    void isSettledOnceMeteringIsBack() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        world.metering().down();
        // When
        assertThat(stop()).isEqualTo(TAKEN);
        call.awaitEnd();
        assertThat(stop()).isEqualTo(OVER);
        world.metering().up();
        // Then
        endsOnce(call, EndReason.CANCELLED);
    }

    @Test
    void afterTheSweepTheStreamIsNoLongerOurs() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When metering has given it up, and the next update is told so
        hold.fence();
        world.agent().awaitHangUp();
        call.awaitEnd();
        assertThat(stop()).isEqualTo(OVER);
        // Then
        endsOnce(call, EndReason.ORPHANED);
    }

    @Test
    void beforeTheSweepTheOwnerSettlesAsStopped() {
        // Given a stop whose ending is fixed and has not left
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        try (var disk = SlowDisk.of(settlement)) {
            assertThat(stop()).isEqualTo(TAKEN);
            Await.until("the ending waits for the disk", () -> settlement.unwritten() > 0);
            // When metering has given the stream up, and the relay has ended its log
            hold.fence();
            world.relay().log(stream).refuse();
            disk.recover();
            // Then the one true ending is in the log, and the owner reports what it has produced
            call.awaitEnd();
            assertThat(call.raw()).doesNotContain("response.incomplete").doesNotContain("response.failed");
            assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
            assertThat(hold.settled().totals().output()).isPositive();
            Await.until("let go", () -> open.size() == 0);
            assertThat(hold.settles()).hasSize(1);
            assertThat(world.relay().log(stream).runs()).noneMatch(Run.Terminal.class::isInstance);
        }
    }

    @Test
    void twiceOnEveryWayIsOnce() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        assertThat(stop()).isEqualTo(TAKEN);
        world.relay().send(new AppendFrame.Cancel(stream, "alice"));
        hold.cancelled();
        assertThat(stop()).isIn(TAKEN, OVER);
        // Then
        endsOnce(call, EndReason.CANCELLED);
        assertThat(stop()).isEqualTo(OVER);
    }

    private int stop() {
        return gateway.stop(stream, world.keys().getPrivate(), "internal");
    }

    /** Reader, log and ledger know one ending, and the same. */
    private void endsOnce(SseCall call, EndReason reason) {
        long offset = call.terminal().path("sequence_number").asLong();
        assertThat(hold.settled().reason()).isEqualTo(reason);
        Run.Terminal logged = world.relay().log(stream).terminal();
        Await.until("let go", () -> open.size() == 0);
        assertThat(logged.reason()).isEqualTo(reason);
        assertThat(logged.offset()).isEqualTo(offset);
        assertThat(logged.totals()).isEqualTo(hold.settled().totals());
        assertThat(world.relay().log(stream).runs().stream().filter(Run.Terminal.class::isInstance))
                .hasSize(1);
        assertThat(call.raw().split("event: response\\.(completed|incomplete|failed)\n", -1))
                .as("one terminal")
                .hasSize(2);
        assertThat(call.text()).isEqualTo(world.relay().log(stream).text());
        assertThat(hold.settles()).hasSize(1);
    }
}
