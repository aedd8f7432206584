package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.gateway.fakes.FakeMetering;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import java.net.URI;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class StreamsTest {
    private static final String BODY = "{\"input\":\"say hello\",\"stream\":true}";

    @TestHTTPResource("/v1/streams")
    URI streams;

    @SuppressWarnings("NullAway.Init") // set by Surroundings before each test
    Surroundings.World world;

    @Test
    void carriesAnAnswerFromTheAgentToReaderLogAndLedger() {
        // Given
        StreamId stream = Tickets.stream();
        FakeMetering.Hold hold = world.metering().hold(stream);
        world.agent().script(talk -> talk.scaffold().say("Hel").say("lo \"world\"\n").completed(12, 34));
        // When
        SseCall call = SseCall.post(streams, ticket(stream, "demo"), BODY);
        // Then
        JsonNode terminal = call.terminal();
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(call.raw()).startsWith(": connected\n\n");
        assertThat(call.text()).isEqualTo("Hello \"world\"\n");
        assertThat(terminal.path("type").asText()).isEqualTo("response.completed");
        assertThat(terminal.path("response").path("id").asText()).isEqualTo(stream.responseId());
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(hold.settled().totals()).isEqualTo(Totals.counted(12, 34));
        assertThat(hold.settled().usageSource()).isEqualTo(UsageSource.AGENT);
        assertThat(world.relay().log(stream).terminal().offset())
                .isEqualTo(terminal.path("sequence_number").asLong());
        assertThat(world.relay().log(stream).text()).isEqualTo("Hello \\\"world\\\"\\n");
    }

    private static String ticket(StreamId stream, String agent) {
        return Tickets.sign(Tickets.claims(stream, agent, "s-" + stream, BODY, 1_000_000, true, 0));
    }
}
