package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/**
 * The database's clock is set back: whatever was written lies further ahead than it did. Each case runs in a transaction of
 * its own that is rolled back, so that no job of the service comes in between.
 */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class ClockTest {
    private static final String GATEWAY = "clock";
    private static final String SWEEP =
            "SELECT orphaned FROM hold_sweep(interval '60 s', interval '20 s', interval '30 s',"
                    + " interval '15 min', interval '1 day', 1000)";
    private static final String BEGIN = "SELECT sweep_begin(interval '60 s', interval '20 s')";

    @Test
    void neverBringsALeaseBackThatWasSeenToBeOver() throws SQLException {
        inTransaction(connection -> {
            // Given: a lease that ran out, within its grace, and a sweeper that saw it
            var stream = open(connection, "1");
            beat(connection, "1 day");
            lease(connection, "lease_until = clock_timestamp() - interval '10 s'");
            run(connection, BEGIN);
            assertThat(text(
                            connection,
                            "SELECT lost_at IS NOT NULL FROM gateway_lease WHERE gateway = '" + GATEWAY + "'"))
                    .isEqualTo("t");

            // When
            setBackAnHour(connection);

            // Then: at once, without a sweep in between
            assertThat(fenced(connection, stream)).isEqualTo("settled");
        });
    }

    @Test
    void letsTheGraceOfALostLeaseBeginAnewAndThenSweepsIt() throws SQLException {
        inTransaction(connection -> {
            // Given
            var stream = open(connection, "1");
            beat(connection, "1 day");
            lease(connection, "lease_until = clock_timestamp() - interval '10 s'");
            run(connection, BEGIN);
            setBackAnHour(connection);

            // When, Then: first it has its grace, which needs no hour
            run(connection, SWEEP);
            assertThat(state(connection, stream)).isEqualTo("OPEN");
            lease(connection, "lease_until = lease_until - interval '31 s', lost_at = lost_at - interval '31 s'");
            run(connection, SWEEP);
            assertThat(state(connection, stream)).isEqualTo("SETTLED");
        });
    }

    @Test
    void leavesALeaseThatRunsNoMoreThanItsOwnLength() throws SQLException {
        inTransaction(connection -> {
            // Given: a gateway that renewed its lease, and after an outage at that
            var stream = open(connection, "1");
            beat(connection, "0");
            setBackAnHour(connection);

            // When
            run(connection, SWEEP);

            // Then: it runs still, but not for an hour
            assertThat(fenced(connection, stream)).isEqualTo("leased");
            assertThat(text(
                            connection,
                            "SELECT lease_end('" + GATEWAY + "', '1', interval '60 s', interval '20 s')"
                                    + " <= clock_timestamp() + interval '60 s'"))
                    .isEqualTo("t");
            assertThat(text(connection, "SELECT lost_at IS NULL FROM gateway_lease WHERE gateway = '" + GATEWAY + "'"))
                    .isEqualTo("t");
        });
    }

    @Test
    void neverBringsALeaseBackThatASuccessorHasEnded() throws SQLException {
        inTransaction(connection -> {
            // Given
            beat(connection, "1 day");
            var stream = open(connection, "1");
            run(connection, "SELECT lease_renew('" + GATEWAY + "', '2', 'x', interval '60 s')");

            // When
            setBackAnHour(connection);

            // Then
            assertThat(fenced(connection, stream)).isEqualTo("settled");
        });
    }

    @Test
    void renewsALostLeaseForGood() throws SQLException {
        inTransaction(connection -> {
            // Given
            var stream = open(connection, "1");
            beat(connection, "1 day");
            lease(connection, "lease_until = clock_timestamp() - interval '10 s'");
            run(connection, BEGIN);

            // When: it was only late
            run(connection, "SELECT lease_renew('" + GATEWAY + "', '1', 'x', interval '60 s')");
            setBackAnHour(connection);

            // Then
            assertThat(fenced(connection, stream)).isEqualTo("leased");
        });
    }

    @Test
    void neverBringsALeaseBackThatWasLostAfterAnOutage() throws SQLException {
        inTransaction(connection -> {
            // Given: metering was away two minutes ago, every lease began anew, and this one ran out since
            var stream = open(connection, "1");
            beat(connection, "2 min");
            lease(connection, "lease_until = clock_timestamp() - interval '10 s'");
            run(connection, BEGIN);

            // When
            setBackAnHour(connection);
            run(connection, BEGIN);

            // Then
            assertThat(fenced(connection, stream)).isEqualTo("settled");
        });
    }

    @Test
    void leavesAnUnclaimedHoldNoMoreThanItsLife() throws SQLException {
        inTransaction(connection -> {
            // Given
            beat(connection, "1 day");
            var stream = reserve(connection);
            setBackAnHour(connection);

            // When: the second round finds nothing to do
            run(connection, BEGIN);
            run(connection, BEGIN);

            // Then
            assertThat(text(
                            connection,
                            "SELECT expires_at BETWEEN clock_timestamp() + interval '5 s'"
                                    + " AND clock_timestamp() + interval '10 s' FROM hold WHERE stream_id = '"
                                    + stream.value() + "'"))
                    .isEqualTo("t");
        });
    }

    @Test
    void sweepsAStreamOfWhichALivingGatewayIsSilent() throws SQLException {
        inTransaction(connection -> {
            // Given
            beat(connection, "1 day");
            var stream = open(connection, "1");
            setBackAnHour(connection);
            run(connection, BEGIN);

            // When: its gateway lives, and has not named it for a quarter of an hour and more
            beat(connection, "1 day");
            run(
                    connection,
                    "UPDATE hold SET seen_at = seen_at - interval '16 min' WHERE stream_id = '" + stream.value() + "'");
            run(connection, SWEEP);

            // Then
            assertThat(state(connection, stream)).isEqualTo("SETTLED");
        });
    }

    @Test
    void tellsOfUsageNoFurtherThanTheClock() throws SQLException {
        inTransaction(connection -> {
            // Given: all that was settled is counted, up to a moment that the clock has not reached again
            run(
                    connection,
                    "UPDATE usage_watermark SET at = clock_timestamp() + interval '1 h', next_number = number,"
                            + " next_at = clock_timestamp()");

            // When
            run(connection, "SELECT usage_roll(1000)");

            // Then
            assertThat(text(connection, "SELECT at <= clock_timestamp() FROM usage_watermark"))
                    .isEqualTo("t");
        });
    }

    private interface Case {
        void run(Connection connection) throws SQLException;
    }

    private static void inTransaction(Case one) throws SQLException {
        try (var connection = Shared.database().getConnection()) {
            connection.setAutoCommit(false);
            one.run(connection);
            connection.rollback();
        }
    }

    private static StreamId open(Connection connection, String incarnation) throws SQLException {
        var stream = reserve(connection);
        run(
                connection,
                "SELECT hold_claim('" + stream.value() + "', '" + GATEWAY + "', '" + incarnation
                        + "', 'x', interval '60 s')");
        return stream;
    }

    private static StreamId reserve(Connection connection) throws SQLException {
        var stream = Metering.stream();
        run(
                connection,
                "SELECT account_grant(gen_random_uuid(), 'clocked', 1000000, 'purchased', 100, NULL, NULL, 0, NULL, NULL,"
                        + " NULL, 'test', 0, 1000)");
        run(
                connection,
                "SELECT hold_reserve('" + stream.value()
                        + "', 'clocked', 's', 'demo', 'default', NULL, 100, 3000, 4096, 8,"
                        + " 'k', false, repeat('0', 64), interval '1 day', interval '10 s', 100, 0, NULL, '')");
        return stream;
    }

    /** A sweeper has just beaten; the last outage was over so long ago. */
    private static void beat(Connection connection, String resumed) throws SQLException {
        run(
                connection,
                "UPDATE service_beat SET beat_at = clock_timestamp(), resumed_at = clock_timestamp() - interval '"
                        + resumed + "'");
    }

    private static void lease(Connection connection, String set) throws SQLException {
        run(connection, "UPDATE gateway_lease SET " + set + " WHERE gateway = '" + GATEWAY + "'");
    }

    private static void setBackAnHour(Connection connection) throws SQLException {
        lease(connection, "lease_until = lease_until + interval '1 h', lost_at = lost_at + interval '1 h'");
        run(
                connection,
                "UPDATE service_beat SET beat_at = beat_at + interval '1 h', resumed_at = resumed_at + interval '1 h'");
        run(
                connection,
                "UPDATE hold SET claimed_at = claimed_at + interval '1 h',"
                        + " expires_at = expires_at + interval '1 h', seen_at = seen_at + interval '1 h'"
                        + " WHERE account_id = 'clocked'");
    }

    private static String fenced(Connection connection, StreamId stream) throws SQLException {
        return text(
                connection,
                "SELECT outcome FROM hold_fence('" + stream.value() + "', interval '60 s', interval '20 s')");
    }

    private static String state(Connection connection, StreamId stream) throws SQLException {
        return text(connection, "SELECT state FROM hold WHERE stream_id = '" + stream.value() + "'");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
