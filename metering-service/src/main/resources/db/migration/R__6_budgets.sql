-- Budgets. Whoever calls a function of this file holds the account's row lock, so what is judged is exact. A stream counts
-- in the period of its reserve, until its end with all it holds, afterwards with its charge.

-- The whole account, where a key could be named.
CREATE OR REPLACE FUNCTION no_key() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT '00000000-0000-0000-0000-000000000000'::uuid
$$;

CREATE OR REPLACE FUNCTION budget_period(
    p_period text, p_zone text, p_at timestamptz, OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT date_trunc(p_period, p_at AT TIME ZONE p_zone) AT TIME ZONE p_zone,
        (date_trunc(p_period, p_at AT TIME ZONE p_zone) + ('1 ' || p_period)::interval) AT TIME ZONE p_zone
$$;

-- What counts in a period, from the holds. Only asked when a period begins or a budget is set.
CREATE OR REPLACE FUNCTION budget_committed(p_account text, p_key uuid, p_starts timestamptz, p_ends timestamptz)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(sum(CASE h.state
        WHEN 'SETTLED' THEN s.charge + COALESCE(c.charge, 0) WHEN 'RELEASED' THEN 0 ELSE h.granted END), 0)::bigint
    FROM hold h LEFT JOIN settlement s USING (stream_id) LEFT JOIN late_correction c USING (stream_id)
    WHERE h.account_id = p_account AND h.created_at >= p_starts AND h.created_at < p_ends
        AND (p_key = no_key() OR h.key_id = p_key)
$$;

-- Brings the budgets of an account into the period that p_at is in.
CREATE OR REPLACE FUNCTION budget_turn(p_account text, p_at timestamptz) RETURNS void LANGUAGE sql AS $$
    UPDATE budget b
    SET starts_at = p.starts, ends_at = p.ends, noticed_at = NULL,
        committed = budget_committed(b.account_id, b.key_id, p.starts, p.ends)
    FROM budget o CROSS JOIN LATERAL budget_period(o.period, o.time_zone, p_at) p
    WHERE o.account_id = p_account AND (p_at < o.starts_at OR p_at >= o.ends_at)
        AND (b.account_id, b.key_id, b.period) = (o.account_id, o.key_id, o.period)
$$;

-- What a stream reserved at p_at may still take; null: whatever it wants.
CREATE OR REPLACE FUNCTION budget_room(p_account text, p_key uuid, p_at timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT min(b.hard - b.committed) FROM budget b
    WHERE b.account_id = p_account AND b.key_id IN (no_key(), p_key) AND p_at >= b.starts_at AND p_at < b.ends_at
$$;

-- A stream takes more, or gives back.
CREATE OR REPLACE FUNCTION budget_book(h hold, p_delta bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE budget b
    SET committed = b.committed + p_delta,
        noticed_at = CASE WHEN b.committed + p_delta >= b.soft THEN COALESCE(b.noticed_at, clock_timestamp())
            ELSE b.noticed_at END
    WHERE b.account_id = (h).account_id AND b.key_id IN (no_key(), (h).key_id)
        AND (h).created_at >= b.starts_at AND (h).created_at < b.ends_at
$$;

-- Sets or replaces a budget; both limits null: removes it. outcome: set | removed | unknown_key
CREATE OR REPLACE FUNCTION budget_set(
    p_account text, p_key uuid, p_period text, p_zone text, p_soft bigint, p_hard bigint, p_by text, p_welcome bigint,
    OUT outcome text)
LANGUAGE plpgsql AS $$
DECLARE
    span record;
    used bigint;
BEGIN
    PERFORM account_open(p_account, p_welcome);
    PERFORM account_lock(p_account);
    IF p_key <> no_key() AND NOT EXISTS (SELECT FROM api_key k WHERE k.id = p_key AND k.account_id = p_account) THEN
        outcome := 'unknown_key';
        RETURN;
    END IF;
    IF p_soft IS NULL AND p_hard IS NULL THEN
        DELETE FROM budget b WHERE (b.account_id, b.key_id, b.period) = (p_account, p_key, p_period);
        outcome := 'removed';
    ELSE
        SELECT * INTO span FROM budget_period(p_period, p_zone, clock_timestamp());
        used := budget_committed(p_account, p_key, span.starts, span.ends);
        INSERT INTO budget AS b (account_id, key_id, period, time_zone, soft, hard, starts_at, ends_at, committed,
            noticed_at, set_by)
        VALUES (p_account, p_key, p_period, p_zone, p_soft, p_hard, span.starts, span.ends, used,
            CASE WHEN used >= p_soft THEN clock_timestamp() END, p_by)
        ON CONFLICT (account_id, key_id, period) DO UPDATE
            SET time_zone = excluded.time_zone, soft = excluded.soft, hard = excluded.hard,
                starts_at = excluded.starts_at, ends_at = excluded.ends_at, committed = excluded.committed,
                noticed_at = excluded.noticed_at, set_by = excluded.set_by, set_at = clock_timestamp();
        outcome := 'set';
    END IF;
    UPDATE account a SET budgeted = EXISTS (SELECT FROM budget b WHERE b.account_id = p_account)
    WHERE a.id = p_account AND a.budgeted <> EXISTS (SELECT FROM budget b WHERE b.account_id = p_account);
END
$$;

-- The budgets of an account, in the period that runs.
CREATE OR REPLACE FUNCTION budget_list(p_account text) RETURNS SETOF budget LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM budget b WHERE b.account_id = p_account
        AND (clock_timestamp() < b.starts_at OR clock_timestamp() >= b.ends_at))
    THEN
        PERFORM account_lock(p_account);
        PERFORM budget_turn(p_account, clock_timestamp());
    END IF;
    RETURN QUERY SELECT * FROM budget b WHERE b.account_id = p_account ORDER BY b.key_id, b.period;
END
$$;

-- Opens a key for an account. outcome: created | too_many
CREATE OR REPLACE FUNCTION key_create(
    p_key uuid, p_account text, p_name text, p_sha256 text, p_hint text, p_scopes text[], p_expires timestamptz,
    p_by text, p_welcome bigint, p_limit integer, OUT outcome text, OUT created_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM account_open(p_account, p_welcome);
    PERFORM account_lock(p_account);
    IF p_limit <= (SELECT count(*) FROM api_key k WHERE k.account_id = p_account AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp()))
    THEN
        outcome := 'too_many';
        RETURN;
    END IF;
    INSERT INTO api_key AS k (id, account_id, name, sha256, hint, scopes, expires_at, created_by)
    VALUES (p_key, p_account, p_name, p_sha256, p_hint, p_scopes, p_expires, p_by)
    RETURNING k.created_at INTO created_at;
    outcome := 'created';
END
$$;

-- Who a key stands for; no row: nobody. Its last use is written once a minute at most.
CREATE OR REPLACE FUNCTION key_verify(p_sha256 text) RETURNS SETOF api_key LANGUAGE plpgsql AS $$
DECLARE
    k api_key;
BEGIN
    SELECT * INTO k FROM api_key x WHERE x.sha256 = p_sha256 AND x.revoked_at IS NULL
        AND (x.expires_at IS NULL OR x.expires_at > clock_timestamp());
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE api_key x SET last_used_at = clock_timestamp()
    WHERE x.id = k.id AND (x.last_used_at IS NULL OR x.last_used_at < clock_timestamp() - interval '1 minute');
    RETURN NEXT k;
END
$$;
