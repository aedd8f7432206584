package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import io.weir.gateway.machines.Machine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class FailoverTest extends OneStream {
    private static final String DRAINING =
            "{\"error\":{\"type\":\"service_unavailable\",\"code\":\"gateway_unavailable\"}}";

    @BeforeEach
    void second() {
        world.second().script(talk -> talk.scaffold().say("from the second").completed(5, 5));
    }

    @Test
    void triesTheNextMachineWhenOneDrains() {
        // Given
        world.agent().script(talk -> talk.refuse(503, DRAINING));
        // When
        SseCall call = gateway.open(stream, "twins").awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("from the second");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void triesTheNextMachineWhenOneCannotBeReached() {
        // Given
        world.agent().down();
        // When
        SseCall call = gateway.open(stream, "twins").awaitEnd();
        // Then
        world.agent().up();
        assertThat(call.text()).isEqualTo("from the second");
    }

    @Test
    void asksAnIdempotentAgentAgainAndShowsNothingOfTheFirstTry() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold();
            talk.later(200, FakeAgent.Talk::die);
        });
        // When
        SseCall call = gateway.open(stream, "idem").awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("from the second");
        assertThat(call.raw().split("event: response.created\n", -1)).hasSize(2);
    }

    @Test
    void doesNotAskTwiceWhereToolsCouldRunTwice() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold();
            talk.later(200, FakeAgent.Talk::die);
        });
        // When
        JsonNode terminal = gateway.open(stream, "twins").terminal();
        // Then
        assertThat(terminal.at("/response/error/code").asText()).isEqualTo("machine_lost");
        assertThat(world.second().asked()).isEmpty();
    }

    @Test
    void movesOnFromASilentMachineOnlyIfTheAgentIsIdempotent() {
        // Given
        world.agent().script(FakeAgent.Talk::scaffold);
        // When
        SseCall call = gateway.open(stream, "idem").awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("from the second");
        world.agent().awaitHangUp();
    }

    @Test
    void leavesAMachineAloneThatSaysItIsNotWell() {
        // Given
        world.agent().script(talk -> talk.scaffold().say("from the first").completed(5, 5));
        world.agent().well(false);
        Await.until(
                "one is left",
                () -> fleet.machines().stream().filter(Machine::healthy).count() == 1);
        // When
        SseCall elsewhere = gateway.open(stream, "twins").awaitEnd();
        StreamId other = Tickets.stream();
        world.metering().hold(other);
        SseCall nowhere = gateway.open(other, "demo").awaitEnd();
        // Then
        assertThat(elsewhere.text()).isEqualTo("from the second");
        assertThat(nowhere.status()).isEqualTo(503);
        assertThat(nowhere.raw()).contains("No healthy agent machine available");
        assertThat(world.agent().asked()).isEmpty();
    }

    @Test
    void keepsASessionOnItsMachine() {
        // Given
        world.second().script(talk -> talk.scaffold().say("second").completed(5, 5));
        world.agent().script(talk -> talk.refuse(503, DRAINING));
        gateway.open(stream, "twins", "same session").awaitEnd();
        world.agent().script(talk -> talk.scaffold().say("first").completed(5, 5));
        awaitHealthyMachines();
        StreamId next = Tickets.stream();
        world.metering().hold(next);
        // When
        SseCall call = gateway.open(next, "twins", "same session").awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("second");
    }

    @Test
    void givesAMachineThatTakesAConversationOverWhatWasSaid() {
        // Given
        gateway.open(stream, "idem", "moving session").awaitEnd();
        world.relay()
                .history("{\"messages\":[" + message("x", "user", "say hello") + ","
                        + message("y", "assistant", "hello") + "," + message("y", "user", "are you there?") + "]}");
        world.agent().script(talk -> talk.refuse(503, DRAINING));
        world.second().script(talk -> talk.scaffold().say("second").completed(5, 5));
        StreamId next = Tickets.stream();
        world.metering().hold(next);
        // When
        SseCall call = gateway.open(next, "idem", "moving session").awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("second");
        JsonNode input = world.second().asked().getFirst().body().path("input");
        assertThat(input)
                .extracting(item ->
                        item.path("role").asText() + ": " + item.path("content").asText())
                .containsExactly("user: are you there?", "assistant: hello", "user: say hello", "user: say hello");
    }

    @Test
    void movesNoConversationWhoseMessagesCannotBeRead() {
        // Given
        gateway.open(stream, "idem", "stuck session").awaitEnd();
        world.relay().history("");
        world.agent().script(talk -> talk.refuse(503, DRAINING));
        StreamId next = Tickets.stream();
        world.metering().hold(next);
        // When
        JsonNode terminal = gateway.open(next, "idem", "stuck session").terminal();
        // Then
        assertThat(terminal.at("/response/error/code").asText()).isEqualTo("machine_lost");
        assertThat(terminal.at("/response/error/message").asText()).contains("messages cannot be read");
        assertThat(world.second().asked()).isEmpty();
    }

    private static String message(String stream, String role, String text) {
        return "{\"streamId\":\"" + stream + "\",\"role\":\"" + role + "\",\"content\":\"" + text + "\"}";
    }

    @Test
    void endsMachineLostWhenTheHistoryIsOnAMachineThatIsGone() {
        // Given
        world.agent().script(talk -> talk.refuse(503, DRAINING));
        gateway.open(stream, "twins", "bound session").awaitEnd();
        world.agent().script(talk -> talk.scaffold().say("first").completed(5, 5));
        world.second().script(talk -> talk.refuse(503, DRAINING));
        awaitHealthyMachines();
        StreamId next = Tickets.stream();
        world.metering().hold(next);
        // When
        JsonNode terminal = gateway.open(next, "twins", "bound session").terminal();
        // Then
        assertThat(terminal.at("/response/error/code").asText()).isEqualTo("machine_lost");
    }

    @Test
    void passesAnAgentsRefusalOn() {
        // Given
        world.agent().script(talk -> talk.refuse(400, "{\"error\":{\"message\":\"secret inner words\"}}"));
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(call.terminal().at("/response/error/code").asText()).isEqualTo("agent_error");
        assertThat(call.raw()).doesNotContain("secret inner words");
    }

    @Test
    void speaksChatCompletionsUpstream() {
        // Given
        world.agent().script(talk -> {
            talk.open()
                    .raw(
                            "data: {\"object\":\"chat.completion.chunk\",\"model\":\"gpt-x\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],\"usage\":null}\n\n")
                    .raw(
                            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi \"},\"finish_reason\":null}],\"usage\":null}\n\n")
                    .raw(
                            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"there\"},\"finish_reason\":null}],\"usage\":null}\n\n")
                    .raw(
                            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n")
                    .raw(
                            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":9,\"total_tokens\":16}}\n\n")
                    .raw("data: [DONE]\n\n")
                    .end();
        });
        // When
        SseCall call = gateway.open(stream, "chat").awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("Hi there");
        assertThat(call.terminal().at("/response/output/0/content/0/text").asText())
                .isEqualTo("Hi there");
        assertThat(hold.settled().totals().output()).isEqualTo(9);
        FakeAgent.Asked asked = world.agent().asked().getFirst();
        assertThat(asked.path()).isEqualTo("/v1/chat/completions");
        assertThat(asked.body().at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(asked.body().at("/messages/0/content").asText()).isEqualTo("say hello");
    }
}
