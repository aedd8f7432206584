package io.weir.gateway.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.TenantId;
import io.weir.gateway.config.RedisConfig;
import io.weir.gateway.fakes.Await;
import io.weir.streams.faults.RedisServers;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisStoreTest extends FleetStoreRules {
    private static final int PRIORITY = 100;
    private static final SessionKey SESSION =
            new SessionKey(new TenantId("default"), new AccountId("alice"), new SessionId("s1"));

    @SuppressWarnings("NullAway.Init")
    private static RedisServers servers;

    @SuppressWarnings("NullAway.Init")
    private RedisStore one;

    @SuppressWarnings("NullAway.Init")
    private RedisStore two;

    @BeforeAll
    static void startServer() {
        Assumptions.assumeTrue(RedisServers.areInstalled(), "needs redis-server or valkey-server");
        servers = RedisServers.single();
    }

    @AfterAll
    static void stopServer() {
        if (servers != null) {
            servers.close();
        }
    }

    @BeforeEach
    void connect() {
        servers.empty();
        one = gateway("one", servers.hosts(), false);
        two = gateway("two", servers.hosts(), false);
        Await.until("connected", () -> answers(one) && answers(two));
    }

    @AfterEach
    void disconnect() {
        one.close();
        two.close();
    }

    @Override
    FleetStore store() {
        return one;
    }

    @Override
    void pass(Duration time) {
        LockSupport.parkNanos(time.toNanos()); // the server's clock cannot be moved
    }

    @Test
    void tellsTheOtherGateway() {
        done(one.put(machine("a"), Duration.ofMinutes(1), 5));
        done(one.drain(machine("a").id(), true));
        done(one.home(SESSION, machine("a").id()));
        FleetStore.State state = done(two.look(Map.of()));
        assertThat(state.machines()).hasSize(1);
        assertThat(state.draining()).containsExactly(machine("a").id());
        assertThat(done(two.home(SESSION))).contains(machine("a").id());
    }

    @Test
    void tellsTheOtherGatewaysLoadAndNotOnesOwn() {
        done(one.look(Map.of(machine("a").id(), 3, machine("b").id(), 0)));
        assertThat(done(two.look(Map.of(machine("a").id(), 4))).load())
                .isEqualTo(Map.of(machine("a").id(), 3));
        assertThat(done(one.look(Map.of())).load())
                .isEqualTo(Map.of(machine("a").id(), 4));
    }

    @Test
    void namesNobodyInItsKeys() {
        done(one.home(SESSION, machine("a").id()));
        int port = servers.ports().iterator().next();
        assertThat(RedisServers.ask(port, "keys", "*")).contains("weir:home:").doesNotContain("alice", "s1");
    }

    @Test
    void failsWithinItsTimeoutAndGoesOnWhenTheServerIsBack() {
        int port = servers.ports().iterator().next();
        servers.pause(port, true);
        try {
            assertThatThrownBy(() -> done(one.home(SESSION))).hasStackTraceContaining("timed out");
        } finally {
            servers.pause(port, false);
        }
        Await.until("answers again", () -> answers(one));
    }

    @Test
    void worksOnACluster() {
        try (RedisServers cluster = RedisServers.cluster(3, 0)) {
            RedisStore store = gateway("one", cluster.hosts(), true);
            try {
                Await.until("connected", () -> answers(store));
                done(store.put(machine("a"), Duration.ofMinutes(1), 5));
                assertThat(done(store.look(Map.of())).machines()).hasSize(1);
                for (int i = 0; i < 20; i++) {
                    var session = new SessionKey(SESSION.tenant(), SESSION.account(), new SessionId("s" + i));
                    done(store.home(session, machine("m" + i).id()));
                    assertThat(done(store.home(session)))
                            .isEqualTo(Optional.of(machine("m" + i).id()));
                }
            } finally {
                store.close();
            }
        }
    }

    private static boolean answers(RedisStore store) {
        try {
            done(store.home(SESSION));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static RedisStore gateway(String name, List<URI> hosts, boolean cluster) {
        RedisConfig config = new SmallRyeConfigBuilder()
                .withMapping(RedisConfig.class)
                .withConverter(Duration.class, PRIORITY, new DurationConverter())
                .withDefaultValue(
                        "weir.gateway.redis.hosts",
                        hosts.stream().map(URI::toString).collect(Collectors.joining(",")))
                .withDefaultValue("weir.gateway.redis.cluster", String.valueOf(cluster))
                .build()
                .getConfigMapping(RedisConfig.class);
        return new RedisStore(new RedisLink(config), config, new ObjectMapper(), name);
    }
}
