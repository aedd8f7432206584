package io.weir.bench.ledger;

import io.weir.bench.peer.WeirLedger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;

/** Fills the ledger: accounts with credit, and one account that has used a month of streams. */
final class Seeds {
    /** The account whose usage is asked for. */
    static final String READER = "usage-1";

    private static final long PLENTY = 1_000_000_000_000L;

    /** Four in a hundred streams failed, three apps with a model each; the middle of the range is 300 tokens. */
    private static final String STREAMS = """
            CREATE TEMPORARY TABLE seeded AS
            SELECT i, gen_random_uuid() AS stream_id, 100 + i::bigint * 7919 % 400 AS input, 20 + i::bigint * 104729 % 700 AS output,
                i % 3 AS kind, CASE WHEN i % 25 = 0 THEN 'agent_error' WHEN i % 10 = 0 THEN 'cancelled'
                    ELSE 'completed' END AS reason,
                $from + (i - 0.5) * (($to - $from) / $streams) AS at
            FROM generate_series(1, $streams) i
            """;

    private static final String HOLDS = """
            INSERT INTO hold (stream_id, account_id, session, agent, app, price_name, price_version, state, epoch, granted,
                prompt_tokens, lease_tokens, max_output, input, output, gateway, incarnation, created_at, expires_at,
                claimed_at, seen_at)
            SELECT stream_id, '$account', 'session-' || i % 5000, 'demo', 'app-' || kind, 'default', 1, 'SETTLED', 1, 10000,
                input, 3000, 4096, input, output, 'seed', 'seed', at - interval '5 s', at, at - interval '4 s', at
            FROM seeded ORDER BY i
            """;
    private static final String SETTLEMENTS = """
            INSERT INTO settlement (stream_id, epoch, settled_by, reason, usage_source, input, cached, cache_write, output,
                reasoning, charge, receivable, model, started_at, first_token_at, ended_at, settled_at)
            SELECT s.stream_id, 1, 'gateway', s.reason, 'agent', s.input, 0, 0, s.output, 0,
                charge_micro(p, s.input, 0, 0, s.output, 0), 0, 'model-' || s.kind, s.at - interval '4 s',
                s.at - interval '3 s', s.at, s.at
            FROM seeded s CROSS JOIN (SELECT * FROM price WHERE name = 'default' AND version = 1) p ORDER BY s.i
            """;
    private static final String MESSAGES = """
            INSERT INTO outbox (type, account_id, number, created_at)
            SELECT 'stream.settled', '$account', s.number, clock_timestamp()
            FROM settlement s JOIN seeded USING (stream_id) ORDER BY s.number
            """;
    private static final String ENTRIES = """
            INSERT INTO entry (stream_id, leg, account, system, amount, account_version, balance_after, booked_at)
            SELECT c.stream_id, l.leg, l.account, l.system, l.amount, l.version, l.balance, c.settled_at
            FROM (SELECT s.stream_id, s.charge, s.settled_at, a.version + row_number() OVER number AS version,
                    a.balance - sum(s.charge) OVER number AS balance
                FROM settlement s JOIN seeded USING (stream_id) JOIN account a ON a.id = '$account'
                WINDOW number AS (ORDER BY s.number)) c
            CROSS JOIN LATERAL (VALUES
                ('charge', '$account', false, -c.charge, c.version, c.balance::bigint),
                ('revenue', 'revenue', true, c.charge, NULL, NULL)
            ) AS l(leg, account, system, amount, version, balance)
            """;
    private static final String BALANCE = """
            UPDATE account a SET balance = e.balance_after, version = e.account_version
            FROM (SELECT balance_after, account_version FROM entry WHERE account = '$account'
                ORDER BY account_version DESC LIMIT 1) e
            WHERE a.id = '$account'
            """;

    private final WeirLedger ledger;

    Seeds(WeirLedger ledger) {
        this.ledger = ledger;
    }

    /** The month that was before this one: nothing is added to it any more. */
    static YearMonth month() {
        return YearMonth.from(LocalDate.now(ZoneOffset.UTC)).minusMonths(1);
    }

    /** That many accounts, numbered from 1 on, each with more credit than it can use. */
    void accounts(String prefix, int number) throws SQLException {
        try (Connection connection = ledger.connect();
                var statement = connection.prepareStatement(
                        "SELECT count(account_grant(gen_random_uuid(), ? || i, ?, 'purchased', 100, NULL, NULL, 0, NULL, NULL,"
                                + " NULL, 'bench', 0, 1000)) FROM generate_series(1, ?) i")) {
            statement.setString(1, prefix);
            statement.setLong(2, PLENTY);
            statement.setInt(3, number);
            statement.executeQuery().close();
        }
    }

    /**
     * A month of streams of {@link #READER}, all settled: rows in every table as the ledger would have written them, by
     * one statement a table and without the triggers that compare each row with others. The audit compares them.
     */
    void month(int streams) throws SQLException {
        accounts("usage-", 1);
        try (Connection connection = ledger.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT entry_partition(DATE '" + month().atDay(1) + "')");
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL session_replication_role = replica");
            statement.execute("SET LOCAL synchronous_commit = off");
            statement.execute("SET LOCAL work_mem = '256MB'");
            statement.execute("SELECT 1 FROM account WHERE id = '" + READER + "' FOR UPDATE");
            for (String sql : List.of(STREAMS, "ANALYZE seeded", HOLDS, SETTLEMENTS, MESSAGES, ENTRIES, BALANCE)) {
                statement.execute(sql.replace("$streams", Integer.toString(streams))
                        .replace("$account", READER)
                        .replace("$from", "TIMESTAMPTZ '" + month().atDay(1) + "T00:00Z'")
                        .replace("$to", "TIMESTAMPTZ '" + month().plusMonths(1).atDay(1) + "T00:00Z'"));
            }
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("ANALYZE hold, settlement, entry, outbox");
        }
    }

    /** Whether everything that is settled has been rolled up into usage. */
    boolean isRolledUp() throws SQLException {
        return number("SELECT (SELECT max(number) FROM settlement) - (SELECT number FROM usage_watermark)") <= 0;
    }

    /** Refreshes what the planner knows of usage, as autovacuum would sooner or later. */
    void settleDown() throws SQLException {
        try (Connection connection = ledger.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM (ANALYZE) usage_record, usage_quarter");
        }
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    String text(String sql) throws SQLException {
        try (Connection connection = ledger.connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
