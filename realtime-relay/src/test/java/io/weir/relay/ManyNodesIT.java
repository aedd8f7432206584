package io.weir.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.streams.faults.RedisServers;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three packaged relays on one Redis cluster of three shards: what is told at one is told at all, whatever fails. */
class ManyNodesIT {
    private static final int STREAMS = 6;
    private static final int WORDS = 160;
    private static final long WORD_MILLIS = 60;

    private static @Nullable NodesStack stack;

    @BeforeAll
    static void start() {
        stack = NodesStack.start(1, Map.of("weir.relay.ingest.suspect-after", "15s"));
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    void everyViewerEndsWithExactlyTheTextWhateverFails() throws Exception {
        NodesStack all = Objects.requireNonNull(stack);
        RedisServers redis = all.redis();
        List<RelayNode> nodes = Stream.of("a", "b", "c").map(all::node).toList();
        var pool = Executors.newVirtualThreadPerTaskExecutor();
        try (pool) {
            nodes.forEach(RelayNode::awaitReady);
            // Given viewers of every stream at every node, and one who comes in the middle
            try (var gateway = new RoamingGateway(firstAlive(nodes, 0))) {
                List<StreamId> streams = IntStream.range(0, STREAMS)
                        .mapToObj(_ -> TestGateway.newStream())
                        .toList();
                List<TopicViewer> viewers = new ArrayList<>();
                for (int i = 0; i < STREAMS; i++) {
                    for (int node = 1; node < 3; node++) {
                        viewers.add(new TopicViewer(nodes.get(node).uri(), "many" + i, streams.get(i)));
                    }
                }
                List<CompletableFuture<FollowingReader>> readers = new ArrayList<>();
                for (int i = 0; i < STREAMS; i++) {
                    gateway.open(streams.get(i), TestGateway.header("many" + i, "many" + i, "Tell me more"));
                }
                for (int i = 0; i < STREAMS; i++) {
                    for (int node = 0; node < 3; node++) {
                        var reader = new FollowingReader(firstAlive(nodes, node), streams.get(i), "many" + i);
                        readers.add(CompletableFuture.supplyAsync(reader::follow, pool));
                    }
                }
                // When tokens come, the gateway's node dies, a shard fails over, and everything is forgotten once
                for (int word = 1; word <= WORDS; word++) {
                    for (StreamId stream : streams) {
                        gateway.append(stream, TestGateway.delta(word, word(word)));
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WORD_MILLIS));
                    if (word == WORDS / 4) {
                        nodes.getFirst().kill();
                    } else if (word == WORDS / 2) {
                        redis.kill(redis.ownerOf("{7}"));
                    } else if (word == WORDS * 3 / 4) {
                        redis.empty();
                    }
                }
                String text = IntStream.rangeClosed(1, WORDS)
                        .mapToObj(ManyNodesIT::word)
                        .collect(Collectors.joining());
                for (StreamId stream : streams) {
                    gateway.append(stream, TestGateway.terminal(stream, WORDS + 1, EndReason.COMPLETED, text));
                }
                // Then
                for (CompletableFuture<FollowingReader> reader : readers) {
                    FollowingReader told = reader.get(60, TimeUnit.SECONDS);
                    assertThat(told.text()).isEqualTo(text);
                    assertThat(told.terminals()).isEqualTo(1);
                }
                for (TopicViewer viewer : viewers) {
                    viewer.awaitEnd();
                    assertThat(viewer.text()).isEqualTo(text);
                    assertThat(viewer.ends()).isEqualTo(1);
                    viewer.close();
                }
                Waiting.until(30, () -> gateway.unfinished() == 0);
                // What no log has any more comes from the messages
                redis.empty();
                var late = new FollowingReader(firstAlive(nodes, 2), streams.getFirst(), "many0").follow();
                assertThat(late.text()).isEqualTo(text);
                assertThat(late.terminals()).isEqualTo(1);
            }
        } finally {
            nodes.forEach(RelayNode::close);
        }
    }

    private static String word(int number) {
        return " w" + number;
    }

    /** The first node that is alive, from {@code from} on. */
    private static Supplier<URI> firstAlive(List<RelayNode> nodes, int from) {
        var turn = new AtomicInteger(from);
        return () -> {
            for (int i = 0; i < nodes.size(); i++) {
                RelayNode node = nodes.get((turn.get() + i) % nodes.size());
                if (node.isAlive()) {
                    return node.uri();
                }
            }
            throw new IllegalStateException("no node is alive");
        };
    }
}
