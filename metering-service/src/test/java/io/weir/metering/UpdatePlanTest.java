package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A batched update finds each of its holds once, whatever the planner believes of how many are open. */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class UpdatePlanTest {
    private static final int STREAMS = 400;
    private static final int LOOKS_EACH = 20;

    @Test
    void readsEachHoldAFewTimesWhereStatisticsKnowOfNoneThatIsOpen() throws SQLException {
        try (var connection = Shared.database().getConnection()) {
            connection.setAutoCommit(false);
            // Given: statistics of a moment in which hardly a hold was open, and then many that are
            run(connection, "ANALYZE hold");
            run(
                    connection,
                    "SELECT account_grant(gen_random_uuid(), 'planned', 1000000000, 'purchased', 100, NULL, NULL, 0, NULL,"
                            + " NULL, NULL, 'test', 0, 1000)");
            run(
                    connection,
                    "CREATE TEMPORARY TABLE planned ON COMMIT DROP AS"
                            + " SELECT gen_random_uuid() AS id FROM generate_series(1, " + STREAMS + ")");
            run(
                    connection,
                    "SELECT count(*) FROM planned CROSS JOIN LATERAL hold_reserve(id, 'planned', 's', 'demo', 'default', NULL,"
                            + " 100, 3000, 4096, 100000, id::text, false, repeat('0', 64), interval '1 h', interval '1 min',"
                            + " 100, 0, NULL, '')");
            run(
                    connection,
                    "SELECT count(*) FROM planned CROSS JOIN LATERAL hold_claim(id, 'plan', '1', 'x', interval '60 s')");
            long before = looks(connection);

            // When
            long accepted = number(connection, """
                    SELECT count(*) FROM (SELECT array_agg(id) AS ids, array_agg(1::bigint) AS ones,
                        array_agg(0::bigint) AS zeros, array_agg(100::bigint) AS inputs, array_agg(false) AS no FROM planned) p
                    CROSS JOIN LATERAL hold_update('plan', '1', 'x', interval '60 s', ids, ones, inputs, zeros, zeros, inputs,
                        zeros, no) u WHERE u.accepted
                    """);

            // Then
            assertThat(accepted).isEqualTo(STREAMS);
            long all = number(connection, "SELECT count(*) FROM hold");
            assertThat(looks(connection) - before).isLessThan(LOOKS_EACH * STREAMS + 5 * all);
            assertThat(number(connection, "SELECT count(*) FROM hold WHERE gateway = 'plan' AND output = 100"))
                    .isEqualTo(STREAMS);
            connection.rollback();
        }
    }

    /** Rows of holds that this transaction has looked at. */
    private static long looks(Connection connection) throws SQLException {
        return number(
                connection, "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'hold'");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
