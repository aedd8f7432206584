package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.AgentWords;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.FakeRelay;
import io.weir.gateway.fakes.SlowDisk;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Deltas;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a stop means, by order and cause and not by time: from the moment in which the owner has taken it nothing that the
 * agent says gets an offset, and the agent, who says nothing, sees its socket closed.
 */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class StopOrderTest extends OneStream {
    /** The ways on which a stop reaches a gateway. */
    enum Way {
        DELETE,
        APPEND_CONNECTION
    }

    @ParameterizedTest
    @MethodSource("everyDialectAndWay")
    void numbersNothingAfterAStopAndHangsUpOnAnAgentThatIsSilent(AgentWords words, Way way) {
        // Given an agent in mid-answer that falls silent, and a disk that keeps the ending from leaving
        var talking = new CompletableFuture<FakeAgent.Talk>();
        world.agent().script(talk -> {
            words.begin(talk);
            List.of("one ", "two ", "three").forEach(word -> words.say(talk, word));
            talking.complete(talk);
        });
        SseCall call = gateway.open(stream, words.agent()).awaitText("three");
        FakeRelay.Log log = world.relay().log(stream);
        Await.until("all of it in the log", () -> log.text().equals("one two three"));
        long head = log.head();
        try (var disk = SlowDisk.of(settlement)) {
            // When
            stop(way);
            // Then the owner has taken it: its ending is on its way to the disk
            Await.until("the ending waits for the disk", () -> settlement.unwritten() > 0);
            world.agent().awaitHangUp();
            // When the agent speaks on, to a socket that is closed
            FakeAgent.Talk talk = talking.join();
            for (int i = 0; i < 20; i++) {
                words.say(talk, " late");
            }
            roundTrip();
            // Then
            assertThat(log.head()).isEqualTo(head);
            assertThat(call.text()).isEqualTo("one two three");
            disk.recover();
        }
        assertThat(log.terminal().offset()).isEqualTo(head + 1);
        assertThat(log.terminal().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(call.terminal().path("sequence_number").asLong()).isEqualTo(head + 1);
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(hold.settled().totals().output()).isPositive();
        assertThat(hold.settles()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("everyDialectAndWay")
    void cutsAnAgentThatNeverStopsTalkingBetweenTwoOfItsWords(AgentWords words, Way way) {
        // Given
        world.agent().script(talk -> goOn(words.begin(talk), words, 0));
        SseCall call = gateway.open(stream, words.agent()).awaitText("w9 ");
        // When
        stop(way);
        // Then
        world.agent().awaitHangUp();
        assertThat(call.terminal().at("/response/incomplete_details/reason").asText())
                .isEqualTo("cancelled");
        FakeRelay.Log log = world.relay().log(stream);
        long end = log.terminal().offset();
        assertThat(log.runs().stream().filter(Deltas.class::isInstance)).allMatch(run -> run.last() < end);
        assertThat(log.head()).isEqualTo(end);
        assertThat(log.text()).isEqualTo(call.text()).matches("(w[0-9]+ )+");
        String[] heard = log.text().trim().split(" ", -1);
        assertThat(heard[heard.length - 1]).as("no word is missing").isEqualTo("w" + (heard.length - 1));
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
    }

    private static void goOn(FakeAgent.Talk talk, AgentWords words, int next) {
        words.say(talk, "w" + next + " ");
        talk.later(2, more -> goOn(more, words, next + 1));
    }

    private void stop(Way way) {
        switch (way) {
            case DELETE ->
                assertThat(gateway.stop(stream, world.keys().getPrivate(), "internal"))
                        .isEqualTo(202);
            case APPEND_CONNECTION -> world.relay().send(new AppendFrame.Cancel(stream, "alice"));
        }
    }

    /** What the gateway has sent to the relay so far has arrived when this returns. */
    private void roundTrip() {
        int before = world.relay().answers().size();
        var payload = Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8);
        world.relay().send(new AppendFrame.Input(stream, 7, "alice", "steer", payload));
        Await.until("an answer", () -> world.relay().answers().size() > before);
    }

    static Stream<Arguments> everyDialectAndWay() {
        return Arrays.stream(AgentWords.values())
                .flatMap(words -> Arrays.stream(Way.values()).map(way -> Arguments.of(words, way)));
    }
}
