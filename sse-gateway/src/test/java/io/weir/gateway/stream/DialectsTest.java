package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.fakes.AgentBodies;
import io.weir.gateway.fakes.FakeAgent;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents of every dialect over real connections, up to reader, log and ledger. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class DialectsTest extends OneStream {
    private static final Map<String, String> ANSWERS = Map.of(
            "demo", AgentBodies.RESPONSES,
            "chat", AgentBodies.CHAT,
            "anthropic", AgentBodies.ANTHROPIC,
            "token", AgentBodies.TOKEN,
            "chunk", AgentBodies.CHUNK,
            "ndjson", AgentBodies.NDJSON);

    @ParameterizedTest
    @CsvSource({
        "demo,/v1/responses,7,9",
        "chat,/v1/chat/completions,7,9",
        "anthropic,/v1/messages,40,89",
        "token,/api/chat/stream,7,9",
        "chunk,/chats/KEY/messages,7,9",
        "ndjson,/api/chat/stream,7,9",
        "elsewhere,/talk/KEY,7,9"
    })
    void carriesAnAnswerOfTheDialect(String agent, String path, long input, long output) {
        // Given
        String body = answer(agent);
        world.agent().script(talk -> open(talk, agent).raw(body).end());
        // When
        SseCall call = gateway.open(stream, agent).awaitEnd();
        // Then
        FakeAgent.Asked asked = world.agent().asked().getFirst();
        String key = asked.headers().get("x-openclaw-session-key");
        assertThat(asked.path()).isEqualTo(path.replace("KEY", key));
        assertThat(asked.body().path("stream").asBoolean()).isTrue();
        assertThat(call.text()).startsWith("Grüße, w").contains("rld");
        assertThat(call.terminal().path("type").asText()).isEqualTo("response.completed");
        assertThat(call.terminal().at("/response/output").size()).isPositive();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.AGENT);
        Totals totals = hold.settled().totals();
        assertThat(totals.input()).isEqualTo(input);
        assertThat(totals.output()).isEqualTo(output);
        assertThat(world.relay().log(stream).terminal().totals()).isEqualTo(totals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "chat", "anthropic", "token", "chunk", "ndjson"})
    void countsWhereAnAgentSaysZero(String agent) {
        // Given
        String zeros = answer(agent).replaceAll("tokens\":[1-9][0-9]*", "tokens\":0");
        world.agent().script(talk -> open(talk, agent).raw(zeros).end());
        // When
        gateway.open(stream, agent).awaitEnd();
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(hold.settled().totals().output()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "chat", "anthropic", "token", "chunk", "ndjson"})
    void losesTheMachineThatIsResetInTheMiddleOfAnEvent(String agent) {
        // Given
        String body = answer(agent);
        String half = body.substring(0, body.indexOf("rld"));
        world.agent().script(talk -> {
            open(talk, agent).raw(half);
            talk.later(100, FakeAgent.Talk::die);
        });
        // When
        SseCall call = gateway.open(stream, agent).awaitEnd();
        // Then
        assertThat(call.text()).isEqualTo("Grüße, ");
        assertThat(call.terminal().at("/response/error/code").asText()).isEqualTo("machine_lost");
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.COUNTED);
        assertThat(hold.settled().totals().output()).isPositive();
    }

    @Test
    void asksAnthropicWithItsOwnKeyAndAnAffordableLimit() {
        // Given
        world.agent()
                .script(talk ->
                        open(talk, "anthropic").raw(AgentBodies.ANTHROPIC).end());
        // When
        gateway.open(stream, "anthropic").awaitEnd();
        // Then
        FakeAgent.Asked asked = world.agent().asked().getFirst();
        assertThat(asked.headers().get("x-api-key")).isEqualTo(Surroundings.MACHINE_SECRET);
        assertThat(asked.headers().get("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(asked.headers().contains("Authorization")).isFalse();
        assertThat(asked.body().path("max_tokens").asLong()).isEqualTo(4096);
        assertThat(asked.body().path("model").asText()).isEqualTo("anthropic");
    }

    private static String answer(String agent) {
        return ANSWERS.getOrDefault(agent, AgentBodies.TOKEN);
    }

    private static FakeAgent.Talk open(FakeAgent.Talk talk, String agent) {
        return agent.equals("ndjson") ? talk.open("application/x-ndjson") : talk.open();
    }
}
