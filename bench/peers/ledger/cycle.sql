-- A cycle as metering's core has it: one statement for each call, each its own transaction.
\set account random(1, :accounts)
SELECT r.outcome, r.stream_id, r.granted, r.last, r.available, (r.tariff).version, (r.tariff).input_nano,
    (r.tariff).cached_nano, (r.tariff).cache_write_nano, (r.tariff).output_nano, (r.tariff).reasoning_nano,
    (r.tariff).request_micro, r.waited
FROM hold_reserve(gen_random_uuid(), :prefix::text || :account, 'bench', 'demo', 'default', NULL, 100, 3000, 4096, 100000,
    gen_random_uuid()::text, false, repeat('0', 64),
    86400000::bigint * interval '1 ms', 600::bigint * interval '1 s', 100, 0, NULL, '', NULL) r
\gset held_
SELECT outcome, epoch, cancelled, owner, address
FROM hold_claim(:held_stream_id, 'pgbench-'::text || :client_id, 'pgbench-'::text || :client_id, 'bench',
    60000::bigint * interval '1 ms');
WITH u AS MATERIALIZED (
    SELECT * FROM hold_update('pgbench-'::text || :client_id, 'pgbench-'::text || :client_id, 'bench',
        60000::bigint * interval '1 ms', ARRAY[:held_stream_id::uuid], '{1}', '{100}', '{0}', '{0}', '{100}', '{0}',
        '{false}'))
SELECT t.timeline, u.place, u.accepted, u.granted, u.last, u.available, u.cancelled
FROM (SELECT ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint AS timeline) t
LEFT JOIN u ON true
ORDER BY u.place;
SELECT outcome, booked, charge, receivable, available, reason, late, agent,
    booked_charge, booked_receivable, account_id, waited
FROM hold_settle(:held_stream_id, 1, 100, 0, 0, 200, 0, 'agent', 'completed', 'demo-1', repeat('0', 64),
    now() - interval '4 s', now() - interval '3 s', now());
