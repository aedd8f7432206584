package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of metering that never arrive, and a process that may die before it asks. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class LostAnswersTest extends OneStream {
    private static final SettleRequest ANY = new SettleRequest(
            1, Totals.ZERO, UsageSource.COUNTED, EndReason.CANCELLED, null, null, Instant.EPOCH, null, Instant.EPOCH);

    @ConfigProperty(name = "weir.gateway.journal")
    @SuppressWarnings("NullAway.Init")
    Path journal;

    @BeforeEach
    void shortAnswers() {
        world.agent().script(talk -> talk.scaffold().words(5).completed(10, 5));
    }

    @Test
    void livesAClaimWhoseFirstAnswerWasLost() {
        // Given
        hold.silent(true);
        // When
        var call = CompletableFuture.supplyAsync(() -> gateway.open(stream, "demo"));
        Await.until("claimed", hold::claimed);
        hold.silent(false);
        // Then
        assertThat(call.join().terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void endsAClaimThatIsWonAfterItsCallerWasTurnedAway() {
        // Given
        hold.silent(true);
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        hold.silent(false);
        // Then
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.raw()).contains("metering-unavailable");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.METERING_UNAVAILABLE);
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
        assertThat(world.relay().log(stream).terminal().reason()).isEqualTo(EndReason.METERING_UNAVAILABLE);
        assertThat(world.agent().asked()).isEmpty();
    }

    @Test
    void leavesTheStreamOfItsPredecessorAlone() {
        // Given
        Await.until("a batch", () -> !world.metering().batches().isEmpty());
        hold.ownedBy(world.metering().batches().getFirst().gateway()).silent(true);
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        hold.silent(false);
        // Then
        assertThat(call.status()).isEqualTo(503);
        assertThat(gateway.open(stream, "demo").awaitEnd().status()).isEqualTo(409);
        assertThat(world.agent().asked()).isEmpty();
        assertThat(hold.settles()).isEmpty();
    }

    @Test
    void letsNoTerminalLeaveBeforeItIsOnDisk() {
        // Given
        var disk = new CountDownLatch(1);
        settlement.fixed(Tickets.stream(), ANY, () -> hang(disk));
        Await.until("the disk hangs", () -> settlement.unwritten() == 0);
        // When
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        Await.until("the ending waits for the disk", () -> settlement.unwritten() > 0);
        roundTrip();
        // Then
        assertThat(world.relay().log(stream).runs()).noneMatch(Run.Terminal.class::isInstance);
        assertThat(call.raw()).doesNotContain("response.completed");
        assertThat(hold.settles()).isEmpty();
        disk.countDown();
        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(lines()).contains("+ " + stream);
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void endsAStreamThoughTheDiskHangs() {
        // Given
        var disk = new CountDownLatch(1);
        settlement.fixed(Tickets.stream(), ANY, () -> hang(disk));
        // When: 5 s are waited for the disk
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(hold.settles()).as("the disk comes before the settle").isEmpty();
        disk.countDown();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    /** What the gateway has sent to the relay so far has arrived when this returns. */
    private void roundTrip() {
        var payload = Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8);
        world.relay().send(new AppendFrame.Input(stream, 7, "alice", "steer", payload));
        Await.until("an answer", () -> !world.relay().answers().isEmpty());
    }

    private static void hang(CountDownLatch disk) {
        try {
            assertThat(disk.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String lines() {
        try {
            return Files.readString(journal.resolve("settles"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
