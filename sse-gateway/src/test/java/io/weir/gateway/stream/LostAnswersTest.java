package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeMetering;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of metering that never arrive, and a process that may die before it asks. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class LostAnswersTest extends OneStream {
    private static final int TRIES = 3;

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
    void journalsTheEndBeforeItIsShown() {
        // Given: without the relay the terminal is shown, and settled, after half a second
        world.relay().down();
        // When
        boolean noted = false;
        for (int i = 0; i < TRIES && !noted; i++) {
            noted = isNotedLongBeforeItIsSettled();
        }
        // Then
        world.relay().up();
        assertThat(noted).isTrue();
    }

    private boolean isNotedLongBeforeItIsSettled() {
        StreamId next = Tickets.stream();
        FakeMetering.Hold other = world.metering().hold(next);
        SseCall call = gateway.open(next, "demo");
        Await.until("a line in the journal", () -> lines().contains("+ " + next));
        pause();
        boolean before = other.settles().isEmpty();
        call.awaitEnd();
        assertThat(other.settled().reason()).isEqualTo(EndReason.COMPLETED);
        return before;
    }

    private String lines() {
        try {
            return Files.readString(journal.resolve("settles"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
