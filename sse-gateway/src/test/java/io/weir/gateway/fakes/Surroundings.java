package io.weir.gateway.fakes;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import io.weir.contracts.id.StreamId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** All fakes of one gateway under test. */
public final class Surroundings implements QuarkusTestResourceLifecycleManager {
    /** Stream of the settle that waits in the journal at start. */
    public static final StreamId REPLAYED = StreamId.parse("01a1f975-0000-75ba-895a-35bcf1824521");

    /** Bearer secret of the machine {@code a}. */
    public static final String MACHINE_SECRET = "machine-secret-5d41402abc4b2a76b9719d911017c592";

    private final Vertx vertx = Vertx.vertx();
    private @Nullable World world;

    /**
     * What a test may play with.
     *
     * @param agent first machine of app {@code demo}
     * @param second second machine of app {@code demo}
     * @param metering metering
     * @param relay relay
     * @param names name server of the apps {@code by-a} and {@code by-srv}
     * @param kubernetes API server of the app {@code by-k8s}
     * @param fly Fly's proxy
     * @param keys signs service tokens that the gateway takes
     */
    public record World(
            FakeAgent agent,
            FakeAgent second,
            FakeMetering metering,
            FakeRelay relay,
            FakeNames names,
            FakeKubernetes kubernetes,
            FakeFlyProxy fly,
            KeyPair keys) {
        /** Everything that a test has taken away is back, and does its part. */
        public void recover() {
            agent.well(true);
            relay.forgetful(false);
            metering.answering();
            names.silent(false);
            relay.history("{\"messages\":[]}");
            for (FakeServer server : List.of(agent, second, metering, relay, kubernetes)) {
                server.ensureUp();
            }
        }

        /** What was seen and said so far is forgotten. */
        public void forget() {
            agent.forget();
            second.forget();
            relay.answers().clear();
        }
    }

    @Override
    public Map<String, String> start() {
        // A Quarkus application without WebSocket endpoints turns them off for every server of the JVM, our fakes
        // included.
        System.clearProperty("vertx.disableWebsockets");
        KeyPair keys = keys();
        var issuer = new FakeIssuer(vertx, keys.getPublic());
        var fakes = new World(
                new FakeAgent(vertx),
                new FakeAgent(vertx),
                new FakeMetering(vertx),
                new FakeRelay(vertx),
                new FakeNames(vertx),
                new FakeKubernetes(vertx),
                new FakeFlyProxy(vertx),
                keys);
        world = fakes;
        Map<String, String> config = new HashMap<>();
        config.put("weir.ticket.keys", Tickets.KID + ":" + Base64.getEncoder().encodeToString(Tickets.KEY));
        config.put("weir.gateway.session-secret", "0123456789abcdef0123456789abcdef");
        config.put("weir.gateway.metering-url", fakes.metering().address().toString());
        config.put("weir.gateway.relay-url", fakes.relay().address().toString());
        config.put("weir.gateway.journal", journal().toString());
        config.put("weir.machines.a.app", "demo");
        config.put("weir.machines.a.address", fakes.agent().address().toString());
        config.put("weir.machines.a.secret", MACHINE_SECRET);
        config.put("weir.machines.b.app", "twins");
        config.put("weir.machines.b.address", fakes.agent().address().toString());
        config.put("weir.machines.c.app", "twins");
        config.put("weir.machines.c.address", fakes.second().address().toString());
        config.put("weir.agents.twins.app", "twins");
        config.put("weir.agents.idem.app", "twins");
        config.put("weir.agents.idem.idempotent", "true");
        config.put("weir.agents.idem.stateless", "true");
        config.put("weir.agents.chat.app", "demo");
        config.put("weir.agents.chat.dialect", "chat_completions");
        config.put("weir.agents.chat.upstream-model", "gpt-x");
        config.put("weir.agents.nobody.app", "nobody");
        for (String dialect : List.of("anthropic", "token", "chunk", "ndjson")) {
            config.put("weir.agents." + dialect + ".app", "demo");
            config.put("weir.agents." + dialect + ".dialect", dialect);
        }
        config.put("weir.agents.elsewhere.app", "demo");
        config.put("weir.agents.elsewhere.dialect", "token");
        config.put("weir.agents.elsewhere.path", "/talk/{session}");
        config.put("weir.agents.eager.app", "demo");
        config.put("weir.agents.eager.input", "true");
        config.put("weir.gateway.times.first-delta", "2s");
        config.put("weir.gateway.times.silence", "3s");
        config.put("weir.gateway.times.update", "500ms");
        config.put("weir.gateway.times.metering", "1s");
        config.put("weir.gateway.times.journal", "5s");
        config.put("weir.gateway.times.heartbeat", "500ms");
        config.put("weir.gateway.handoff.cors-origins", "https://app.example,null");
        config.put("weir.gateway.handoff.commit-after", "300ms");
        config.put("quarkus.http.access-log.enabled", "true");
        config.put("weir.gateway.replay.app-address", fakes.fly().address() + "/{app}");
        config.put("weir.gateway.replay.look", "100ms");
        config.put("weir.gateway.replay.body", "2K");
        config.put("weir.drain.deadline", "1s");
        config.put("quarkus.shutdown.timeout", "5s");
        config.put("weir.agents.closed.app", "demo");
        config.put("weir.agents.closed.allow", "admin");
        config.put("weir.gateway.posting.keys.remember-for", "500ms");
        config.put("weir.gateway.posting.absence", "5s");
        config.put("weir.gateway.posting.ahead", "64K");
        config.put("weir.gateway.posting.opening", "4K");
        config.put("weir.gateway.limits.block", "32K");
        config.put("weir.gateway.limits.body", "128K");
        config.put("weir.gateway.limits.bodies", "300K");
        config.put("weir.gateway.upstream.probe-every", "1s");
        config.put("weir.gateway.upstream.probe-again", "200ms");
        config.put("weir.gateway.machines.outlier.first", "300ms");
        config.put("weir.gateway.machines.secrets.well", "secret-of-the-registered");
        config.put("weir.gateway.discovery.every", "200ms");
        config.put("weir.gateway.discovery.name-server", fakes.names().address());
        config.put("weir.gateway.discovery.dns.by-a.name", "agents.example");
        config.put("weir.gateway.discovery.dns.by-a.port", "7001");
        config.put("weir.gateway.discovery.dns.by-a.capacity", "9");
        config.put("weir.gateway.discovery.dns.by-a.secret-reference", "config:well");
        config.put("weir.gateway.discovery.dns.by-a.dialect", "anthropic");
        config.put("weir.gateway.discovery.dns.by-a.labels.zone", "fra");
        config.put("weir.gateway.discovery.dns.by-srv.name", "_agents._tcp.example");
        config.put("weir.gateway.discovery.dns.by-srv.scheme", "https");
        config.put("weir.gateway.discovery.kubernetes.by-k8s.namespace", "agents");
        config.put("weir.gateway.discovery.kubernetes.by-k8s.service", "support");
        config.put("weir.gateway.discovery.kubernetes.by-k8s.port", "http");
        config.put("weir.gateway.discovery.kubernetes.by-k8s.dialect", "token");
        config.put("weir.gateway.discovery.kubernetes.by-k8s.labels.zone", "fra");
        config.put(
                "weir.gateway.discovery.api-server",
                fakes.kubernetes().address().toString());
        config.put("weir.gateway.discovery.token-file", token().toString());
        config.put("weir.issuer.url", issuer.address().toString());
        config.put("quarkus.oidc.token.issuer", "any");
        config.put("quarkus.http.test-port", "0");
        return config;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(world, new TestInjector.MatchesType(World.class));
    }

    @Override
    public void stop() {
        FakeServer.await(vertx.close());
    }

    /** A journal with one settle that an earlier process could not deliver, and half of another. */
    private static Path journal() {
        String body = "+ " + REPLAYED
                + " {\"epoch\":3,\"totals\":{\"input\":1,\"cached\":0,\"cacheWrite\":0,\"output\":2,\"reasoning\":0},"
                + "\"usageSource\":\"counted\",\"reason\":\"cancelled\",\"startedAt\":\"2026-11-20T10:00:00Z\","
                + "\"endedAt\":\"2026-11-20T10:00:01Z\"}";
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        try {
            Path directory = Files.createTempDirectory("weir-journal");
            Files.writeString(
                    directory.resolve("settles"), Long.toHexString(crc.getValue()) + " " + body + "\n3fa + 01a");
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path token() {
        try {
            return Files.writeString(Files.createTempFile("weir-token", ""), FakeKubernetes.TOKEN + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
