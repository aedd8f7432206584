package io.weir.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Commands, environments and configuration files of the parts: everything that one part must know of another. */
final class Wiring {
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8");

    private final Layout layout;
    private final Ports ports;
    private final Secrets secrets;
    private final Map<Part, String> clientSecrets;
    private final Optional<ForeignAgent> foreignAgent;
    private final boolean debugAgents;
    private final Map<String, String> callersSettings;

    Wiring(
            Layout layout,
            Ports ports,
            Secrets secrets,
            Optional<ForeignAgent> foreignAgent,
            boolean debugAgents,
            Map<String, String> callersSettings)
            throws IOException {
        this.layout = layout;
        this.ports = ports;
        this.secrets = secrets;
        this.clientSecrets = secrets.clients();
        this.foreignAgent = foreignAgent;
        this.debugAgents = debugAgents;
        this.callersSettings = Map.copyOf(callersSettings);
    }

    /** Address that other parts use. */
    String url(Part part) {
        return "http://127.0.0.1:" + ports.of(part);
    }

    /** One address for browsers and services: tokens carry it. */
    String issuer() {
        return "http://localhost:" + ports.of(Part.ISSUER) + "/weir";
    }

    /** Where a part says that it is ready. */
    String health(Part part) {
        return url(part) + healthPath(part);
    }

    static String healthPath(Part part) {
        return switch (part) {
            case ISSUER -> "/health";
            case DEMO_1, DEMO_2 -> "/startupz";
            case POSTGRES, METERING, RELAY, GATEWAY, EDGE -> "/q/health/ready";
        };
    }

    List<String> command(Part part) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        switch (part) {
            case ISSUER -> {
                command.addAll(List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-cp", layout.issuerClassPath()));
                command.addAll(List.of("io.weir.local.issuer.LocalIssuer", Integer.toString(ports.of(part))));
                command.add(secrets.folder().toString());
            }
            case DEMO_1, DEMO_2 -> {
                command.addAll(List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-cp", layout.cliClassPath()));
                command.addAll(List.of("io.weir.local.agent.DemoAgentMain", Integer.toString(ports.of(part))));
                if (debugAgents) {
                    command.add("--debug");
                }
            }
            case POSTGRES -> throw new IllegalArgumentException("PostgreSQL starts itself");
            case METERING, RELAY, GATEWAY, EDGE -> {
                command.addAll(List.of("-Xmx256m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
                if (part == Part.RELAY) {
                    // Above weir.relay.logs.total, which is direct memory.
                    command.add("-XX:MaxDirectMemorySize=768m");
                }
                command.add("-jar");
                command.add(layout.serviceJar(part.module().orElseThrow()).toString());
            }
        }
        return command;
    }

    /** What the caller's own environment may override. */
    Map<String, String> defaults(Part part) {
        var defaults = new HashMap<String, String>();
        defaults.put("WEIR_DRAIN_DEADLINE", "5s");
        defaults.put("QUARKUS_LOG_CONSOLE_COLOR", "false");
        if (part == Part.RELAY) {
            // Nobody else is there to take its clients.
            defaults.put("WEIR_RELAY_ADMISSION_DRAIN_OVER", "200ms");
            defaults.put("QUARKUS_SHUTDOWN_DELAY", "300ms");
        }
        if (part == Part.METERING) {
            defaults.put("WEIR_METERING_WELCOME_MICRO", "10000000");
        }
        if (part == Part.EDGE) {
            defaults.put("WEIR_EDGE_READY_WITH_STACK", "true");
            // All callers have one address here.
            defaults.put("WEIR_EDGE_ADMISSION_BURST_PER_ADDRESS", "1000000");
            // Nobody else is there to take its readers.
            defaults.put("WEIR_EDGE_ANSWER_DRAIN_OVER", "200ms");
            defaults.put("QUARKUS_SHUTDOWN_DELAY", "300ms");
            defaults.put("QUARKUS_SHUTDOWN_TIMEOUT", "1s");
        }
        return defaults;
    }

    /** What binds the parts together; the caller's environment does not change it. */
    Map<String, String> environment(Part part) throws IOException {
        var environment = new HashMap<String, String>();
        if (part.isAgent()) {
            environment.put("DEMO_AGENT_TOKEN", secrets.agentToken());
        }
        if (part.module().isEmpty()) {
            return environment;
        }
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(ports.of(part)));
        environment.put("WEIR_ISSUER_URL", issuer());
        environment.put("QUARKUS_CONFIG_LOCATIONS", writeConfig(part).toUri().toString());
        switch (part) {
            case METERING -> {
                database(environment, Postgres.METERING);
                environment.put("WEIR_METERING_RELAY_URL", url(Part.RELAY));
            }
            case RELAY -> relay(environment);
            case GATEWAY -> gateway(environment);
            default -> edge(environment);
        }
        return environment;
    }

    private void database(Map<String, String> environment, String name) {
        String address = "postgresql://127.0.0.1:" + ports.of(Part.POSTGRES) + "/" + name;
        environment.put("QUARKUS_DATASOURCE_REACTIVE_URL", address);
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:" + address);
        environment.put("QUARKUS_DATASOURCE_USERNAME", Postgres.USER);
        environment.put("QUARKUS_DATASOURCE_PASSWORD", Postgres.USER);
    }

    private void relay(Map<String, String> environment) {
        database(environment, Postgres.RELAY);
        environment.put("WEIR_RELAY_METERING_URL", url(Part.METERING));
        environment.put("WEIR_RELAY_API_KEYS", "weir-local:default");
    }

    private void gateway(Map<String, String> environment) throws IOException {
        environment.put("WEIR_GATEWAY_METERING_URL", url(Part.METERING));
        environment.put("WEIR_GATEWAY_RELAY_URL", url(Part.RELAY));
        environment.put("WEIR_GATEWAY_ADDRESS", url(Part.GATEWAY));
        environment.put(
                "WEIR_GATEWAY_JOURNAL", layout.journal().resolve("gateway").toString());
        environment.put("WEIR_GATEWAY_SESSION_SECRET", secrets.gatewaySession());
        environment.put("WEIR_TICKET_KEYS", secrets.ticketKeys());
    }

    private void edge(Map<String, String> environment) throws IOException {
        environment.put("WEIR_EDGE_GATEWAY_URL", url(Part.GATEWAY));
        environment.put("WEIR_EDGE_RELAY_URL", url(Part.RELAY));
        environment.put("WEIR_EDGE_METERING_URL", url(Part.METERING));
        environment.put("WEIR_EDGE_SESSION_SECRET", secrets.edgeSession());
        environment.put("WEIR_TICKET_KEYS", secrets.ticketKeys());
    }

    /** What names of environment variables cannot say: names with dashes in them. */
    private Path writeConfig(Part part) throws IOException {
        var settings = new LinkedHashMap<String, String>();
        // Above application.properties (250), below environment variables (300).
        settings.put("config_ordinal", "275");
        // Eight processes start at once here: on a busy machine the issuer may take long to answer.
        settings.put("quarkus.oidc.connection-timeout", "60S");
        settings.put("quarkus.oidc.connection-delay", "60S");
        settings.put("quarkus.oidc-client.credentials.secret", clientSecrets.getOrDefault(part, ""));
        settings.put("quarkus.oidc-client.connection-timeout", "60S");
        settings.put("quarkus.oidc-client.connection-delay", "60S");
        settings.put("weir.agents.demo.app", "demo");
        settings.put(
                "weir.agents.demo.dialect",
                foreignAgent.map(ForeignAgent::dialect).orElse("responses"));
        settings.put(
                "weir.agents.demo.upstream-model",
                foreignAgent.map(ForeignAgent::model).orElse("openclaw"));
        settings.put("weir.agents.demo.price", "default");
        settings.put("weir.agents.demo.tokens-per-second", "50");
        settings.put("weir.agents.demo.max-output-tokens", "4096");
        settings.put("weir.agents.demo.default", "true");
        if (part == Part.GATEWAY) {
            machines(settings);
        }
        settings.putAll(callersSettings);
        Path file = layout.config().resolve(part.title() + ".properties");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(
                file,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    private void machines(Map<String, String> settings) throws IOException {
        if (foreignAgent.isPresent()) {
            machine(
                    settings,
                    "agent",
                    foreignAgent.get().url(),
                    foreignAgent.get().token());
        } else {
            machine(settings, Part.DEMO_1.title(), url(Part.DEMO_1), secrets.agentToken());
            machine(settings, Part.DEMO_2.title(), url(Part.DEMO_2), secrets.agentToken());
        }
    }

    private static void machine(Map<String, String> settings, String id, String address, String secret) {
        settings.put("weir.machines." + id + ".app", "demo");
        settings.put("weir.machines." + id + ".address", address);
        settings.put("weir.machines." + id + ".secret", secret);
    }
}
