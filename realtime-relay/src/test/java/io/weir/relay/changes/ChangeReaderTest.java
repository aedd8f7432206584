package io.weir.relay.changes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.weir.relay.loop.Loops;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Foreign writes in a real PostgreSQL, read by relays that come and go. */
class ChangeReaderTest {
    private static @Nullable EmbeddedPostgres postgres;

    private final List<Relay> relays = new ArrayList<>();

    /** Bounds as a test wants them. */
    private record Bounds(
            Duration poll,
            Duration debounce,
            int batch,
            int ahead,
            Duration returnWait,
            Duration keep,
            Duration timeout,
            MemorySize maxRecord,
            int bindings)
            implements ChangesConfig {
        static Bounds polledEvery(Duration poll, Duration returnWait) {
            return new Bounds(
                    poll,
                    Duration.ofMillis(5),
                    3,
                    100,
                    returnWait,
                    Duration.ofHours(1),
                    Duration.ofSeconds(10),
                    new MemorySize(BigInteger.valueOf(65_536)),
                    20);
        }
    }

    /** The reading part of a relay. */
    private static final class Relay implements ChangeSink {
        private final Vertx vertx = Vertx.vertx();
        private final Pool pool;
        private final ChangeReader reader;
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        private final BlockingQueue<Boolean> lives = new LinkedBlockingQueue<>();

        Relay(ChangesConfig config) {
            var options = PgConnectOptions.fromUri(
                    "postgresql://postgres:postgres@127.0.0.1:" + database().getPort() + "/postgres");
            pool = new Pool(PgBuilder.pool()
                    .with(new PoolOptions().setMaxSize(2))
                    .connectingTo(options)
                    .using(vertx)
                    .build());
            reader = new ChangeReader(
                    pool,
                    new ChangeStore(new ObjectMapper()),
                    this,
                    config,
                    vertx,
                    new Loops(vertx),
                    new SimpleMeterRegistry());
            reader.begin();
        }

        Relay isLive() throws InterruptedException {
            assertThat(lives.poll(20, TimeUnit.SECONDS)).isTrue();
            return this;
        }

        @Override
        public void live(boolean now) {
            lives.add(now);
        }

        @Override
        public void tell(MessageChange change) {
            told.add(change.kind() + " " + change.row().path("content").asText());
        }

        String next() throws InterruptedException {
            String next = told.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a change within 20 s").isNotNull();
            return String.valueOf(next);
        }

        /** Nothing has been told between what was taken and a mark that is written now. */
        void isDoneWith(String mark) throws InterruptedException, SQLException {
            write(mark);
            assertThat(next()).isEqualTo("INSERT " + mark);
        }

        void stop() {
            reader.end();
            pool.getDelegate().close();
            vertx.close();
        }
    }

    private static EmbeddedPostgres database() {
        EmbeddedPostgres started = postgres;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        Flyway.configure().dataSource(database().getPostgresDatabase()).load().migrate();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        database().close();
    }

    @BeforeEach
    void forget() throws SQLException {
        execute("TRUNCATE messages, message_changes, message_change_cursor");
    }

    @AfterEach
    void stop() {
        relays.forEach(Relay::stop);
    }

    private Relay relay(Duration poll, Duration returnWait) {
        var relay = new Relay(Bounds.polledEvery(poll, returnWait));
        relays.add(relay);
        return relay;
    }

    /** One that looks by itself so rarely that only hints can bring what a test waits for. */
    private Relay hintedRelay() throws InterruptedException {
        return relay(Duration.ofMinutes(10), Duration.ZERO).isLive();
    }

    @Test
    void tellsInsertUpdateAndDeleteByAHint() throws Exception {
        // Given
        Relay relay = hintedRelay();
        // When
        write("one");
        execute("UPDATE messages SET content = 'two' WHERE content = 'one'");
        execute("UPDATE messages SET last_offset = 7 WHERE content = 'two'");
        execute("DELETE FROM messages WHERE content = 'two'");
        // Then
        assertThat(relay.next()).isEqualTo("INSERT one");
        assertThat(relay.next()).isEqualTo("UPDATE two");
        assertThat(relay.next()).isEqualTo("DELETE two");
        relay.isDoneWith("mark");
    }

    @Test
    void tellsALongTransactionWhenItCommitsAndOthersMeanwhile() throws Exception {
        // Given
        Relay relay = hintedRelay();
        try (Connection slow = open();
                Connection gone = open()) {
            write(slow, "slow 1");
            write(gone, "gone");
            // When
            for (int i = 0; i < 10; i++) {
                write("quick " + i);
            }
            write(slow, "slow 2");
            gone.rollback();
            // Then the others do not wait for it
            for (int i = 0; i < 10; i++) {
                assertThat(relay.next()).isEqualTo("INSERT quick " + i);
            }
            relay.isDoneWith("mark");
            slow.commit();
            assertThat(relay.next()).isEqualTo("INSERT slow 1");
            assertThat(relay.next()).isEqualTo("INSERT slow 2");
            relay.isDoneWith("another mark");
        }
    }

    @Test
    void looksByItselfWhereNoHintComes() throws Exception {
        // Given
        Relay relay = relay(Duration.ofMillis(100), Duration.ZERO).isLive();
        // When the notification is lost
        execute("ALTER TABLE messages DISABLE TRIGGER messages_changed");
        try {
            write("silent");
            execute(
                    "INSERT INTO message_changes (kind, tenant, account, session, record, cut) SELECT 'INSERT', tenant, account, session, public_message(m)::text, false FROM messages m");
        } finally {
            execute("ALTER TABLE messages ENABLE TRIGGER messages_changed");
        }
        // Then
        assertThat(relay.next()).isEqualTo("INSERT silent");
    }

    @Test
    void goesOnWhereTheRelayBeforeItStopped() throws Exception {
        // Given
        Relay first = hintedRelay();
        write("before");
        assertThat(first.next()).isEqualTo("INSERT before");
        try (Connection slow = open()) {
            write(slow, "across");
            first.isDoneWith("ahead of it");
            untilSaved();
            first.stop();
            // When
            write("while away 1");
            write("while away 2");
            slow.commit();
        }
        Relay second = hintedRelay();
        // Then
        assertThat(List.of(second.next(), second.next(), second.next()))
                .containsExactly("INSERT across", "INSERT while away 1", "INSERT while away 2");
        second.isDoneWith("after");
    }

    @Test
    void waitsForClientsToComeBackWithWhatWasWrittenMeanwhile() throws Exception {
        // Given
        write("while away");
        // When
        long started = System.nanoTime();
        Relay relay = relay(Duration.ofMillis(50), Duration.ofSeconds(2)).isLive();
        // Then
        assertThat(relay.next()).isEqualTo("INSERT while away");
        assertThat(System.nanoTime() - started)
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
        relay.isDoneWith("live");
    }

    @Test
    void losesNothingWhenTheDatabaseGoesAway() throws Exception {
        // Given
        Relay relay = hintedRelay();
        for (int i = 0; i < 5; i++) {
            // When
            execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%message_change%' AND pid <> pg_backend_pid()");
            write("row " + i);
            // Then
            assertThat(relay.next()).isEqualTo("INSERT row " + i);
        }
        relay.isDoneWith("mark");
    }

    @Test
    void letsSomebodyWriteWhoMayNotWriteTheOutbox() throws Exception {
        // Given
        Relay relay = hintedRelay();
        execute("DROP ROLE IF EXISTS guest; CREATE ROLE guest; GRANT INSERT ON messages TO guest");
        // When
        try (Connection connection = open()) {
            try (var statement = connection.createStatement()) {
                statement.execute("SET ROLE guest");
            }
            write(connection, "by a guest");
            connection.commit();
        }
        // Then
        assertThat(relay.next()).isEqualTo("INSERT by a guest");
        execute("REVOKE ALL ON messages FROM guest; DROP ROLE guest");
    }

    @Test
    void readsALongBacklogInPages() throws Exception {
        // Given
        execute(
                "INSERT INTO messages (account, session, role, content) SELECT 'ada', 's', 'user', 'n' || i FROM generate_series(1, 50) i");
        // When
        Relay relay = hintedRelay();
        // Then
        for (int i = 1; i <= 50; i++) {
            assertThat(relay.next()).isEqualTo("INSERT n" + i);
        }
        relay.isDoneWith("mark");
    }

    /** The cursor is saved right after a change is told. */
    private static void untilSaved() throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try (Connection connection = open();
                var statement = connection.createStatement()) {
            while (System.nanoTime() < deadline) {
                try (var rows = statement.executeQuery(
                        "SELECT (SELECT max(seq) FROM message_changes)::text, state FROM message_change_cursor")) {
                    if (rows.next() && rows.getString(2).contains("[" + rows.getString(1) + ",")) {
                        return;
                    }
                }
                connection.rollback();
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new AssertionError("the cursor was not saved within 20 s");
    }

    private static Connection open() throws SQLException {
        Connection connection = database().getPostgresDatabase().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void write(String content) throws SQLException {
        try (Connection connection = open()) {
            write(connection, content);
            connection.commit();
        }
    }

    private static void write(Connection connection, String content) throws SQLException {
        try (var insert = connection.prepareStatement(
                "INSERT INTO messages (account, session, role, content) VALUES ('ada', 's', 'user', ?)")) {
            insert.setString(1, content);
            insert.executeUpdate();
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = open();
                var statement = connection.createStatement()) {
            statement.execute(sql);
            connection.commit();
        }
    }
}
