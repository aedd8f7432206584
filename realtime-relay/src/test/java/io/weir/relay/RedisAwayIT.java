package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.faults.RedisServers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Redis stands still for a while, or forgets: delivery at the node that writes goes on, and the others heal. */
class RedisAwayIT {
    /** Metering's answer to a fence of a stream that its gateway has settled. */
    private static final String COMPLETED =
            "{\"epoch\":1,\"reason\":\"completed\",\"totals\":{\"input\":3,\"output\":40}}";

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

    @Test
    void tellsTheEndThatANodeHasMissedAndNoLogHasAnyMore() {
        try (var stack = NodesStack.start(0, Map.of("weir.relay.ingest.suspect-after", "60s"));
                RelayNode near = stack.node("ends");
                RelayNode far = stack.node("misses")) {
            near.awaitReady();
            far.awaitReady();
            StreamId stream = TestGateway.newStream();
            try (var gateway = new TestGateway(near.uri());
                    var here = new TopicViewer(near.uri(), "missed", stream);
                    var there = new TopicViewer(far.uri(), "missed", stream);
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                gateway.open(stream, 1, TestGateway.header("missed", "missed", "Can you hear me?"));
                append(gateway, stream, 1, 20);
                here.awaitOffset(20);
                there.awaitOffset(20);
                var reader = new FollowingReader(far::uri, stream, "missed");
                Future<FollowingReader> read = threads.submit(reader::follow);
                Waiting.until(20, () -> reader.last() == 20);
                // Given a node that hears nothing while the stream ends and is stored
                far.pause(true);
                stack.redis().ports().forEach(port -> RedisServers.ask(port, "client", "kill", "type", "pubsub"));
                append(gateway, stream, 21, 40);
                String text = text(40);
                gateway.append(stream, 1, TestGateway.terminal(stream, 41, EndReason.COMPLETED, text));
                here.awaitEnd();
                Waiting.until(20, () -> isStored(stack.redis(), stream));
                // When no log of it is left, and the node goes on
                stack.redis().empty();
                far.pause(false);
                // Then
                there.awaitEnd();
                assertThat(there.text()).isEqualTo(text);
                assertThat(there.ends()).isEqualTo(1);
                assertThat(read.get(60, TimeUnit.SECONDS).text()).isEqualTo(text);
                assertThat(reader.terminals()).isEqualTo(1);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void takesFromMessagesWhatADeadNodeHadStoredAndNotShared() {
        try (var stack = NodesStack.start(0, Map.of("weir.relay.ingest.tail-patience", "5s"));
                RelayNode near = stack.node("dies");
                RelayNode far = stack.node("survives")) {
            near.awaitReady();
            far.awaitReady();
            StreamId stream = TestGateway.newStream();
            stack.metering().answer(stream.toString(), 200, COMPLETED);
            String text = text(40);
            try (var gateway = new TestGateway(near.uri());
                    var there = new TopicViewer(far.uri(), "half", stream)) {
                gateway.open(stream, 1, TestGateway.header("half", "half", "Who tells the rest?"));
                append(gateway, stream, 1, 20);
                there.awaitOffset(20);
                // Given an answer that is stored, and of which the shared log has the beginning
                stack.redis().ports().forEach(port -> stack.redis().pause(port, true));
                append(gateway, stream, 21, 40);
                gateway.append(stream, 1, TestGateway.terminal(stream, 41, EndReason.COMPLETED, text));
                gateway.awaitAck(41);
                // When
                near.kill();
                stack.redis().ports().forEach(port -> stack.redis().pause(port, false));
                // Then
                there.awaitEnd();
                assertThat(there.text()).isEqualTo(text);
                assertThat(there.ends()).isEqualTo(1);
                var late = new FollowingReader(far::uri, stream, "half").follow();
                assertThat(late.text()).isEqualTo(text);
                Waiting.until(60, () -> isStored(stack.redis(), stream));
            }
        }
    }

    @Test
    void endsWhatADeadNodeLeftThoughNobodyReadsIt() {
        try (var stack = NodesStack.start(0, Map.of("weir.relay.ingest.tail-patience", "5s"));
                RelayNode near = stack.node("leaves");
                RelayNode far = stack.node("sweeps")) {
            near.awaitReady();
            far.awaitReady();
            StreamId stream = TestGateway.newStream();
            stack.metering().answer(stream.toString(), 200, COMPLETED);
            try (var gateway = new TestGateway(near.uri())) {
                gateway.open(stream, 1, TestGateway.header("left", "left", "Is anybody there?"));
                append(gateway, stream, 1, 20);
                Waiting.until(20, () -> shared(stack.redis(), stream, "head").equals("20"));
                // When
                near.kill();
            }
            // Then
            Waiting.until(60, () -> isStored(stack.redis(), stream));
            var late = new FollowingReader(far::uri, stream, "left").follow();
            assertThat(late.text()).isEqualTo(text(20));
        }
    }

    @Test
    void storesWhatADeadNodeHadSharedAndNotStored() {
        try (var stack = NodesStack.start(0, Map.of());
                RelayNode near = stack.node("shares");
                RelayNode far = stack.node("stores")) {
            near.awaitReady();
            far.awaitReady();
            StreamId stream = TestGateway.newStream();
            try (var gateway = new TestGateway(near.uri())) {
                gateway.open(stream, 1, TestGateway.header("shared", "shared", "Who writes it down?"));
                append(gateway, stream, 1, 20);
                Waiting.until(20, () -> stack.messages(stream) == 1);
                // Given an answer that has ended, and that nobody can store
                try (var _ = stack.holdMessages()) {
                    gateway.append(stream, 1, TestGateway.terminal(stream, 21, EndReason.COMPLETED, text(20)));
                    Waiting.until(
                            20, () -> shared(stack.redis(), stream, "ended").equals("1"));
                    // When
                    near.kill();
                }
            }
            // Then
            Waiting.until(60, () -> isStored(stack.redis(), stream));
            assertThat(stack.messages(stream)).isEqualTo(2);
            var late = new FollowingReader(far::uri, stream, "shared").follow();
            assertThat(late.text()).isEqualTo(text(20));
        }
    }

    /** True once the shared log says that {@code messages} has the answer. */
    private static boolean isStored(RedisServers redis, StreamId stream) {
        return shared(redis, stream, "stored").equals("1");
    }

    /** What the shared log says of itself; empty if it says nothing. */
    private static String shared(RedisServers redis, StreamId stream, String field) {
        return redis.ports().stream()
                .flatMap(port -> RedisServers.ask(port, "keys", "*m:" + stream)
                        .lines()
                        .filter(key -> !key.isBlank())
                        .map(key -> RedisServers.ask(port, "hget", key, field).strip()))
                .findFirst()
                .orElse("");
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
