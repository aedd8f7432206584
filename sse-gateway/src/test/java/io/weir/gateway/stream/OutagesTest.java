package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeMetering;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import io.weir.streams.append.AppendFrame;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class OutagesTest extends OneStream {
    @Test
    void settlesWhatAnEarlierProcessCouldNot() {
        FakeMetering.Hold replayed = world.metering().hold(Surroundings.REPLAYED);
        assertThat(replayed.settled().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(replayed.settled().epoch()).isEqualTo(3);
    }

    @Test
    void settlesAgainWhatMeteringsDatabaseLostInAFailover() {
        // Given
        gateway.open(stream, "demo").awaitEnd();
        SettleRequest first = hold.settled();
        Await.until("acknowledged", () -> settlement.unsettled() == 0 && settlement.unwritten() == 0);
        // When
        world.metering().failOver(stream);
        // Then
        assertThat(hold.settled()).isEqualTo(first);
    }

    @Test
    void finishesWhatRunsWhileMeteringIsAwayAndSettlesLater() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(5);
            talk.later(1000, later -> later.say(" end").completed(9, 9));
        });
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        world.metering().down();
        // Then
        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(hold.settles()).isEmpty();
        world.metering().up();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void startsNothingWhileMeteringIsAway() {
        // Given
        world.metering().down();
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        world.metering().up();
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.header("Retry-After")).isNotEmpty();
        assertThat(call.raw()).contains("metering-unavailable");
    }

    @Test
    void appendsEverythingAgainToARelayThatLostItsLogs() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(5);
            talk.later(1500, later -> later.say(" end").completed(9, 9));
        });
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        Await.until(
                "five words in the log", () -> world.relay().log(stream).text().contains("word4"));
        // When
        world.relay().down();
        world.relay().loseLogs();
        Await.until("the reader goes on", () -> call.text().endsWith("end"));
        world.relay().up();
        // Then
        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        world.relay().log(stream).terminal();
        assertThat(world.relay().log(stream).text()).isEqualTo(call.text());
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void showsTheTerminalThoughTheRelayIsAway() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5).completed(5, 5));
        world.relay().down();
        // When
        SseCall call = gateway.open(stream, "demo");
        // Then
        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        world.relay().up();
        assertThat(world.relay().log(stream).terminal().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void letsGoOfAStreamWhoseLogRefusesIt() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(5);
            talk.later(500, later -> later.say(" zombie"));
        });
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        world.relay().log(stream).refuse();
        // Then
        world.agent().awaitHangUp();
        call.awaitEnd();
        assertThat(call.raw()).doesNotContain("response.failed").doesNotContain("response.completed");
    }

    @Test
    void stopsForACancelFromTheRelay() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        world.relay().send(new AppendFrame.Cancel(stream, "alice"));
        // Then
        world.agent().awaitHangUp();
        assertThat(call.terminal().at("/response/incomplete_details/reason").asText())
                .isEqualTo("cancelled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "eager"})
    void refusesInputForAgentsThatAreCalledWhateverTheyAreDeclared(String agent) {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        gateway.open(stream, agent).awaitText("word4");
        // When
        var payload = Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8);
        world.relay().send(new AppendFrame.Input(stream, 7, "alice", "steer", payload));
        // Then
        Await.until("an answer", () -> !world.relay().answers().isEmpty());
        assertThat(world.relay().answers()).contains(new AppendFrame.InputRefused(stream, 7, "input_not_supported"));
        gateway.stop(stream, world.keys().getPrivate(), "internal");
    }

    @Test
    void servesTheLogOfAStreamThatAnotherGatewayOwns() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5).completed(5, 5));
        String text = gateway.open(stream, "demo").awaitEnd().text();
        hold.settled();
        StreamId other = Tickets.stream();
        world.metering().hold(other).ownedBy("another gateway");
        world.relay().log(other).runs().addAll(world.relay().log(stream).runs());
        // When
        SseCall call = gateway.open(other, "demo").awaitEnd();
        // Then
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.text()).isEqualTo(text);
        assertThat(world.agent().asked()).hasSize(1);
    }

    @Test
    void attachesASecondUseOfATicketAsReaderWhileItRunsAndAfterwards() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(5);
            talk.later(1000, later -> later.say(" end").completed(9, 9));
        });
        SseCall first = gateway.open(stream, "demo").awaitText("word4");
        Await.until("a log", () -> world.relay().log(stream).text().contains("word4"));
        // When
        SseCall second = gateway.open(stream, "demo").awaitText("word4");
        first.awaitEnd();
        hold.settled();
        SseCall third = gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(second.status()).isEqualTo(200);
        assertThat(third.text()).isEqualTo(first.text());
        assertThat(world.agent().asked()).hasSize(1);
        assertThat(hold.settles()).hasSize(1);
    }
}
