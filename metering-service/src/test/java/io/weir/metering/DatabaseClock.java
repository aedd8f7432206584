package io.weir.metering;

import io.weir.contracts.id.AccountId;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the passing of time and a clock that jumps look like to the database, for the gateways and accounts of one
 * conversation. A clock that is set back by an hour is the same as all that was written lying an hour further ahead.
 */
final class DatabaseClock {
    private static final String HOUR = " + interval '1 h'";

    private final String gateways;
    private final List<AccountId> accounts;

    /** The gateways whose names begin so, and these accounts. */
    DatabaseClock(String gateways, List<AccountId> accounts) {
        this.gateways = gateways;
        this.accounts = accounts;
    }

    /** So much time that leases and the lives of unclaimed holds are over, with the sweeper running all the while. */
    void pass() {
        end();
        Sql.run(
                "UPDATE service_beat SET beat_at = clock_timestamp(), resumed_at = clock_timestamp() - interval '1 day'");
    }

    /** The clock goes an hour forward; to the sweeper that is an outage. */
    void setForward() {
        end();
        Sql.run("UPDATE service_beat SET beat_at = clock_timestamp() - interval '1 h',"
                + " resumed_at = clock_timestamp() - interval '1 day'");
    }

    /** A sweeper notes what is over, ends nothing yet, and the clock is set back by an hour. */
    void setBack() {
        tend();
        Sql.run("UPDATE gateway_lease SET lease_until = lease_until" + HOUR + ", lost_at = lost_at" + HOUR
                + " WHERE gateway LIKE '" + gateways + "%'");
        Sql.run("UPDATE hold SET expires_at = expires_at" + HOUR
                + ", claimed_at = claimed_at" + HOUR + ", seen_at = seen_at" + HOUR
                + " WHERE state IN ('RESERVED', 'OPEN') AND account_id IN (" + names() + ")");
        Sql.run("UPDATE service_beat SET beat_at = beat_at" + HOUR + ", resumed_at = resumed_at" + HOUR);
    }

    /** The grace of what is over passes, and nothing else. */
    void passGrace() {
        tend();
        Sql.run("UPDATE gateway_lease SET lease_until = clock_timestamp() - interval '1 min'"
                + " WHERE (ended OR lost_at IS NOT NULL) AND gateway LIKE '" + gateways + "%'");
    }

    private void end() {
        Sql.run("UPDATE gateway_lease SET lease_until = clock_timestamp() - interval '1 min'"
                + " WHERE NOT ended AND gateway LIKE '" + gateways + "%'");
        Sql.run("UPDATE hold SET seen_at = LEAST(seen_at, clock_timestamp() - interval '100 s'),"
                + " expires_at = clock_timestamp() - interval '1 s' WHERE state = 'RESERVED'"
                + " AND account_id IN (" + names() + ")");
    }

    /** As a sweeper begins its round. */
    private static void tend() {
        Sql.run("SELECT sweep_begin(interval '60 s', interval '10 min')");
    }

    private String names() {
        return accounts.stream().map(account -> "'" + account + "'").collect(Collectors.joining(","));
    }
}
