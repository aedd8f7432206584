package io.weir.metering;

import io.weir.contracts.id.AccountId;
import java.sql.SQLException;
import java.time.Duration;

/** Looks behind the service's back, straight at the tables. */
final class Sql {
    private Sql() {}

    /** The first column of the first row. */
    static long number(String sql) {
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static void run(String sql) {
        try (var connection = Shared.database().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Time passes for an account's grants. */
    static void pass(AccountId account, Duration time) {
        String back = " - interval '" + time.toMillis() + " ms'";
        run("UPDATE credit_grant SET effective_at = effective_at" + back + ", expires_at = expires_at" + back
                + " WHERE account_id = '" + account + "'");
        run("UPDATE account SET next_event_at = next_event_at" + back + " WHERE id = '" + account + "'");
    }

    /** Lets a gateway's lease end this many seconds ago. */
    static void loseLease(String gateway, int secondsAgo) {
        run("UPDATE gateway_lease SET lease_until = clock_timestamp() - interval '" + secondsAgo
                + " s' WHERE gateway = '" + gateway + "'");
        run("UPDATE service_beat SET beat_at = clock_timestamp(), resumed_at = clock_timestamp() - interval '1 day'");
    }
}
