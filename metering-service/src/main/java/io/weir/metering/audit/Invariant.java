package io.weir.metering.audit;

import io.weir.metering.settings.MeteringSettings;
import java.time.Duration;

/** What must hold at every moment, as SQL that counts its violations; I7 has none, since the relay is asked. */
enum Invariant {
    I1("every balance is the sum of its account's entries, each of which goes on from the one before", """
            SELECT (SELECT count(*) FROM account a
                    FULL JOIN (SELECT account, sum(amount) AS booked FROM entry WHERE NOT system GROUP BY account) e
                        ON e.account = a.id
                    WHERE COALESCE(a.balance, 0) <> COALESCE(e.booked, 0))
                + (SELECT count(*) FROM (
                    SELECT e.account_version - lag(e.account_version, 1, 0::bigint) OVER chain AS step,
                        e.balance_after - lag(e.balance_after, 1, 0::bigint) OVER chain - e.amount AS off
                    FROM entry e WHERE NOT e.system
                    WINDOW chain AS (PARTITION BY e.account ORDER BY e.account_version)) c
                    WHERE c.step <> 1 OR c.off <> 0) AS violations
            """),
    I2("what an account holds is the sum of its RESERVED and OPEN holds", """
            SELECT count(*) AS violations FROM account a
            LEFT JOIN (SELECT account_id, sum(granted) AS granted, count(*) AS streams FROM hold
                WHERE state IN ('RESERVED', 'OPEN') GROUP BY account_id) h ON h.account_id = a.id
            WHERE a.held <> COALESCE(h.granted, 0) OR a.open_streams <> COALESCE(h.streams, 0)
            """),
    I3("all entries sum to zero", """
            SELECT CASE WHEN COALESCE(sum(amount), 0) = 0 THEN 0 ELSE 1 END::bigint AS violations FROM entry
            """),
    I4("a settled hold has exactly the legs of its settlement, every other hold has none", """
            SELECT (SELECT count(*) FROM hold h LEFT JOIN settlement s USING (stream_id)
                    WHERE (h.state = 'SETTLED') <> (s.stream_id IS NOT NULL))
                + (SELECT count(*) FROM (
                    SELECT stream_id, leg, sum(amount) AS amount FROM (
                        SELECT stream_id, 'charge' AS leg, -charge AS amount FROM settlement
                        UNION ALL SELECT stream_id, 'revenue', charge + receivable FROM settlement
                        UNION ALL SELECT stream_id, 'receivable', -receivable FROM settlement
                        UNION ALL SELECT stream_id, 'late', -charge FROM late_correction
                        UNION ALL SELECT stream_id, 'late_revenue', charge + receivable FROM late_correction
                        UNION ALL SELECT stream_id, 'late_receivable', -receivable FROM late_correction
                        UNION ALL SELECT stream_id, leg, -amount FROM entry
                            WHERE stream_id IS NOT NULL AND grant_id IS NULL
                    ) legs GROUP BY stream_id, leg HAVING sum(amount) <> 0) unequal) AS violations
            """),
    I5("charge and receivable are the price of the settled totals", """
            SELECT count(*) AS violations FROM settlement s JOIN hold h USING (stream_id)
            LEFT JOIN price p ON p.name = h.price_name AND p.version = h.price_version
            LEFT JOIN late_correction c USING (stream_id)
            WHERE s.charge + s.receivable IS DISTINCT FROM
                    charge_micro(p, s.input, s.cached, s.cache_write, s.output, s.reasoning)
                OR (c.stream_id IS NOT NULL AND c.charge + c.receivable IS DISTINCT FROM GREATEST(0,
                    charge_micro(p, c.input, c.cached, c.cache_write, c.output, c.reasoning)
                        - s.charge - s.receivable))
            """),
    I6("what is left of an account's grants is its balance, up to the allocation watermark", """
            SELECT (SELECT count(*) FROM account a
                    LEFT JOIN (SELECT account_id, sum(remaining) AS remaining FROM credit_grant
                        WHERE state <> 'scheduled' GROUP BY account_id) g ON g.account_id = a.id
                    LEFT JOIN entry e ON NOT e.system AND e.account = a.id AND e.account_version = a.allocated_version
                    WHERE COALESCE(g.remaining, 0) <> COALESCE(e.balance_after, 0))
                -- A grant that never began has no entries, whatever became of it.
                + (SELECT count(*) FROM credit_grant g
                    LEFT JOIN (SELECT grant_id, sum(amount) AS amount FROM entry
                        WHERE leg IN ('expired', 'voided') GROUP BY grant_id) e ON e.grant_id = g.id
                    WHERE g.lapsed <> -COALESCE(e.amount, 0) AND NOT (g.state = 'voided' AND g.lapsed = g.amount
                        AND NOT EXISTS (SELECT FROM entry b WHERE b.grant_id = g.id)))
                -- An ended grant has left what running holds have pinned, and nothing else.
                + (SELECT count(*) FROM credit_grant g
                    LEFT JOIN (SELECT p.grant_id, sum(p.amount) AS amount FROM grant_pin p
                        JOIN hold h ON h.stream_id = p.stream_id AND h.state IN ('RESERVED', 'OPEN')
                        GROUP BY p.grant_id) p ON p.grant_id = g.id
                    WHERE CASE WHEN g.ended_at IS NULL THEN 0 ELSE g.remaining END <> COALESCE(p.amount, 0))
                + (SELECT count(*) FROM account a
                    LEFT JOIN (SELECT h.account_id, sum(p.amount) AS amount FROM grant_pin p
                        JOIN hold h USING (stream_id) GROUP BY h.account_id) p ON p.account_id = a.id
                    WHERE a.pinned <> COALESCE(p.amount, 0)) AS violations
            """),
    I7("what a closed log counted is what was settled, a late correction counted apart", ""),
    I8("every settlement and late correction since the outbox began has one message", """
            SELECT (SELECT count(*) FROM (
                    SELECT number FROM settlement UNION ALL SELECT number FROM late_correction) s
                    LEFT JOIN outbox o ON o.number = s.number
                    WHERE o.id IS NULL AND s.number > (SELECT number FROM outbox_floor))
                + (SELECT count(*) FROM outbox o WHERE o.number IS NOT NULL
                    AND NOT EXISTS (SELECT FROM settlement s WHERE s.number = o.number)
                    AND NOT EXISTS (SELECT FROM late_correction c WHERE c.number = o.number)) AS violations
            """),
    I9(
            "no RESERVED hold is past its life, no OPEN hold's gateway lost for longer than the grace, and left unswept",
            """
            SELECT (SELECT count(*) FROM hold h
                    WHERE h.state = 'RESERVED' AND h.expires_at < clock_timestamp() - {overdue})
                + (SELECT count(*) FROM hold h
                    WHERE h.state = 'OPEN' AND lease_end(h.gateway, h.incarnation, {lease}, {outage})
                        < clock_timestamp() - {grace} - {overdue}) AS violations
            """);

    private final String statement;
    private final String sql;

    Invariant(String statement, String sql) {
        this.statement = statement;
        this.sql = sql;
    }

    String statement() {
        return statement;
    }

    /** The statement, with what the sweeper goes by in its place. */
    String sql(MeteringSettings settings) {
        var sweep = settings.sweep();
        return sql.replace("{lease}", interval(settings.lease()))
                .replace("{outage}", interval(sweep.outage()))
                .replace("{grace}", interval(sweep.grace()))
                .replace("{overdue}", interval(settings.audit().overdue()));
    }

    private static String interval(Duration time) {
        return "interval '" + time.toMillis() + " ms'";
    }
}
