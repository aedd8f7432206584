package io.weir.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Redis 7 or Valkey, for {@code weir.gateway.fleet=redis}. */
@ConfigMapping(prefix = "weir.gateway.redis")
public interface RedisConfig {
    /** {@code redis://host:port} or {@code rediss://} with TLS: the server, or some of the cluster's. */
    Optional<List<URI>> hosts();

    /** True for a cluster. */
    @WithDefault("false")
    boolean cluster();

    /** User; absent: the default one. */
    Optional<String> username();

    /** Password. */
    Optional<String> password();

    /** Begins the names of all keys. */
    @WithDefault("weir")
    String prefix();

    /** A connection that takes longer has failed; the next command tries again. */
    @DurationMin(millis = 1)
    @WithDefault("2s")
    Duration connectTimeout();

    /** A command without an answer for so long has failed. A stream's beginning waits for one at most. */
    @DurationMin(millis = 1)
    @WithDefault("500ms")
    Duration commandTimeout();

    /** Commands that wait for answers; one more fails at once. */
    @Min(1)
    @WithDefault("10000")
    int maxWaiting();

    /** How long the machine of a conversation is remembered after its last new answer elsewhere. */
    @DurationMin(millis = 1)
    @WithDefault("7d")
    Duration rememberSessions();
}
