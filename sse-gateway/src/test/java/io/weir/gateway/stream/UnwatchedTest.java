package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A gateway that stops what nobody watches: edges that leave, and relays that count. */
@QuarkusTest
@TestProfile(UnwatchedTest.Stopping.class)
@QuarkusTestResource(Surroundings.class)
class UnwatchedTest extends OneStream {
    /** Longer than the patience of this gateway. */
    private static final int LATER_MILLIS = 2500;

    /** Stops after a second. */
    public static class Stopping implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("weir.gateway.unwatched", "stop", "weir.gateway.times.unwatched", "1s");
        }
    }

    @Test
    void endsWhatNobodyWatchesAsCancelled() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        call.close();
        // Then
        world.agent().awaitHangUp();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(hold.settled().totals().output()).isPositive();
        assertThat(world.relay().log(stream).terminal().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(world.relay().log(stream).text()).isEqualTo("word0 word1 word2 word3 word4");
    }

    @Test
    void goesOnWhileAnEdgeIsConnected() {
        // Given
        world.agent().script(UnwatchedTest::slowly);
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(call.text()).endsWith(" end");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void goesOnWhileTheRelayCountsSubscribersAndEndsWithTheLastOne() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(5);
            talk.later(LATER_MILLIS, later -> later.say(" more"));
        });
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        world.relay().watchers(stream, 2);
        // When
        call.close();
        // Then
        Await.until(
                "the agent is still heard",
                () -> world.relay().log(stream).text().endsWith(" more"));
        assertThat(hold.settles()).isEmpty();
        // When
        world.relay().watchers(stream, 1);
        world.relay().watchers(stream, 0);
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
    }

    @Test
    void goesOnWhileNoRelayCanSayWhoWatches() {
        // Given
        world.agent().script(UnwatchedTest::slowly);
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        world.relay().down();
        call.close();
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        world.relay().up();
        assertThat(world.relay().log(stream).terminal().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void believesTheRelayThatItIsConnectedToNow() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        world.relay().watchers(stream, 2);
        call.close();
        // When
        world.relay().down();
        world.relay().log(stream).watchers(0);
        world.relay().up();
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
    }

    @Test
    void goesOnAtAnotherRelayWhereSubscribersHaveMovedTo() {
        // Given
        world.agent().script(UnwatchedTest::slowly);
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        world.relay().watchers(stream, 2);
        call.close();
        // When
        world.relay().down();
        world.relay().log(stream).watchers(1);
        world.relay().up();
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    private static void slowly(FakeAgent.Talk talk) {
        talk.scaffold().words(5);
        talk.later(LATER_MILLIS, later -> later.say(" end").completed(9, 9));
    }
}
