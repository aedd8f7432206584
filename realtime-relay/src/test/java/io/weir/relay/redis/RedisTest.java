package io.weir.relay.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.weir.streams.faults.RedisServers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The client on a real cluster of three shards: scripts, publication, slots that move, a shard that fails over. */
class RedisTest {
    private static final Script COUNT = Script.of("return {redis.call('INCRBY', KEYS[1], ARGV[1])}");
    private static final Vertx VERTX = Vertx.vertx();

    @BeforeAll
    static void needsServers() {
        assumeTrue(RedisServers.areInstalled(), "neither redis-server nor valkey-server is installed");
    }

    @AfterAll
    static void close() {
        VERTX.close();
    }

    @Test
    void runsScriptsAndHearsChannelsOnAllShards() throws Exception {
        try (var servers = RedisServers.cluster(3, 0)) {
            var heard = new Ear();
            try (var redis = redis(servers, heard)) {
                List<String> channels =
                        IntStream.range(0, 50).mapToObj(i -> "{c" + i + "}").toList();
                channels.forEach(redis::subscribe);
                RedisServers.await(() -> heard.subscribed.containsAll(channels));
                for (String channel : channels) {
                    assertThat(get(redis.publish(channel, utf8("to " + channel))))
                            .isEqualTo(1);
                    assertThat(count(redis, channel, 2)).isEqualTo(2);
                }
                // A server that has forgotten its scripts is sent them again.
                servers.ports().forEach(port -> RedisServers.ask(port, "script", "flush"));
                assertThat(count(redis, channels.getFirst(), 3)).isEqualTo(5);
                RedisServers.await(() -> heard.messages.size() == channels.size());
                channels.forEach(
                        channel -> assertThat(heard.messages).containsEntry(channel, List.of("to " + channel)));
                channels.forEach(redis::unsubscribe);
                RedisServers.await(() -> get(redis, channels.getFirst()) == 0);
                // One connection a server, beside that of the question itself.
                for (int port : servers.ports()) {
                    assertThat(RedisServers.ask(port, "client", "list").lines())
                            .filteredOn(line -> line.contains("lib-name=Lettuce") || line.contains("resp=3"))
                            .hasSize(1);
                }
            }
        }
    }

    @Test
    void followsASlotThatMovesWithoutLosingASubscription() throws Exception {
        try (var servers = RedisServers.cluster(3, 0)) {
            var heard = new Ear();
            try (var redis = redis(servers, heard)) {
                redis.subscribe("{moving}");
                RedisServers.await(() -> heard.subscribed.contains("{moving}"));
                assertThat(count(redis, "{moving}", 1)).isEqualTo(1);
                heard.subscribed.clear();
                // When its slot goes to another server
                int from = servers.ownerOf("{moving}");
                int to = servers.ports().stream()
                        .filter(port -> port != from)
                        .findFirst()
                        .orElseThrow();
                move(servers, "{moving}", from, to);
                // Then
                assertThat(servers.ownerOf("{moving}")).isEqualTo(to);
                assertThat(count(redis, "{moving}", 1)).isEqualTo(2);
                RedisServers.await(() -> heard.subscribed.contains("{moving}"));
                assertThat(get(redis.publish("{moving}", utf8("here")))).isEqualTo(1);
                RedisServers.await(() -> heard.messages.containsKey("{moving}"));
            }
        }
    }

    private static void move(RedisServers servers, String key, int from, int to) {
        String slot = RedisServers.ask(from, "cluster", "keyslot", key).strip();
        String source = RedisServers.ask(from, "cluster", "myid").strip();
        String target = RedisServers.ask(to, "cluster", "myid").strip();
        RedisServers.ask(to, "cluster", "setslot", slot, "importing", source);
        RedisServers.ask(from, "cluster", "setslot", slot, "migrating", target);
        RedisServers.ask(from, "migrate", "127.0.0.1", Integer.toString(to), key, "0", "5000");
        RedisServers.ask(to, "cluster", "setslot", slot, "node", target);
        RedisServers.ask(from, "cluster", "setslot", slot, "node", target);
        RedisServers.await(() -> servers.ports().stream().allMatch(port -> RedisServers.ask(port, "cluster", "nodes")
                .lines()
                .filter(line -> line.startsWith(target))
                .anyMatch(line -> line.contains(slot))));
    }

    @Test
    void goesOnWhenAShardFailsOver() throws Exception {
        try (var servers = RedisServers.cluster(3, 1)) {
            var heard = new Ear();
            try (var redis = redis(servers, heard)) {
                redis.subscribe("{lost}");
                RedisServers.await(() -> heard.subscribed.contains("{lost}"));
                assertThat(count(redis, "{lost}", 1)).isEqualTo(1);
                RedisServers.await(() -> isReplicated(servers));
                heard.subscribed.clear();
                // When
                servers.kill(servers.ownerOf("{lost}"));
                // Then commands fail for a while, within their timeout, and the subscription comes back
                RedisServers.await(() -> heard.subscribed.contains("{lost}"));
                RedisServers.await(() -> {
                    try {
                        return get(redis.publish("{lost}", utf8("back"))) >= 1;
                    } catch (ExecutionException e) {
                        return false;
                    }
                });
                RedisServers.await(() -> heard.messages.containsKey("{lost}"));
                assertThat(count(redis, "{lost}", 1)).isEqualTo(2);
            }
        }
    }

    private static boolean isReplicated(RedisServers servers) {
        return servers.ports().stream()
                        .filter(port -> RedisServers.ask(port, "dbsize").strip().equals("1"))
                        .count()
                == 2;
    }

    @Test
    void refusesAServerThatEvicts() {
        try (var servers = RedisServers.single("--maxmemory-policy", "allkeys-lru");
                var redis = redis(servers, new Ear())) {
            assertThatThrownBy(() -> get(redis.start()))
                    .hasCauseInstanceOf(UnfitServerException.class)
                    .hasMessageContaining("allkeys-lru")
                    .hasMessageContaining("set noeviction");
        }
    }

    @Test
    void worksOnOneServerWithoutACluster() throws Exception {
        try (var servers = RedisServers.single()) {
            var heard = new Ear();
            try (var redis = redis(servers, heard)) {
                get(redis.start());
                assertThat(count(redis, "a", 1)).isEqualTo(1);
                redis.subscribe("b");
                RedisServers.await(() -> heard.subscribed.contains("b"));
                assertThat(get(redis.publish("b", utf8("hello")))).isEqualTo(1);
                RedisServers.await(() -> heard.messages.containsKey("b"));
            }
        }
    }

    @Test
    void keepsAnswersAndPushesApartUnderLoad() throws Exception {
        try (var servers = RedisServers.single()) {
            var heard = new Ear();
            try (var redis = redis(servers, heard)) {
                redis.subscribe("x");
                RedisServers.await(() -> heard.subscribed.contains("x"));
                var echo = Script.of("return {ARGV[1]}");
                for (int i = 0; i < 2000; i++) {
                    String word = "w" + i;
                    var published = redis.publish("x", utf8(word));
                    var echoed = redis.run(echo, List.of("x"), utf8(word));
                    if (i % 100 == 0) {
                        assertThat(get(published)).isEqualTo(1);
                        assertThat(get(echoed)).singleElement().isEqualTo(utf8(word));
                    }
                }
                RedisServers.await(
                        () -> heard.messages.getOrDefault("x", List.of()).size() == 2000);
            }
        }
    }

    private static Redis redis(RedisServers servers, Redis.Listener listener) {
        return new Redis(new TestRedisConfig(servers.hosts(), "weir"), VERTX, listener);
    }

    private static long count(Redis redis, String key, int by) throws Exception {
        return (Long)
                get(redis.run(COUNT, List.of(key), utf8(Integer.toString(by)))).getFirst();
    }

    private static long get(Redis redis, String channel) {
        try {
            return get(redis.publish(channel, utf8("?")));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws ExecutionException {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final class Ear implements Redis.Listener {
        private final Map<String, List<String>> messages = new ConcurrentHashMap<>();
        private final Set<String> subscribed = ConcurrentHashMap.newKeySet();

        @Override
        public void message(String channel, byte[] message) {
            messages.computeIfAbsent(channel, _ -> new CopyOnWriteArrayList<>())
                    .add(new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public void subscribed(String channel) {
            subscribed.add(channel);
        }
    }
}
