package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A client that goes away neither leaks a connection nor loses the write that it asked for. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class DetachedWriteTest {
    private static final int REQUESTS = 200;
    private static final int WAVES = 50;
    private static final long ONE_HOLD = 6050;

    private final String token = Tokens.service("hold");
    private final Metering metering = new Metering();

    @Test
    void finishesTheWritesOfRequestsThatWereCancelled() throws Exception {
        // Given: every reserve of this account has to wait for its row
        var account = metering.accountWith(1_000 * ONE_HOLD);
        try (var connection = Shared.database().getConnection()) {
            connection.setAutoCommit(false);
            lock(connection.prepareStatement("SELECT 1 FROM account WHERE id = ? FOR UPDATE"), account);

            // When: the clients go away while they wait
            var clients = new ArrayList<Socket>();
            for (int i = 0; i < REQUESTS; i++) {
                clients.add(ask(account));
            }
            await(() -> waiting() > 0);
            for (var client : clients) {
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
                client.close();
            }
            connection.rollback();
        }

        // Then
        await(() -> metering.view(account).openStreams() == REQUESTS);
        assertThat(metering.view(account).heldMicro()).isEqualTo(REQUESTS * ONE_HOLD);
        await(() -> active() == 0);
        Audits.assertClean(metering);
    }

    @Test
    void setsThePriceOfAnAdministratorWhoLeft() throws Exception {
        // Given: somebody else is setting this price
        try (var connection = Shared.database().getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('price:left', 0))");
            }

            // When: the client goes away while it waits for that
            var client = send("PUT /v1/prices", "{\"name\":\"left\",\"outputNano\":7}", Tokens.user("root", "admin"));
            await(() -> waiting() > 0);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            connection.rollback();
        }

        // Then
        await(() ->
                Sql.number("SELECT count(*) FROM price WHERE name = 'left' AND output_nano = 7 AND version = 1") == 1);
        await(() -> active() == 0);
    }

    @Test
    void keepsNoConnectionOfTenThousandRequestsThatWereCancelled() throws Exception {
        // Given
        var account = metering.accountWith(1_000 * ONE_HOLD);

        // When: all go away at once, the later ones of a wave before they were heard
        for (int wave = 0; wave < WAVES; wave++) {
            var clients = new ArrayList<Socket>();
            for (int i = 0; i < REQUESTS; i++) {
                clients.add(ask(account));
            }
            for (var client : clients) {
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
                client.close();
            }
        }

        // Then: what was heard holds, up to the limit of open streams, and no connection is kept
        await(() -> active() == 0);
        var view = metering.view(account);
        assertThat(view.openStreams()).isBetween(1, REQUESTS);
        assertThat(view.heldMicro()).isEqualTo(view.openStreams() * ONE_HOLD);
        Audits.assertClean(metering);
    }

    private Socket ask(AccountId account) throws IOException {
        var request = Metering.request(account);
        var body = Metering.write(new ReserveRequest(
                request.streamId(),
                account,
                request.session(),
                request.agent(),
                100,
                null,
                REQUESTS,
                request.idempotencyKey(),
                false,
                request.bodyHash(),
                false,
                60));
        return send("POST /v1/holds", body, token);
    }

    private static Socket send(String what, String body, String token) throws IOException {
        var socket =
                new Socket(InetAddress.getLoopbackAddress(), Metering.uri("/").getPort());
        socket.getOutputStream()
                .write((what
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                                + token + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private static void lock(PreparedStatement statement, AccountId account) throws SQLException {
        try (statement) {
            statement.setString(1, account.value());
            statement.executeQuery().close();
        }
    }

    private static long waiting() {
        return Sql.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND application_name = 'weir-metering'");
    }

    private double active() {
        return metering.text("/q/metrics")
                .lines()
                .filter(line -> line.startsWith("sql_pool_active{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time");
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new UncheckedIOException(new IOException(stopped));
            }
        }
    }
}
