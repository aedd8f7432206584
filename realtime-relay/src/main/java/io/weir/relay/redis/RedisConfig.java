package io.weir.relay.redis;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where Redis or Valkey is, and how long it is waited for. Used only where many relays share their logs. */
@ConfigMapping(prefix = "weir.relay.redis")
public interface RedisConfig {
    /** Some servers of the cluster, or the only one: {@code redis://} or {@code rediss://}. The others are found through them. */
    @WithDefault("redis://127.0.0.1:6379")
    List<URI> hosts();

    /** User name; absent where the servers know none. */
    Optional<String> username();

    /** Password; absent where the servers ask for none. */
    Optional<String> password();

    /** Begin of all our keys and channels. Two installations on one cluster need two. */
    @WithDefault("weir")
    String prefix();

    /** Number of slots that streams and topics are spread over. The same on all relays; changing it forgets the shared logs. */
    @WithDefault("256")
    int partitions();

    /** Longest wait for a connection. */
    @WithDefault("2s")
    Duration connectTimeout();

    /** Longest wait for the servers at start. If they stay away, the relay starts without them and goes on trying. */
    @WithDefault("15s")
    Duration startTimeout();

    /** Longest wait for an answer; then the command has failed, and its caller tries again. */
    @WithDefault("2s")
    Duration commandTimeout();

    /** Commands that wait for their answer on one connection; a further one fails at once. */
    @WithDefault("20000")
    int maxWaiting();

    /** Time between looks at which server has which slots, beside those that an answer asks for. */
    @WithDefault("10s")
    Duration lookEvery();

    /** Pause before a lost subscription is tried again. */
    @WithDefault("100ms")
    Duration retry();
}
