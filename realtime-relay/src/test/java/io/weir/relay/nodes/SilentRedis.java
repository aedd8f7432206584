package io.weir.relay.nodes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.weir.relay.redis.Redis;
import io.weir.relay.redis.TestRedisConfig;
import io.weir.streams.faults.RedisServers;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Real servers for a class of tests, and a connection on which nothing is to be published. */
final class SilentRedis implements BeforeAllCallback, AfterAllCallback {
    private final Supplier<RedisServers> start;
    private final Vertx vertx = Vertx.vertx();
    private @Nullable RedisServers servers;
    private @Nullable Redis redis;

    SilentRedis(Supplier<RedisServers> start) {
        this.start = start;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        assumeTrue(RedisServers.areInstalled(), "neither redis-server nor valkey-server is installed");
        RedisServers started = start.get();
        servers = started;
        redis = new Redis(new TestRedisConfig(started.hosts(), "weir"), vertx, new Redis.Listener() {
            @Override
            public void message(String channel, byte[] message) {
                throw new AssertionError("nobody listens");
            }

            @Override
            public void subscribed(String channel) {
                throw new AssertionError("nobody listens");
            }
        });
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (redis != null) {
            redis.close();
        }
        if (servers != null) {
            servers.close();
        }
        vertx.close();
    }

    RedisServers servers() {
        return Objects.requireNonNull(servers);
    }

    Redis redis() {
        return Objects.requireNonNull(redis);
    }
}
