package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class EndingsTest extends OneStream {
    @BeforeEach
    void shortAnswers() {
        world.agent().script(talk -> talk.scaffold().words(5).completed(10, 5));
        world.second().script(talk -> talk.scaffold().words(5).completed(10, 5));
    }

    @Test
    void carriesAnAnswerFromTheAgentToReaderLogAndLedger() {
        // Given
        world.agent()
                .script(talk -> talk.scaffold().say("Hel").say("lo \"world\"\n").completed(12, 34));
        // When
        SseCall call = gateway.open(stream, "demo");
        // Then
        JsonNode terminal = call.terminal();
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(call.raw()).startsWith(": connected\n\n");
        assertThat(call.text()).isEqualTo("Hello \"world\"\n");
        assertThat(terminal.path("type").asText()).isEqualTo("response.completed");
        assertThat(terminal.path("response").path("id").asText()).isEqualTo(stream.responseId());
        assertThat(terminal.at("/response/output/0/content/0/text").asText()).isEqualTo("Hello \"world\"\n");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(hold.settled().totals()).isEqualTo(Totals.counted(12, 34));
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.AGENT);
        assertThat(hold.settled().model()).isEqualTo("openclaw");
        assertThat(hold.settled().textSha256())
                .as("of Hello \"world\" and a newline")
                .isEqualTo("63ec5506aaaa082f7057c7224346d7f14b7104bcfedf2939396442aa3de8c9f2");
        assertThat(world.relay().log(stream).terminal().offset())
                .isEqualTo(terminal.path("sequence_number").asLong());
        assertThat(world.relay().log(stream).text()).isEqualTo("Hello \\\"world\\\"\\n");
    }

    @Test
    void numbersEveryEventFromOneWithoutAGapAndNamesOurResponse() {
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        long next = 1;
        for (JsonNode event : call.events()) {
            if (event.has("sequence_number")) {
                assertThat(event.path("from")
                                .asLong(event.path("sequence_number").asLong()))
                        .isEqualTo(next);
                next = event.path("sequence_number").asLong() + 1;
                assertThat(event.path("response").path("id").asText(stream.responseId()))
                        .isEqualTo(stream.responseId());
            }
        }
        assertThat(next).isEqualTo(world.relay().log(stream).head() + 1);
    }

    @Test
    void asksTheMachineAsOpenClawWantsToBeAsked() {
        // When
        gateway.open(stream, "demo").awaitEnd();
        // Then
        FakeAgent.Asked asked = world.agent().asked().getFirst();
        assertThat(asked.path()).isEqualTo("/v1/responses");
        assertThat(asked.headers().get("Authorization")).isEqualTo("Bearer " + Surroundings.MACHINE_SECRET);
        assertThat(asked.headers().get("Accept-Encoding")).isEqualTo("identity");
        assertThat(asked.headers().get("x-openclaw-session-key")).matches("[0-9a-f]{64}");
        assertThat(asked.body().path("model").asText()).isEqualTo("openclaw");
        assertThat(asked.body().path("max_output_tokens").asLong()).isEqualTo(4096);
    }

    @Test
    void takesAQuestionThatIsTooLargeForTheEventLoop() {
        // Given
        String question = "why? ".repeat(20_000);
        String body = "{\"input\":\"" + question + "\",\"stream\":true}";
        // When
        gateway.send(Tickets.sign(Tickets.claims(stream, "demo", "s-" + stream, body, 1_000_000, true, 0)), body)
                .awaitEnd();
        // Then
        assertThat(world.agent().asked().getFirst().body().path("input").asText())
                .isEqualTo(question);
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void readsEventsThatArriveInOddPieces() {
        // Given
        world.agent().script(talk -> talk.scaffold()
                .raw("event: response.output_text.delta\r\nda")
                .raw("ta: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":0,")
                .raw("\"content_index\":0,\"delta\":\"a\\u00e4\\n\"}\r")
                .raw("\n\r\n: ping\n\n")
                .say("b")
                .completed(1, 2));
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("aä\nb");
    }

    @Test
    void passesUnknownEventsOnAndDropsForgedOnes() {
        // Given
        world.agent().script(talk -> talk.scaffold()
                .event("response.new_thing", "\"deep\":{\"n\":1.50}")
                .event("weir.usage", "\"cost\":0")
                .say("x")
                .completed(1, 1));
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(call.raw()).contains("\"deep\":{\"n\":1.50}");
        assertThat(call.raw()).doesNotContain("\"cost\":0");
    }

    @Test
    void countsWhatAnAgentDoesNotReport() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(20).completed(0, 0));
        // When
        gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(hold.settled().totals().output()).isBetween(20L, 60L);
        assertThat(hold.settled().totals().input()).isBetween(1L, 10L);
    }

    @Test
    void takesTheAgentsOwnFigureEvenIfItIsTwiceTheCount() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(20).completed(100, 4000));
        // When
        gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(hold.settled().totals()).isEqualTo(Totals.counted(100, 4000));
    }

    @Test
    void endsFailedWhenTheAgentSaysSo() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(3).failed("the model is on fire"));
        // When
        JsonNode terminal = gateway.open(stream, "demo").terminal();
        // Then
        assertThat(terminal.path("type").asText()).isEqualTo("response.failed");
        assertThat(terminal.at("/response/error/code").asText()).isEqualTo("agent_error");
        assertThat(terminal.at("/response/error/message").asText()).isEqualTo("the model is on fire");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.AGENT_ERROR);
        assertThat(hold.settled().totals().output()).isPositive();
    }

    @Test
    void stopsOnRequestAndHangsUpOnTheAgent() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(3));
        SseCall call = gateway.open(stream, "demo").awaitText("word2");
        // When
        int status = gateway.stop(stream, world.keys().getPrivate(), "internal");
        // Then
        assertThat(status).isEqualTo(202);
        world.agent().awaitHangUp();
        assertThat(call.terminal().at("/response/incomplete_details/reason").asText())
                .isEqualTo("cancelled");
        assertThat(call.terminal().at("/response/output/0/content/0/text").asText())
                .isEqualTo("word0 word1 word2");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
        assertThat(hold.settled().totals().output()).isPositive();
        assertThat(gateway.stop(stream, world.keys().getPrivate(), "internal")).isEqualTo(204);
    }

    @Test
    void stopsForACancelThatNobodyButMeteringKnows() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(3));
        SseCall call = gateway.open(stream, "demo").awaitText("word2");
        // When
        hold.cancelled();
        // Then
        world.agent().awaitHangUp();
        assertThat(call.terminal().at("/response/incomplete_details/reason").asText())
                .isEqualTo("cancelled");
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CANCELLED);
    }

    @Test
    void doesNotStopForCallersWithoutTheRight() {
        assertThat(gateway.stop(stream, world.keys().getPrivate(), "hold")).isEqualTo(403);
    }

    @Test
    void measuresUnderBoundedLabels() {
        // When
        gateway.open(stream, "demo").awaitEnd();
        hold.settled();
        // Then
        assertThat(gateway.metrics())
                .contains("weir_gateway_streams_ended_total{reason=\"completed\"}")
                .contains("weir_gateway_streams_open")
                .doesNotContain(stream.toString());
    }

    @Test
    void goesOnWhenTheReaderLeaves() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(3);
            talk.later(500, later -> later.say(" more").completed(1, 4));
        });
        SseCall call = gateway.open(stream, "demo").awaitText("word2");
        // When
        call.close();
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(world.relay().log(stream).text()).isEqualTo("word0 word1 word2 more");
    }

    @Test
    void endsMachineLostWhenTheAgentDiesInMidAnswer() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(4);
            talk.later(100, FakeAgent.Talk::die);
        });
        // When
        JsonNode terminal = gateway.open(stream, "demo").terminal();
        // Then
        assertThat(terminal.at("/response/error/code").asText()).isEqualTo("machine_lost");
        assertThat(hold.settled().totals().output()).isPositive();
    }

    @Test
    void endsMachineLostWhenTheAgentFallsSilent() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(4));
        // When
        JsonNode terminal = gateway.open(stream, "demo").terminal();
        // Then
        assertThat(terminal.at("/response/error/code").asText()).isEqualTo("machine_lost");
    }

    @Test
    void sendsHeartbeatsWhileTheAgentThinks() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold();
            talk.later(1500, later -> later.say("at last").completed(1, 2));
        });
        // When
        SseCall call = gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(call.raw()).startsWith(": connected\n\n: heartbeat\n\n");
        assertThat(call.text()).isEqualTo("at last");
    }

    @Test
    void tellsTheOwnerWhatItCosts() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(30).completed(100, 1000));
        // When
        SseCall call = gateway.open(stream, 1_000_000, true, 500_000).awaitEnd();
        // Then
        JsonNode usage = call.events().stream()
                .filter(e -> e.path("type").asText().equals("weir.usage"))
                .reduce((_, last) -> last)
                .orElseThrow();
        assertThat(usage.toString()).contains("2050"); // 100 × 500 n + 1000 × 2000 n
    }

    @Test
    void saysWhenThereIsNoMachine() {
        // When
        SseCall call = gateway.open(stream, "nobody").awaitEnd();
        // Then
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.raw()).contains("\"title\":\"No healthy agent machine available\"");
        assertThat(hold.claimed()).isFalse();
    }

    @Test
    void saysSoInTheStreamWhenTheOnlyMachineRefuses() {
        // Given
        world.agent().script(talk -> talk.refuse(503, "{\"error\":{\"code\":\"gateway_unavailable\"}}"));
        // When
        JsonNode terminal = gateway.open(stream, "demo").terminal();
        // Then
        assertThat(terminal.at("/response/error/code").asText()).isEqualTo("no_machine");
        assertThat(terminal.at("/response/error/message").asText()).isEqualTo("No healthy agent machine available");
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
    }

    @Test
    void callsNoMachineForAStreamThatWasStoppedBeforeItBegan() {
        // Given
        hold.cancelled();
        // When
        JsonNode terminal = gateway.open(stream, "demo").terminal();
        // Then
        assertThat(terminal.at("/response/incomplete_details/reason").asText()).isEqualTo("cancelled");
        assertThat(world.agent().asked()).isEmpty();
        assertThat(hold.settled().totals()).isEqualTo(Totals.ZERO);
    }
}
