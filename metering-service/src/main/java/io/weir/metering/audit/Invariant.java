package io.weir.metering.audit;

/** What must hold at every moment, as SQL that counts its violations. */
enum Invariant {
    I1("every balance is the sum of its account's entries", """
            SELECT count(*) AS violations FROM account a
            FULL JOIN (SELECT account, sum(amount) AS booked FROM entry WHERE NOT system GROUP BY account) e
                ON e.account = a.id
            WHERE COALESCE(a.balance, 0) <> COALESCE(e.booked, 0)
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
                        UNION ALL SELECT stream_id, leg, -amount FROM entry WHERE stream_id IS NOT NULL
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

    String sql() {
        return sql;
    }
}
