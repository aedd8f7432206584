-- Entries by month, so that old months can be detached; and what the hash chain over them needs.

ALTER TABLE entry RENAME TO entry_before;
ALTER TABLE entry_before ALTER COLUMN id DROP IDENTITY;
ALTER TABLE entry_before RENAME CONSTRAINT entry_pkey TO entry_before_pkey;
DROP INDEX entry_leg_of_stream, entry_leg_of_grant, entry_chain;

CREATE SEQUENCE entry_number AS bigint;
SELECT setval('entry_number', GREATEST(1, max(id)), max(id) IS NOT NULL) FROM entry_before;

CREATE TABLE entry (
    id              bigint      NOT NULL DEFAULT nextval('entry_number'),
    stream_id       uuid REFERENCES hold,
    grant_id        uuid REFERENCES credit_grant,
    leg             text        NOT NULL,
    account         text COLLATE "C" NOT NULL,
    system          boolean     NOT NULL,
    amount          bigint      NOT NULL CHECK (amount <> 0),
    account_version bigint,
    balance_after   bigint CHECK (balance_after >= 0),
    booked_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (id, booked_at),
    CONSTRAINT entry_of_stream_or_grant CHECK (
        CASE WHEN leg IN ('expired', 'breakage', 'voided', 'withdrawn') THEN grant_id IS NOT NULL
        ELSE num_nonnulls(stream_id, grant_id) = 1 END),
    CONSTRAINT entry_leg CHECK (
        leg IN ('charge', 'revenue', 'receivable', 'late', 'late_revenue', 'late_receivable', 'grant', 'issued',
            'expired', 'breakage', 'voided', 'withdrawn')),
    CONSTRAINT entry_customer_is_chained CHECK (
        (NOT system) = (account_version IS NOT NULL) AND (NOT system) = (balance_after IS NOT NULL))
) PARTITION BY RANGE (booked_at);
ALTER SEQUENCE entry_number OWNED BY entry.id;

CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A partition refuses changes even when it is named itself. A unique index cannot span months: within one it is a second
-- fence behind settlement, late_correction and the account's lock; across them the audit looks.
CREATE FUNCTION entry_partition_guard(p_table text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', p_table);
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (stream_id, leg) WHERE grant_id IS NULL', p_table || '_stream', p_table);
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (grant_id, leg, stream_id) NULLS NOT DISTINCT
        WHERE grant_id IS NOT NULL', p_table || '_grant', p_table);
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (account, account_version) WHERE NOT system',
        p_table || '_chain', p_table);
END
$$;

-- Makes the partition of the month that a day is in, unless it exists. What is booked in a month without one goes to
-- entry_other, and stays there: booking never fails for want of a partition. True if it was made.
CREATE FUNCTION entry_partition(p_day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', p_day);
    name text := 'entry_' || to_char(p_day, 'YYYY_MM');
    starts timestamptz := month::timestamp AT TIME ZONE 'UTC';
    ends timestamptz := (month + interval '1 month')::timestamp AT TIME ZONE 'UTC';
BEGIN
    IF to_regclass(name) IS NOT NULL
        OR EXISTS (SELECT FROM entry_other o WHERE o.booked_at >= starts AND o.booked_at < ends)
    THEN
        RETURN false;
    END IF;
    -- Made apart and attached: that waits for no reader and stops none but those of entry_other, which is empty.
    EXECUTE format('CREATE TABLE %I (LIKE entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    PERFORM entry_partition_guard(name);
    EXECUTE format('ALTER TABLE entry ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, starts, ends);
    RETURN true;
END
$$;

CREATE TABLE entry_other PARTITION OF entry DEFAULT;
SELECT entry_partition_guard('entry_other');

SELECT entry_partition(m::date) FROM (
    SELECT generate_series(
        date_trunc('month', COALESCE(min(booked_at), clock_timestamp()) AT TIME ZONE 'UTC'),
        date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC') + interval '3 months', interval '1 month') AS m
    FROM entry_before) months;

INSERT INTO entry SELECT * FROM entry_before ORDER BY id;
DROP TABLE entry_before;

-- The hash chain: each seal covers the entries of a range of ids, and the seal before it.
CREATE TABLE entry_seal (
    number    bigint PRIMARY KEY,
    after_id  bigint NOT NULL,
    upto_id   bigint NOT NULL CHECK (upto_id > after_id),
    ids       bigint[] NOT NULL,
    digests   bytea  NOT NULL,
    hash      bytea  NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON COLUMN entry_seal.digests IS 'the first 8 bytes of every entry''s digest: tell which one was changed';

CREATE TRIGGER entry_seal_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON entry_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE entry_chain (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sealed_id   bigint NOT NULL DEFAULT 0,
    next_id     bigint NOT NULL DEFAULT 0,
    next_xid    xid8,
    checked     bigint NOT NULL DEFAULT 0,
    verified_id bigint NOT NULL DEFAULT 0,
    verified_at timestamptz,
    broken_id   bigint,
    pass_began  timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

COMMENT ON COLUMN entry_chain.next_xid IS 'once every transaction before it has ended, no entry up to next_id can come any more';
COMMENT ON COLUMN entry_chain.checked IS 'number of the last seal that this pass has verified';

INSERT INTO entry_chain DEFAULT VALUES;
