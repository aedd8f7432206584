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

-- Gives credits; an unknown account is opened first, with its welcome grant. With a key the same grant is booked once.
-- outcome: created | replayed | key_reused
CREATE OR REPLACE FUNCTION account_grant(
    p_grant uuid, p_account text, p_amount bigint, p_kind text, p_note text, p_key text, p_by text, p_welcome bigint,
    OUT outcome text, OUT grant_id uuid, OUT amount bigint, OUT granted_at timestamptz,
    OUT balance bigint, OUT available bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known credit_grant;
    owner account;
BEGIN
    IF NOT EXISTS (SELECT FROM account a WHERE a.id = p_account) THEN
        PERFORM account_open(p_account, p_welcome);
    END IF;
    SELECT * INTO owner FROM account a WHERE a.id = p_account FOR NO KEY UPDATE;
    SELECT * INTO known FROM credit_grant g WHERE g.account_id = p_account AND g.idempotency_key = p_key;
    IF FOUND THEN
        outcome := CASE WHEN known.amount = p_amount AND known.kind = p_kind THEN 'replayed' ELSE 'key_reused' END;
    ELSE
        INSERT INTO credit_grant (id, account_id, amount, kind, note, idempotency_key, created_by)
        VALUES (p_grant, p_account, p_amount, p_kind, p_note, p_key, p_by)
        RETURNING * INTO known;
        UPDATE account a SET balance = a.balance + p_amount, version = a.version + 1
        WHERE a.id = p_account
        RETURNING * INTO owner;
        INSERT INTO entry (grant_id, leg, account, system, amount, account_version, balance_after) VALUES
            (p_grant, 'grant', p_account, false, p_amount, owner.version, owner.balance),
            (p_grant, 'issued', 'issued', true, -p_amount, NULL, NULL);
        outcome := 'created';
    END IF;
    grant_id := known.id;
    amount := known.amount;
    granted_at := known.created_at;
    balance := owner.balance;
    available := owner.balance - owner.held;
END
$$;

-- Opens an account with its welcome grant, unless it exists.
CREATE OR REPLACE FUNCTION account_open(p_account text, p_welcome bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account (id) VALUES (p_account) ON CONFLICT DO NOTHING;
    IF FOUND AND p_welcome > 0 THEN
        PERFORM account_grant(gen_random_uuid(), p_account, p_welcome, 'promotional', 'welcome', 'weir:welcome', 'weir', 0);
    END IF;
END
$$;

-- Reads an account and opens it when it is unknown.
CREATE OR REPLACE FUNCTION account_view(
    p_account text, p_welcome bigint, OUT balance bigint, OUT held bigint, OUT open_streams integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM account a WHERE a.id = p_account) THEN
        PERFORM account_open(p_account, p_welcome);
    END IF;
    SELECT a.balance, a.held, a.open_streams INTO balance, held, open_streams FROM account a WHERE a.id = p_account;
END
$$;
