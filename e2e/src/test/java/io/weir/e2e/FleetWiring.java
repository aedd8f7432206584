package io.weir.e2e;

import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Commands and configuration files of a {@link Fleet}'s processes. Times that decide how long a fault is felt (leases,
 * suspicions, silences) are a quarter of the usual ones or less, in the same order of size.
 */
final class FleetWiring {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8");

    private final LocalStack base;
    private final Path folder;
    private final List<URI> redis;

    /** Over what runs already: PostgreSQL and issuer, and a Redis cluster. */
    FleetWiring(LocalStack base, Path folder, List<URI> redis) {
        this.base = base;
        this.folder = folder;
        this.redis = redis;
    }

    Node machine(String name, int port) {
        List<String> command = java("-Xmx96m");
        String classPath = Stream.of("local/target/classes", "contracts/target/classes", "streams/target/classes")
                        .map(path -> ROOT.resolve(path).toString())
                        .collect(Collectors.joining(":"))
                + ":" + ROOT.resolve("local/target/lib") + "/*";
        command.addAll(List.of("-cp", classPath, "io.weir.local.agent.DemoAgentMain", Integer.toString(port)));
        return new Node(name, "machine", port, "/startupz", folder, command, Map.of("DEMO_AGENT_TOKEN", agentToken()));
    }

    Node metering(String name, int port, URI relays) {
        Map<String, String> settings = database("weir_metering");
        settings.put("weir.metering.relay-url", relays.toString());
        settings.put("weir.metering.lease", "15s");
        settings.put("weir.metering.sweep.interval", "1s");
        settings.put("weir.metering.sweep.grace", "5s");
        settings.put("weir.metering.sweep.outage", "5s");
        return service(name, "metering", "metering-service", port, settings);
    }

    Node relay(String name, int port, URI metering) {
        Map<String, String> settings = database("weir_relay");
        settings.put("weir.relay.metering-url", metering.toString());
        settings.put("weir.relay.log", "redis");
        settings.put("weir.relay.redis.hosts", redisHosts());
        settings.put("weir.relay.redis.partitions", "64");
        settings.put("weir.relay.redis.look-every", "2s");
        settings.put("weir.relay.nodes.lease", "3s");
        settings.put("weir.relay.nodes.refresh", "1s");
        settings.put("weir.relay.ingest.suspect-after", "4s");
        settings.put("weir.relay.ingest.ping-every", "1s");
        settings.put("weir.relay.ingest.tail-patience", "10s");
        settings.put("weir.relay.ingest.retry-fence", "500ms");
        settings.put("weir.relay.reading.heartbeat", "2s");
        settings.put("weir.relay.reading.coming-back", "20s");
        return service(name, "relay", "realtime-relay", port, settings);
    }

    Node gateway(String name, int port, URI metering, URI relays, List<Node> machines) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("weir.gateway.name", name);
        settings.put("weir.gateway.address", "http://127.0.0.1:" + port);
        settings.put("weir.gateway.metering-url", metering.toString());
        settings.put("weir.gateway.relay-url", relays.toString());
        settings.put(
                "weir.gateway.journal", folder.resolve("journal").resolve(name).toString());
        settings.put("weir.gateway.session-secret", "the session secret of all gateways");
        settings.put("weir.gateway.fleet", "redis");
        settings.put("weir.gateway.redis.hosts", redisHosts());
        settings.put("weir.gateway.redis.cluster", "true");
        settings.put("weir.gateway.times.first-delta", "10s");
        settings.put("weir.gateway.times.silence", "10s");
        settings.put("weir.gateway.times.heartbeat", "2s");
        settings.put("weir.gateway.times.update", "2s");
        settings.put("weir.gateway.times.lease-margin", "3s");
        settings.put("weir.gateway.upstream.probe-every", "2s");
        settings.put("weir.gateway.upstream.probe-again", "300ms");
        settings.put("weir.gateway.upstream.probe", "1s");
        settings.put("weir.gateway.machines.outlier.first", "1s");
        settings.put("weir.gateway.machines.outlier.longest", "5s");
        settings.put("weir.ticket.keys", Tickets.KEYS);
        for (Node machine : machines) {
            settings.put("weir.machines." + machine.name() + ".app", "demo");
            settings.put(
                    "weir.machines." + machine.name() + ".address",
                    machine.url().toString());
            settings.put("weir.machines." + machine.name() + ".secret", agentToken());
        }
        return service(name, "gateway", "sse-gateway", port, settings);
    }

    Node edge(String name, int port, URI metering, URI gateways, URI relays) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("weir.edge.metering-url", metering.toString());
        settings.put("weir.edge.gateway-url", gateways.toString());
        settings.put("weir.edge.relay-url", relays.toString());
        settings.put("weir.edge.session-secret", "the session secret of all edges, 32 letters");
        settings.put("weir.edge.answer.heartbeat", "2s");
        settings.put("weir.edge.wire.silence", "6s");
        settings.put("weir.edge.wire.head-timeout", "4s");
        settings.put("weir.edge.wire.call-timeout", "4s");
        settings.put("weir.ticket.keys", Tickets.KEYS);
        return service(name, "edge", "edge-proxy", port, settings);
    }

    private Node service(String name, String role, String module, int port, Map<String, String> settings) {
        Map<String, String> all = common(port);
        all.put("quarkus.oidc-client.credentials.secret", secret("client-" + role + ".secret"));
        all.putAll(settings);
        Path file = folder.resolve("config").resolve(name + ".properties");
        write(file, all);
        List<String> command = java("-Xmx256m");
        if (role.equals("relay")) {
            // Above weir.relay.logs.total, which is direct memory.
            command.add("-XX:MaxDirectMemorySize=768m");
        }
        Path jar = ROOT.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        command.addAll(List.of("-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-jar", jar.toString()));
        return new Node(
                name,
                role,
                port,
                "/q/health/ready",
                folder,
                command,
                Map.of("QUARKUS_CONFIG_LOCATIONS", file.toUri().toString()));
    }

    private Map<String, String> common(int port) {
        var settings = new LinkedHashMap<String, String>();
        // Above application.properties (250).
        settings.put("config_ordinal", "275");
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(port));
        settings.put("weir.issuer.url", base.issuer());
        settings.put("quarkus.oidc.connection-timeout", "60S");
        settings.put("quarkus.oidc.connection-delay", "60S");
        settings.put("quarkus.oidc-client.connection-timeout", "60S");
        settings.put("quarkus.oidc-client.connection-delay", "60S");
        agent(settings, "demo");
        settings.put("weir.agents.demo.default", "true");
        agent(settings, "steady");
        settings.put("weir.agents.steady.idempotent", "true");
        settings.put("weir.agents.steady.stateless", "true");
        return settings;
    }

    private static void agent(Map<String, String> settings, String name) {
        String prefix = "weir.agents." + name + ".";
        settings.put(prefix + "app", "demo");
        settings.put(prefix + "upstream-model", "openclaw");
        settings.put(prefix + "price", "default");
        settings.put(prefix + "tokens-per-second", "50");
        settings.put(prefix + "max-output-tokens", "4096");
    }

    private Map<String, String> database(String name) {
        String address = base.url(Part.POSTGRES).replace("http://", "postgresql://") + "/" + name;
        var settings = new LinkedHashMap<String, String>();
        settings.put("quarkus.datasource.reactive.url", address);
        settings.put("quarkus.datasource.jdbc.url", "jdbc:" + address);
        settings.put("quarkus.datasource.username", "postgres");
        settings.put("quarkus.datasource.password", "postgres");
        return settings;
    }

    private String redisHosts() {
        return redis.stream().map(URI::toString).collect(Collectors.joining(","));
    }

    private static List<String> java(String heap) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.add(heap);
        return command;
    }

    private String agentToken() {
        try {
            return base.agentToken();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String secret(String name) {
        try {
            return Files.readString(folder.resolve("secrets").resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, Map<String, String> settings) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    settings.entrySet().stream()
                            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
