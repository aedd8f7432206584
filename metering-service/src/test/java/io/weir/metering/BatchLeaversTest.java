package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.id.AccountId;
import io.weir.metering.holds.HotAccounts;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Clients that leave while their reserve waits in a batch of a hot account: neither they nor the others lose anything. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class BatchLeaversTest {
    private static final int STAY = 6;
    private static final int LEAVE = 6;
    private static final long HOLD = 6050;
    private static final int SOON_MILLIS = 20_000;

    private final Metering metering = new Metering();
    private final String token = Tokens.service("hold");

    @Inject
    HotAccounts hot;

    @Inject
    Sweeper sweeper;

    @Test
    void commitsABatchForThoseWhoStayedAndThoseWhoLeft() throws Exception {
        // Given: one batch waits for the account's row, and others have joined the next one
        var account = metering.accountWith(1_000 * HOLD);
        hot.heat(account);
        var staying = requests(account, STAY);
        var leaving = requests(account, LEAVE);
        List<Socket> clients;
        List<Socket> leavers;
        try (var connection = Shared.database().getConnection()) {
            lock(connection, account);
            var first = ask(requests(account, 1).getFirst());
            await(() -> waiting() == 1);
            leavers = leaving.stream().map(this::ask).toList();
            clients = staying.stream().map(this::ask).toList();
            awaitHeard(LEAVE + STAY + 1);

            // When
            for (var leaver : leavers) {
                leaver.setOption(StandardSocketOptions.SO_LINGER, 0);
                leaver.close();
            }
            connection.rollback();
            assertThat(status(first)).isIn(201, 503);
        }

        // Then: who stayed has an answer (on a slow machine that it has to ask again), and all of it is held
        for (var client : clients) {
            assertThat(status(client)).isIn(201, 503);
        }
        assertThat(staying).allMatch(request -> metering.reserve(request).status() == 201);
        await(() -> metering.view(account).openStreams() == 1 + STAY + LEAVE);
        assertThat(metering.view(account).heldMicro()).isEqualTo((1 + STAY + LEAVE) * HOLD);
        Audits.assertClean(metering);

        // And who asks again is told of the hold that waits for its claim
        var again = metering.reserve(leaving.getFirst());
        assertThat(again.status()).isEqualTo(201);
        assertThat(metering.claim(leaving.getFirst().streamId(), "g-leavers-" + account, "1")
                        .status())
                .isEqualTo(200);

        // And the holds that nobody claims live as long as any, and then give their credit back
        Sql.run("UPDATE hold SET expires_at = clock_timestamp() WHERE state = 'RESERVED' AND account_id = '" + account
                + "'");
        sweeper.sweep().await().atMost(Duration.ofSeconds(20));
        await(() -> metering.view(account).openStreams() == 1);
        assertThat(metering.view(account).heldMicro()).isEqualTo(HOLD);
        Audits.assertClean(metering);
    }

    private static List<ReserveRequest> requests(AccountId account, int number) {
        return Stream.generate(() -> ReserveTest.with(Metering.request(account), 100))
                .limit(number)
                .toList();
    }

    private Socket ask(ReserveRequest request) {
        var body = Metering.write(request);
        try {
            var socket = new Socket(
                    InetAddress.getLoopbackAddress(), Metering.uri("/").getPort());
            socket.setSoTimeout(SOON_MILLIS);
            socket.getOutputStream()
                    .write(
                            ("POST /v1/holds HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                                            + token + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                                    .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return socket;
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static int status(Socket client) throws IOException {
        try (client) {
            var line = new StringBuilder();
            for (int read = client.getInputStream().read(); read >= 0 && read != '\r'; ) {
                line.append((char) read);
                read = client.getInputStream().read();
            }
            return Integer.parseInt(line.toString().split(" ", -1)[1]);
        }
    }

    /** All that were asked have come to the lane: the first batch is on its way, the others wait for it. */
    private void awaitHeard(int number) throws InterruptedException {
        await(() -> hot.pending() == number);
    }

    private static void lock(Connection connection, AccountId account) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("SELECT 1 FROM account WHERE id = '" + account + "' FOR UPDATE");
        }
    }

    private static long waiting() {
        return Sql.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND application_name = 'weir-metering'");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
