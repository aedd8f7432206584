package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All of Redis stands still for a while: delivery at the node that writes goes on, and the others heal. */
class RedisAwayIT {
    @Test
    void losesNothingWhileRedisIsAway() {
        try (var stack = NodesStack.start(0, Map.of("weir.relay.ingest.suspect-after", "60s"));
                RelayNode near = stack.node("writes");
                RelayNode far = stack.node("follows")) {
            near.awaitReady();
            far.awaitReady();
            // Given a stream that is followed at both
            StreamId stream = TestGateway.newStream();
            StreamId meanwhile = TestGateway.newStream();
            try (var gateway = new TestGateway(near.uri());
                    var here = new TopicViewer(near.uri(), "away", stream);
                    var there = new TopicViewer(far.uri(), "away", stream)) {
                gateway.open(stream, 1, TestGateway.header("away", "away", "Are you there?"));
                append(gateway, stream, 1, 20);
                here.awaitOffset(20);
                there.awaitOffset(20);
                // When
                stack.redis().ports().forEach(port -> stack.redis().pause(port, true));
                append(gateway, stream, 21, 400);
                // Then who follows where it is written misses nothing meanwhile, and streams open and end
                here.awaitOffset(400);
                gateway.open(meanwhile, 1, TestGateway.header("later", "later", null));
                gateway.tell(meanwhile, 1, EndReason.COMPLETED, "opened", " and ended");
                Waiting.until(20, () -> readiness(near).body().contains("\"shared\": false"));
                assertThat(readiness(near).statusCode()).isEqualTo(200);
                // When it is back
                stack.redis().ports().forEach(port -> stack.redis().pause(port, false));
                append(gateway, stream, 401, 420);
                String text = text(420);
                gateway.append(stream, 1, TestGateway.terminal(stream, 421, EndReason.COMPLETED, text));
                // Then the others have all of it
                there.awaitEnd();
                here.awaitEnd();
                assertThat(there.text()).isEqualTo(text);
                assertThat(here.text()).isEqualTo(text);
                var late = new FollowingReader(far::uri, meanwhile, "later").follow();
                assertThat(late.text()).isEqualTo("opened and ended");
                Waiting.until(20, () -> readiness(near).body().contains("\"shared\": true"));
            }
        }
    }

    private static void append(TestGateway gateway, StreamId stream, int from, int to) {
        for (int i = from; i <= to; i++) {
            gateway.append(stream, 1, TestGateway.delta(i, " w" + i));
        }
    }

    private static String text(int words) {
        return IntStream.rangeClosed(1, words).mapToObj(i -> " w" + i).collect(Collectors.joining());
    }

    private static HttpResponse<String> readiness(RelayNode node) {
        var http = new EventsClient(node.uri());
        return http.get(http.request("/q/health/ready").build());
    }
}
