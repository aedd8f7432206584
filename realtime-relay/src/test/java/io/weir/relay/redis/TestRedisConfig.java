package io.weir.relay.redis;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The configuration with its defaults, for servers of a test. */
public record TestRedisConfig(List<URI> hosts, String prefix) implements RedisConfig {
    @Override
    public Optional<String> username() {
        return Optional.empty();
    }

    @Override
    public Optional<String> password() {
        return Optional.empty();
    }

    @Override
    public int partitions() {
        return 64;
    }

    @Override
    public Duration connectTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public Duration startTimeout() {
        return Duration.ofSeconds(15);
    }

    @Override
    public Duration commandTimeout() {
        return Duration.ofSeconds(2);
    }

    @Override
    public int maxWaiting() {
        return 20_000;
    }

    @Override
    public Duration lookEvery() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration retry() {
        return Duration.ofMillis(50);
    }
}
