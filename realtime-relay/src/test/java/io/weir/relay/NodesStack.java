package io.weir.relay;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.contracts.id.StreamId;
import io.weir.streams.faults.RedisServers;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** What several packaged relays share: a Redis cluster of three shards, PostgreSQL, and a metering service. */
final class NodesStack implements AutoCloseable {
    private final EmbeddedPostgres postgres;
    private final FakeMetering metering;
    private final RedisServers redis;
    private final Map<String, String> extra;

    private NodesStack(
            EmbeddedPostgres postgres, FakeMetering metering, RedisServers redis, Map<String, String> extra) {
        this.postgres = postgres;
        this.metering = metering;
        this.redis = redis;
        this.extra = extra;
    }

    /** Starts all but the relays; the test is skipped where no server is installed. */
    static NodesStack start(int replicas, Map<String, String> extra) {
        assumeTrue(RedisServers.areInstalled(), "neither redis-server nor valkey-server is installed");
        try {
            var postgres =
                    EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
            return new NodesStack(postgres, new FakeMetering(), RedisServers.cluster(3, replicas), extra);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RedisServers redis() {
        return redis;
    }

    FakeMetering metering() {
        return metering;
    }

    /** Nobody can write to {@code messages} until this is closed; who waits for it by then is cut off. */
    HeldMessages holdMessages() {
        return new HeldMessages(postgres.getPostgresDatabase());
    }

    /** How many messages of a stream PostgreSQL has. */
    int messages(StreamId stream) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                PreparedStatement count =
                        connection.prepareStatement("SELECT count(*) FROM messages WHERE stream_id = ?")) {
            count.setObject(1, stream.value());
            ResultSet row = count.executeQuery();
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A lock on the table of messages. */
    static final class HeldMessages implements AutoCloseable {
        private final Connection connection;

        private HeldMessages(DataSource database) {
            try {
                connection = database.getConnection();
                connection.setAutoCommit(false);
                run("LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private void run(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        public void close() {
            try (connection) {
                run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
                connection.rollback();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Starts a relay, which may not be ready yet. */
    RelayNode node(String name) {
        return RelayNode.start(name, config());
    }

    private Map<String, String> config() {
        Map<String, String> config = new HashMap<>(
                RelayStack.config(postgres.getJdbcUrl("postgres", "postgres"), postgres.getPort(), metering.url()));
        config.put("weir.relay.log", "redis");
        config.put("weir.relay.nodes.lease", "3s");
        config.put("weir.relay.nodes.refresh", "1s");
        config.put("weir.relay.nodes.sweep", "3s");
        config.put("weir.relay.redis.look-every", "2s");
        config.put("weir.relay.redis.partitions", "64");
        config.put(
                "weir.relay.redis.hosts",
                redis.hosts().stream().map(URI::toString).collect(Collectors.joining(",")));
        config.putAll(extra);
        return config;
    }

    @Override
    public void close() {
        try {
            redis.close();
            metering.close();
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
