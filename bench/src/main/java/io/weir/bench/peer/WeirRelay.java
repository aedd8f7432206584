package io.weir.bench.peer;

import io.weir.bench.load.Kind;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Weir's relay from its package, as it runs in production, over a PostgreSQL of the run. */
public final class WeirRelay implements Peer {
    /** The options of its JVM: what production uses. */
    public static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx1g",
            "-XX:MaxDirectMemorySize=512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    private static final int USERS = 100;

    private final Workshop workshop;
    private final Database database;
    private final Variant variant;

    /**
     * What is published, and how the relay is set.
     *
     * @param name its name in tables
     * @param kind what is published
     * @param settings settings that differ from the defaults
     */
    public record Variant(String name, Kind kind, Map<String, String> settings) {
        /** Copies the settings. */
        public Variant {
            settings = Map.copyOf(settings);
        }
    }

    /** A PostgreSQL for all relays of a run, started when the first one is. */
    public static final class Database implements AutoCloseable {
        private @Nullable EmbeddedPostgres server;

        private EmbeddedPostgres started() throws IOException {
            if (server == null) {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "40")
                        .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                        .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                        .start();
            }
            return server;
        }

        @Override
        public void close() throws IOException {
            if (server != null) {
                server.close();
            }
        }
    }

    /** A relay of this variant. */
    public WeirRelay(Workshop workshop, Database database, Variant variant) {
        this.workshop = workshop;
        this.database = database;
        this.variant = variant;
    }

    @Override
    public String name() {
        return variant.name();
    }

    @Override
    public String configuration() {
        String settings = variant.settings().isEmpty()
                ? "default settings"
                : variant.settings().entrySet().stream()
                        .map(setting -> "`" + setting.getKey() + "=" + setting.getValue() + "`")
                        .sorted()
                        .collect(Collectors.joining(", "));
        return "the packaged relay, " + settings + ", every subscriber signed in and its right checked; JVM `"
                + String.join(" ", JVM.subList(0, 4)) + "`";
    }

    @Override
    public Availability prepare() {
        return Files.exists(jar())
                ? new Availability.Ready("realtime-relay of this repository")
                : new Availability.Missing(jar() + " is not built");
    }

    private Path jar() {
        return workshop.root().resolve("realtime-relay/target/quarkus-app/quarkus-run.jar");
    }

    @Override
    public RunningPeer start() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        var tokens = new Tokens();
        Path config = configure(port, tokens);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-jar", jar().toString()));
        ServerProcess process = ServerProcess.start(
                command, Map.of("QUARKUS_CONFIG_LOCATIONS", config.toUri().toString()), workshop.log("relay"));
        try {
            process.awaitPort(port);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        List<String> users = IntStream.range(0, USERS)
                .mapToObj(i -> tokens.user("user-" + i))
                .toList();
        return new RunningPeer(process, port, variant.kind(), new RunningPeer.Keys(users, tokens.service("append")));
    }

    private Path configure(int port, Tokens tokens) throws IOException {
        EmbeddedPostgres postgres = database.started();
        Map<String, String> settings = new LinkedHashMap<>();
        // Above application.properties (250), below environment variables (300).
        settings.put("config_ordinal", "275");
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(port));
        settings.put("quarkus.oidc.auth-server-url", "");
        settings.put("quarkus.oidc.public-key", tokens.publicKey());
        settings.put("quarkus.oidc-client.discovery-enabled", "false");
        settings.put("quarkus.oidc-client.token-path", "/token");
        settings.put("quarkus.datasource.jdbc.url", postgres.getJdbcUrl("postgres", "postgres"));
        settings.put("quarkus.datasource.reactive.url", "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres");
        settings.put("weir.relay.api-keys", "weir-bench:default");
        settings.putAll(variant.settings());
        Path file = workshop.cache().resolve("relay.properties");
        Files.createDirectories(workshop.cache());
        return Files.writeString(
                file,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
                        .collect(Collectors.joining()));
    }
}
