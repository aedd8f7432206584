package io.weir.local.stack;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** Embedded PostgreSQL on data that is kept, with one database for each service that needs one. */
final class Postgres implements AutoCloseable {
    static final String USER = "postgres";
    static final String METERING = "weir_metering";
    static final String RELAY = "weir_relay";

    private final Layout layout;
    private final EmbeddedPostgres server;

    private Postgres(Layout layout, EmbeddedPostgres server) {
        this.layout = layout;
        this.server = server;
    }

    static Postgres start(Layout layout, int port) throws IOException, SQLException {
        Path log = layout.log(Part.POSTGRES);
        discardHalfMade(layout.postgresData());
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(layout.postgresData())
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(layout.postgresBinaries().toFile())
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setLocaleConfig("locale", "C")
                // Its own default (no fsync) loses the cluster when the machine loses its power.
                .setServerConfig("fsync", "on")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "120")
                .setServerConfig("unix_socket_directories", "")
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        var postgres = new Postgres(layout, server);
        Files.writeString(layout.run().resolve("postgres.pid"), postgres.pid() + "\n");
        postgres.createDatabases();
        return postgres;
    }

    /** A first start that was interrupted leaves a folder that PostgreSQL neither starts on nor fills. */
    private static void discardHalfMade(Path data) throws IOException {
        if (Files.exists(data) && !Files.exists(data.resolve("global/pg_control"))) {
            Folders.delete(data);
        }
    }

    private void createDatabases() throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String database : List.of(METERING, RELAY)) {
                try (var rows =
                        statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
                    if (rows.next()) {
                        continue;
                    }
                }
                statement.execute("CREATE DATABASE " + database);
            }
        }
    }

    /** The postmaster's pid, from the file that PostgreSQL keeps. */
    long pid() throws IOException {
        return Leftovers.postmaster(layout.postgresData()).orElse(-1L);
    }

    boolean alive() {
        return Leftovers.postmaster(layout.postgresData())
                .flatMap(ProcessHandle::of)
                .isPresent();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(layout.run().resolve("postgres.pid"));
    }
}
