package io.weir.relay;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.weir.streams.faults.Wire;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts a PostgreSQL of its own, behind a wire that can be cut, and a metering service that answers as told. */
public final class RelayStack implements QuarkusTestResourceLifecycleManager {
    private @Nullable EmbeddedPostgres postgres;
    private @Nullable FakeMetering metering;
    private @Nullable Wire wire;

    @Override
    public Map<String, String> start() {
        try {
            var database =
                    EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
            var judge = new FakeMetering();
            var cable = new Wire(database.getPort());
            postgres = database;
            metering = judge;
            wire = cable;
            Shared.database(database.getPostgresDatabase());
            Shared.metering(judge);
            Shared.wire(cable);
            return config(database.getJdbcUrl("postgres", "postgres"), cable.port(), judge.url());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a relay needs to know of a database, of the port to reach it by, and of a metering service. */
    static Map<String, String> config(String jdbcUrl, int databasePort, String meteringUrl) {
        Map<String, String> config = new HashMap<>();
        config.put("quarkus.http.test-port", "0");
        config.put("quarkus.http.test-host", "127.0.0.1");
        config.put("quarkus.datasource.jdbc.url", jdbcUrl);
        config.put("quarkus.datasource.reactive.url", "postgresql://127.0.0.1:" + databasePort + "/postgres");
        config.put("quarkus.oidc.auth-server-url", "");
        config.put(
                "quarkus.oidc.public-key",
                Base64.getEncoder().encodeToString(Shared.keys().getPublic().getEncoded()));
        config.put("quarkus.oidc-client.auth-server-url", meteringUrl);
        config.put("quarkus.oidc-client.discovery-enabled", "false");
        config.put("quarkus.oidc-client.token-path", "/token");
        config.put("weir.relay.metering-url", meteringUrl);
        config.put("weir.relay.ingest.suspect-after", "1500ms");
        config.put("weir.relay.ingest.tail-patience", "6s");
        config.put("weir.relay.ingest.ping-every", "300ms");
        config.put("weir.relay.ingest.retry-fence", "300ms");
        config.put("weir.relay.reading.heartbeat", "300ms");
        config.put("weir.relay.following.heartbeat", "300ms");
        config.put("weir.relay.ingest.input-patience", "1s");
        config.put("weir.relay.telling.typing-silence", "1s");
        config.put("weir.relay.telling.receipts-every", "200ms");
        config.put("weir.relay.changes.return-wait", "0s");
        config.put("weir.relay.socket.late-token", "2s");
        config.put("weir.relay.shares.recheck", "1s");
        config.put("weir.relay.presence.tick", "100ms");
        return config;
    }

    @Override
    public void stop() {
        try {
            if (wire != null) {
                wire.close();
            }
            if (metering != null) {
                metering.close();
            }
            if (postgres != null) {
                postgres.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
