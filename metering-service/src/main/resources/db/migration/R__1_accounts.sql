-- Accounts and grants.

-- The charge for cumulative totals, in micro-credits: contracts' Price.chargeMicro in SQL. Rounded up once.
CREATE OR REPLACE FUNCTION charge_micro(
    p price, p_input bigint, p_cached bigint, p_cache_write bigint, p_output bigint, p_reasoning bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_input = 0 AND p_output = 0 THEN 0
        ELSE ((p_input - p_cached - p_cache_write) * (p).input_nano
            + p_cached * (p).cached_nano
            + p_cache_write * (p).cache_write_nano
            + (p_output - p_reasoning) * (p).output_nano
            + p_reasoning * (p).reasoning_nano
            + 999) / 1000 + (p).request_micro
    END
$$;

-- Gives credits; an unknown account is opened first, with its welcome grant. With a key the same request is granted
-- once. A grant that begins later is booked when it begins. p_effective null: now.
-- outcome: created | replayed | key_reused | too_many | over (it would end before it begins, or has)
DROP FUNCTION IF EXISTS account_grant(uuid, text, bigint, text, text, text, text, bigint);
CREATE OR REPLACE FUNCTION account_grant(
    p_grant uuid, p_account text, p_amount bigint, p_kind text, p_priority integer,
    p_effective timestamptz, p_expires timestamptz, p_rollover bigint, p_note text,
    p_key text, p_hash text, p_by text, p_welcome bigint, p_limit integer,
    OUT outcome text, OUT granted credit_grant, OUT balance bigint, OUT available bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    owner account;
    today timestamptz := clock_timestamp();
BEGIN
    IF NOT EXISTS (SELECT FROM account a WHERE a.id = p_account) THEN
        PERFORM account_open(p_account, p_welcome);
    END IF;
    owner := account_lock(p_account);
    SELECT * INTO granted FROM credit_grant g WHERE g.account_id = p_account AND g.idempotency_key = p_key;
    IF FOUND THEN
        outcome := CASE
            WHEN COALESCE(granted.request_hash = p_hash, granted.amount = p_amount AND granted.kind = p_kind)
            THEN 'replayed' ELSE 'key_reused' END;
    ELSIF p_expires <= GREATEST(today, COALESCE(p_effective, today)) THEN
        outcome := 'over';
    ELSE
        PERFORM account_allocate(p_account);
        IF p_limit <= (SELECT count(*) FROM credit_grant g WHERE g.account_id = p_account AND g.remaining > 0) THEN
            outcome := 'too_many';
            RETURN;
        END IF;
        INSERT INTO credit_grant (id, account_id, amount, remaining, kind, priority, state, effective_at, expires_at,
            rollover_max, note, idempotency_key, request_hash, created_by, created_at)
        VALUES (p_grant, p_account, p_amount, p_amount, p_kind, p_priority, 'scheduled', COALESCE(p_effective, today),
            p_expires, p_rollover, p_note, p_key, p_hash, p_by, today);
        owner := account_tend(p_account);
        SELECT * INTO granted FROM credit_grant g WHERE g.id = p_grant;
        outcome := 'created';
    END IF;
    balance := owner.balance;
    available := owner.balance - owner.held;
END
$$;

-- Takes a grant back: what is neither spent nor held leaves the account.
-- outcome: voided | stored | ended | unknown
CREATE OR REPLACE FUNCTION account_void(
    p_account text, p_grant uuid, p_by text, OUT outcome text, OUT voided credit_grant)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM account_lock(p_account);
    PERFORM account_allocate(p_account);
    SELECT * INTO voided FROM credit_grant g WHERE g.id = p_grant AND g.account_id = p_account;
    IF NOT FOUND THEN
        outcome := 'unknown';
        RETURN;
    ELSIF voided.state = 'voided' THEN
        outcome := 'stored';
        RETURN;
    ELSIF voided.state = 'expired' OR voided.expires_at <= clock_timestamp() THEN
        outcome := 'ended';
        RETURN;
    ELSIF voided.state = 'scheduled' THEN
        -- Never was in the balance.
        UPDATE credit_grant SET state = 'voided', ended_at = clock_timestamp(), ended_by = p_by,
            lapsed = remaining, remaining = 0
        WHERE id = p_grant;
    ELSE
        PERFORM grant_end(p_grant, 'voided', clock_timestamp(), p_by);
    END IF;
    PERFORM account_foresee(p_account);
    SELECT * INTO voided FROM credit_grant g WHERE g.id = p_grant;
    outcome := 'voided';
END
$$;

-- The grants of an account as of now, newest first.
CREATE OR REPLACE FUNCTION account_grants(p_account text, p_limit integer) RETURNS SETOF credit_grant
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM account a WHERE a.id = p_account
            AND (a.allocated_version <> a.version OR a.next_event_at <= clock_timestamp()))
    THEN
        PERFORM account_lock(p_account);
        PERFORM account_allocate(p_account);
    END IF;
    RETURN QUERY SELECT * FROM credit_grant g WHERE g.account_id = p_account
        ORDER BY g.created_at DESC, g.id LIMIT p_limit;
END
$$;

-- Opens an account with its welcome grant, unless it exists.
CREATE OR REPLACE FUNCTION account_open(p_account text, p_welcome bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account (id) VALUES (p_account) ON CONFLICT DO NOTHING;
    IF FOUND AND p_welcome > 0 THEN
        PERFORM account_grant(gen_random_uuid(), p_account, p_welcome, 'promotional', 100, NULL, NULL, 0, 'welcome',
            'weir:welcome', NULL, 'weir', 0, 1);
    END IF;
END
$$;

-- Reads an account, as of now, and opens it when it is unknown.
CREATE OR REPLACE FUNCTION account_view(
    p_account text, p_welcome bigint, OUT balance bigint, OUT held bigint, OUT open_streams integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    owner account;
BEGIN
    SELECT * INTO owner FROM account a WHERE a.id = p_account;
    IF NOT FOUND THEN
        PERFORM account_open(p_account, p_welcome);
        SELECT * INTO owner FROM account a WHERE a.id = p_account;
    ELSIF owner.next_event_at <= clock_timestamp() THEN
        owner := account_lock(p_account);
    END IF;
    balance := owner.balance;
    held := owner.held;
    open_streams := owner.open_streams;
END
$$;
