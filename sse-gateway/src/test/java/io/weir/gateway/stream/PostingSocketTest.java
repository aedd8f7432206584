package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.Unpooled;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.AgentSocket;
import io.weir.gateway.fakes.Await;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.Surroundings;
import io.weir.streams.append.AppendFrame;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class PostingSocketTest extends OneStream {
    private static final String SPEAK = "{\"token\":\"a\"}";

    @SuppressWarnings("NullAway.Init")
    private PostingAgent agent;

    @BeforeEach
    void meetTheAgent() {
        agent = new PostingAgent(streams, "alice", world.keys().getPrivate());
    }

    private StreamId opened(String name) {
        return agent.open("{\"topic\":\"session:" + stream + "\",\"agent\":\"" + name + "\"}").stream();
    }

    @Test
    void takesNumberedEventsAndAcknowledgesThem() {
        // Given
        StreamId own = opened("demo");
        AgentSocket socket = agent.socket(own);
        assertThat(socket.await("ready").path("head").asLong()).isZero();
        // When
        socket.event(1, SPEAK)
                .event(2, "{\"token\":\"b\"}")
                .event(2, "{\"token\":\"b\"}")
                .event(3, "\"[DONE]\"");
        // Then
        JsonNode end = socket.await("end");
        assertThat(end.path("reason").asText()).isEqualTo("completed");
        assertThat(end.path("head").asLong()).isEqualTo(3);
        assertThat(socket.awaitClose()).isEqualTo(1000);
        world.relay().log(own).terminal();
        assertThat(world.relay().log(own).text()).isEqualTo("ab");
        assertThat(world.metering().hold(own).settled().reason()).isEqualTo(EndReason.COMPLETED);
    }

    @Test
    void goesOnOverAnotherSocketFromItsHead() {
        // Given
        StreamId own = opened("demo");
        AgentSocket first = agent.socket(own);
        first.event(1, SPEAK).event(2, "{\"token\":\"b\"}").awaitAck(2);
        first.cut();
        // When
        AgentSocket second = agent.socket(own);
        long head = second.await("ready").path("head").asLong();
        second.event(head, "{\"token\":\"b\"}")
                .event(head + 1, "{\"token\":\"c\"}")
                .event(head + 2, "{\"done\":true}");
        // Then
        assertThat(head).isEqualTo(2);
        second.await("end");
        world.relay().log(own).terminal();
        assertThat(world.relay().log(own).text()).isEqualTo("abc");
    }

    @Test
    void tellsOfAGapOnceAndGoesOnBehindItsHead() {
        // Given
        AgentSocket socket = agent.socket(opened("demo"));
        // When
        socket.event(1, SPEAK).event(3, SPEAK).event(4, SPEAK).event(2, SPEAK).awaitAck(2);
        // Then
        assertThat(socket.messages().stream().filter(m -> m.path("op").asText().equals("gap")))
                .singleElement()
                .satisfies(gap -> assertThat(gap.path("head").asLong()).isEqualTo(1));
    }

    @Test
    void closesOnWhatIsNoEventAndTakesTheRestOverAnotherSocket() {
        // Given
        StreamId own = opened("demo");
        AgentSocket socket = agent.socket(own);
        // When
        socket.event(1, SPEAK).send("nonsense");
        // Then
        assertThat(socket.await("error").at("/problem/status").asInt()).isEqualTo(400);
        assertThat(socket.awaitClose()).isEqualTo(1008);
        assertThat(agent.standing(own).head()).isEqualTo(1);
        agent.socket(own).event(2, "{\"done\":true}").await("end");
    }

    @Test
    void letsGoOfAnOlderSocket() {
        StreamId own = opened("demo");
        AgentSocket older = agent.socket(own);
        older.await("ready");
        AgentSocket newer = agent.socket(own);
        newer.await("ready");
        assertThat(older.await("error").at("/problem/status").asInt()).isEqualTo(409);
        assertThat(older.awaitClose()).isEqualTo(1008);
        newer.event(1, SPEAK).awaitAck(1);
    }

    @Test
    void givesInputsToAnAgentThatIsDeclaredToTakeThem() {
        // Given
        StreamId own = opened("eager");
        AgentSocket socket = agent.socket(own);
        socket.event(1, SPEAK).awaitAck(1);
        // When
        input(own, 1, "steer", "{\"streamId\":\"" + own + "\",\"text\":\"shorter \\u00fc\"}");
        input(own, 2, "approve", "{\"streamId\":\"" + own + "\",\"callId\":\"c1\",\"approved\":true}");
        input(own, 3, "answer", "{\"streamId\":\"" + own + "\",\"callId\":\"c2\",\"text\":\"42\"}");
        // Then
        assertThat(socket.await("steer").at("/payload/text").asText()).isEqualTo("shorter ü");
        assertThat(socket.await("steer").path("by").asText()).isEqualTo("bob");
        assertThat(socket.await("approve").at("/payload/approved").asBoolean()).isTrue();
        assertThat(socket.await("answer").at("/payload/callId").asText()).isEqualTo("c2");
        for (int number = 1; number <= 3; number++) {
            var taken = new AppendFrame.InputTaken(own, number);
            Await.until("taken " + number, () -> world.relay().answers().contains(taken));
        }
        // When
        world.relay().send(new AppendFrame.Cancel(own, "bob"));
        // Then
        socket.await("cancel");
        assertThat(socket.await("end").path("reason").asText()).isEqualTo("cancelled");
        assertThat(socket.awaitClose()).isEqualTo(1000);
        assertThat(world.relay().log(own).terminal().reason()).isEqualTo(EndReason.CANCELLED);
    }

    @Test
    void givesNoInputsToAnAgentThatIsNotDeclaredToTakeThemOrIsNotThere() {
        // Given
        StreamId own = opened("demo");
        AgentSocket socket = agent.socket(own);
        socket.event(1, SPEAK).awaitAck(1);
        StreamId uploaded = opened("eager");
        agent.post(uploaded, PostingAgent.NDJSON, SPEAK + "\n", 1);
        // When
        for (String event : new String[] {"steer", "approve", "answer"}) {
            input(own, event.length(), event, "{}");
            // Then
            var refused = new AppendFrame.InputRefused(own, event.length(), "input_not_supported");
            Await.until("refused " + event, () -> world.relay().answers().contains(refused));
        }
        input(uploaded, 9, "steer", "{}");
        var away = new AppendFrame.InputRefused(uploaded, 9, "agent_away");
        Await.until("nobody there", () -> world.relay().answers().contains(away));
        world.relay().send(new AppendFrame.Cancel(own, "bob"));
        assertThat(socket.await("end").path("reason").asText()).isEqualTo("cancelled");
        assertThat(socket.messages()).noneMatch(m -> m.path("op").asText().matches("steer|approve|answer|cancel"));
    }

    private void input(StreamId own, long number, String event, String payload) {
        world.relay()
                .send(new AppendFrame.Input(
                        own, number, "bob", event, Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8)));
    }
}
