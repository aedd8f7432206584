package io.weir.metering;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.weir.streams.faults.Wire;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts a PostgreSQL of its own behind a wire that tests can cut, and makes the key that signs their tokens. */
public final class LedgerDatabase implements QuarkusTestResourceLifecycleManager {
    private @Nullable EmbeddedPostgres postgres;
    private @Nullable Wire wire;
    private @Nullable Receiver receiver;
    private @Nullable FakeRelay relay;

    @Override
    public Map<String, String> start() {
        try {
            var database = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "off")
                    .setServerConfig("max_connections", "60")
                    .start();
            postgres = database;
            var cable = new Wire(database.getPort());
            wire = cable;
            var webhook = new Receiver();
            receiver = webhook;
            Shared.put(Shared.RECEIVER, webhook);
            var logs = new FakeRelay();
            relay = logs;
            Shared.put(Shared.RELAY, logs);
            var keys = Tokens.newKeys();
            Shared.put(Shared.KEYS, keys);
            Shared.put(Shared.DATABASE, database.getPostgresDatabase());
            Shared.put(Shared.CUT, (Runnable) cable::cut);
            Shared.put(Shared.STRAND, (Runnable) cable::strand);
            Shared.put(Shared.MEND, (Runnable) cable::mend);
            var config = config(
                    database.getJdbcUrl("postgres", "postgres"),
                    cable.port(),
                    keys.getPublic().getEncoded());
            config.put("weir.metering.events.webhook", webhook.url());
            config.put("weir.metering.events.secret", Receiver.SECRET);
            config.put("weir.metering.relay-url", logs.url());
            config.put("quarkus.oidc-client.auth-server-url", logs.url());
            config.put("quarkus.oidc-client.discovery-enabled", "false");
            config.put("quarkus.oidc-client.token-path", "/token");
            return config;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Map<String, String> config(String jdbcUrl, int port, byte[] publicKey) {
        var config = new HashMap<String, String>();
        config.put("quarkus.http.test-port", "0");
        config.put("quarkus.http.test-host", "127.0.0.1");
        config.put("quarkus.http.host", "127.0.0.1");
        config.put("quarkus.datasource.jdbc.url", jdbcUrl);
        config.put("quarkus.datasource.reactive.url", "postgresql://127.0.0.1:" + port + "/postgres");
        config.put("quarkus.datasource.username", "postgres");
        config.put("quarkus.datasource.password", "postgres");
        config.put("quarkus.oidc.auth-server-url", "");
        config.put("quarkus.oidc.public-key", Base64.getEncoder().encodeToString(publicKey));
        // Tests sweep by hand; no outage is recognised in between.
        config.put("weir.metering.sweep.interval", "60s");
        config.put("weir.metering.sweep.outage", "10m");
        config.put("weir.metering.audit.overdue", "1h");
        config.put("weir.metering.audit.interval", "24h");
        // Tests that damage entries seal them by hand.
        config.put("weir.metering.chain.interval", "60m");
        // A slow machine may take its time; no statement is refused for waiting.
        config.put("weir.metering.pool.acquire", "60s");
        // Longer than any statement of these tests, and short enough for one of them to wait for it.
        config.put("weir.metering.pool.silence", "12s");
        // An account is hot soon, and no longer than a test wants to wait.
        config.put("weir.metering.hot.contention", "1ms");
        config.put("weir.metering.hot.cool", "1s");
        config.put("weir.agents.cheap.price", "cheap");
        config.put("weir.agents.cheap.tokens-per-second", "10");
        config.put("weir.agents.cheap.max-output-tokens", "100000");
        config.put("weir.agents.cheap.app", "a-key-of-the-gateway");
        // Paces are read by hand, and only one agent goes by them.
        config.put("weir.metering.pace.interval", "24h");
        config.put("weir.agents.demo.learn", "false");
        config.put("weir.agents.cheap.learn", "false");
        config.put("weir.agents.varied.learn", "false");
        config.put("weir.agents.paced.tokens-per-second", "10");
        config.put("weir.agents.paced.max-output-tokens", "1000000");
        config.put("weir.agents.varied.price", "varied");
        config.put("weir.agents.modelled.upstream-model", "model-x");
        config.put("weir.agents.modelled.learn", "false");
        config.put("weir.agents.priceless.price", "not-in-the-book");
        return config;
    }

    @Override
    public void stop() {
        try {
            if (wire != null) {
                wire.close();
            }
            if (receiver != null) {
                receiver.close();
            }
            if (relay != null) {
                relay.close();
            }
            if (postgres != null) {
                postgres.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
