-- Grants: their order, their beginning and end. Whoever calls a function of this file holds the account's row lock;
-- so grants and pins are only ever touched under it.

-- The place of a grant in the order in which credit is burned.
CREATE OR REPLACE FUNCTION burn_order(
    g credit_grant, OUT priority integer, OUT until timestamptz, OUT paid boolean, OUT since timestamptz, OUT id uuid)
LANGUAGE sql IMMUTABLE AS $$
    SELECT (g).priority, COALESCE((g).expires_at, 'infinity'), (g).kind = 'purchased', (g).created_at, (g).id
$$;

-- Takes what was charged since the last call off the active grants, in burn order. Nothing else has happened to them
-- since: whatever begins, ends or pins a grant allocates first. So this gives what allocating each charge at its settle
-- would have given, and costs the settle nothing.
CREATE OR REPLACE FUNCTION account_allocate(p_account text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    due bigint;
BEGIN
    SELECT COALESCE(sum(g.remaining), 0) - a.balance INTO due
    FROM account a LEFT JOIN credit_grant g ON g.account_id = a.id AND g.remaining > 0 AND g.state <> 'scheduled'
    WHERE a.id = p_account
    GROUP BY a.id;
    IF due > 0 THEN
        UPDATE credit_grant g SET remaining = g.remaining - b.part, spent = g.spent + b.part
        FROM (
            SELECT o.id, LEAST(o.remaining, due - o.ahead) AS part
            FROM (
                SELECT x.id, x.remaining, (sum(x.remaining) OVER (ORDER BY burn_order(x)) - x.remaining)::bigint AS ahead
                FROM credit_grant x
                WHERE x.account_id = p_account AND x.state = 'active' AND x.remaining > 0) o
            WHERE o.ahead < due) b
        WHERE g.id = b.id;
    END IF;
    UPDATE account SET allocated_version = version WHERE id = p_account AND allocated_version <> version;
END
$$;

-- The grant becomes part of the balance.
CREATE OR REPLACE FUNCTION grant_begin(g credit_grant) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    owner account;
BEGIN
    PERFORM account_allocate(g.account_id);
    UPDATE credit_grant SET state = 'active' WHERE id = g.id AND state <> 'active';
    UPDATE account a SET balance = a.balance + g.amount, version = a.version + 1, allocated_version = a.version + 1,
        low_armed = a.low_armed OR a.balance + g.amount - a.held >= a.low_at IS TRUE
    WHERE a.id = g.account_id
    RETURNING * INTO owner;
    INSERT INTO entry (grant_id, leg, account, system, amount, account_version, balance_after) VALUES
        (g.id, 'grant', g.account_id, false, g.amount, owner.version, owner.balance),
        (g.id, 'issued', 'issued', true, -g.amount, NULL, NULL);
END
$$;

-- Credit leaves an ended grant: what may roll over goes on into the grant that follows, for one more life of the same
-- length, the rest leaves the account. p_stream: the stream that had it pinned, or null.
CREATE OR REPLACE FUNCTION grant_lapse(p_grant uuid, p_amount bigint, p_stream uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    g credit_grant;
    follower credit_grant;
    owner account;
    onward bigint;
    gone bigint;
    ending timestamptz;
BEGIN
    SELECT * INTO STRICT g FROM credit_grant WHERE id = p_grant;
    -- Days of 24 hours, wherever the session believes to be.
    ending := (g.expires_at AT TIME ZONE 'UTC' + (g.expires_at - g.effective_at)) AT TIME ZONE 'UTC';
    onward := CASE g.state WHEN 'expired' THEN LEAST(p_amount, g.rollover_max - g.rolled) ELSE 0 END;
    IF onward > 0 THEN
        SELECT * INTO follower FROM credit_grant WHERE rolled_from = g.id;
        -- What a grant's own end rolls over may be over as well: that end comes next. What a stream gives back may not.
        IF NOT FOUND AND (p_stream IS NULL OR ending > clock_timestamp()) THEN
            INSERT INTO credit_grant (id, account_id, amount, remaining, kind, priority, note, effective_at,
                expires_at, rolled_from, created_by)
            VALUES (gen_random_uuid(), g.account_id, onward, onward, g.kind, g.priority, g.note, g.expires_at,
                ending, g.id, 'weir');
        ELSIF follower.state = 'active' AND follower.expires_at > clock_timestamp() THEN
            UPDATE credit_grant SET amount = amount + onward, remaining = remaining + onward WHERE id = follower.id;
        ELSE
            onward := 0;
        END IF;
    END IF;
    gone := p_amount - onward;
    UPDATE credit_grant SET remaining = remaining - p_amount, rolled = rolled + onward, lapsed = lapsed + gone
    WHERE id = g.id;
    IF gone > 0 THEN
        UPDATE account a SET balance = a.balance - gone, version = a.version + 1, allocated_version = a.version + 1
        WHERE a.id = g.account_id
        RETURNING * INTO owner;
        INSERT INTO entry (grant_id, stream_id, leg, account, system, amount, account_version, balance_after) VALUES
            (g.id, p_stream, g.state, g.account_id, false, -gone, owner.version, owner.balance),
            (g.id, p_stream, CASE g.state WHEN 'expired' THEN 'breakage' ELSE 'withdrawn' END,
                CASE g.state WHEN 'expired' THEN 'breakage' ELSE 'issued' END, true, gone, NULL, NULL);
    END IF;
END
$$;

-- Ends an active grant. Running holds cover, by the time of their reserve, the grants in burn order: what they cover of
-- this one is pinned to them, only the rest leaves.
CREATE OR REPLACE FUNCTION grant_end(p_grant uuid, p_state text, p_at timestamptz, p_by text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    g credit_grant;
    ahead bigint;
    kept bigint;
BEGIN
    PERFORM account_allocate(x.account_id) FROM credit_grant x WHERE x.id = p_grant;
    SELECT * INTO STRICT g FROM credit_grant WHERE id = p_grant;
    SELECT COALESCE(sum(x.remaining), 0)::bigint INTO ahead
    FROM credit_grant x
    WHERE x.account_id = g.account_id AND x.state = 'active' AND x.remaining > 0 AND burn_order(x) < burn_order(g);
    WITH lined AS (
        SELECT h.stream_id, f.free, sum(f.free) OVER (ORDER BY h.created_at, h.stream_id)::bigint AS upto
        FROM hold h CROSS JOIN LATERAL (
            SELECT h.granted - COALESCE(sum(p.amount), 0)::bigint AS free FROM grant_pin p
            WHERE p.stream_id = h.stream_id) f
        WHERE h.account_id = g.account_id AND h.state IN ('RESERVED', 'OPEN')
    ), pinned AS (
        INSERT INTO grant_pin (stream_id, grant_id, amount)
        SELECT l.stream_id, g.id, LEAST(l.upto, ahead + g.remaining) - GREATEST(l.upto - l.free, ahead)
        FROM lined l
        WHERE LEAST(l.upto, ahead + g.remaining) > GREATEST(l.upto - l.free, ahead)
        RETURNING amount
    )
    SELECT COALESCE(sum(amount), 0)::bigint INTO kept FROM pinned;
    UPDATE credit_grant SET state = p_state, ended_at = p_at, ended_by = p_by WHERE id = g.id;
    UPDATE account SET pinned = pinned + kept WHERE id = g.account_id AND kept > 0;
    IF g.remaining > kept THEN
        PERFORM grant_lapse(g.id, g.remaining - kept, NULL);
    END IF;
END
$$;

-- When a grant of the account next begins or expires.
CREATE OR REPLACE FUNCTION account_foresee(p_account text) RETURNS account LANGUAGE sql AS $$
    UPDATE account a SET next_event_at = (
        SELECT min(CASE g.state WHEN 'scheduled' THEN g.effective_at ELSE g.expires_at END) FROM credit_grant g
        WHERE g.account_id = p_account AND g.remaining > 0 AND g.state IN ('scheduled', 'active'))
    WHERE a.id = p_account
    RETURNING a.*
$$;

-- Lets every grant begin and expire whose time has come, one after the other as if each had done so in time. Whoever
-- moves credit of an account calls it first when next_event_at has passed: no figure depends on when the job runs.
CREATE OR REPLACE FUNCTION account_tend(p_account text) RETURNS account LANGUAGE plpgsql AS $$
DECLARE
    today timestamptz := clock_timestamp();
    g credit_grant;
BEGIN
    PERFORM account_allocate(p_account); -- a grant that is spent by now has no end
    LOOP
        SELECT * INTO g FROM credit_grant x
        WHERE x.account_id = p_account AND x.remaining > 0
            AND CASE x.state WHEN 'scheduled' THEN x.effective_at WHEN 'active' THEN x.expires_at END <= today
        ORDER BY CASE x.state WHEN 'scheduled' THEN x.effective_at ELSE x.expires_at END, x.state, x.created_at, x.id
        LIMIT 1;
        EXIT WHEN NOT FOUND;
        IF g.state = 'scheduled' THEN
            PERFORM grant_begin(g);
        ELSE
            PERFORM grant_end(g.id, 'expired', g.expires_at, 'weir');
        END IF;
    END LOOP;
    RETURN account_foresee(p_account);
END
$$;

-- Locks an account for a change of its credit, as it is now.
CREATE OR REPLACE FUNCTION account_lock(p_account text) RETURNS account LANGUAGE plpgsql AS $$
DECLARE
    owner account;
BEGIN
    SELECT * INTO owner FROM account a WHERE a.id = p_account FOR NO KEY UPDATE;
    IF owner.next_event_at <= clock_timestamp() THEN
        RETURN account_tend(p_account);
    END IF;
    RETURN owner;
END
$$;

-- A hold with pinned credit has ended and was charged; its holding and its pins are off the account's row already. The
-- charge burns the pins first, and what they leave lapses as the rest of their grants did.
CREATE OR REPLACE FUNCTION hold_unpin(h hold, p_charge bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    pin record;
    due bigint := p_charge;
    used bigint;
    grants uuid[] := '{}';
    rests bigint[] := '{}';
BEGIN
    FOR pin IN
        SELECT p.grant_id, p.amount FROM grant_pin p JOIN credit_grant x ON x.id = p.grant_id
        WHERE p.stream_id = h.stream_id ORDER BY burn_order(x)
    LOOP
        used := LEAST(due, pin.amount);
        due := due - used;
        UPDATE credit_grant SET remaining = remaining - used, spent = spent + used WHERE id = pin.grant_id AND used > 0;
        IF used < pin.amount THEN
            grants := grants || pin.grant_id;
            rests := rests || (pin.amount - used);
        END IF;
    END LOOP;
    DELETE FROM grant_pin WHERE stream_id = h.stream_id;
    PERFORM account_allocate(h.account_id);
    FOR i IN 1 .. cardinality(grants) LOOP
        PERFORM grant_lapse(grants[i], rests[i], h.stream_id);
    END LOOP;
    PERFORM account_foresee(h.account_id);
END
$$;

-- What ended grants have pinned to a hold.
CREATE OR REPLACE FUNCTION hold_pinned(p_stream uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(sum(amount), 0)::bigint FROM grant_pin WHERE stream_id = p_stream
$$;

-- The job's round: tends accounts whose time has come although nobody moved their credit. Leaves locked ones alone.
CREATE OR REPLACE FUNCTION grants_round(p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    owner text;
    tended integer := 0;
BEGIN
    FOR owner IN
        SELECT a.id FROM account a WHERE a.next_event_at <= clock_timestamp() ORDER BY a.id LIMIT p_limit
    LOOP
        PERFORM FROM account a WHERE a.id = owner FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND THEN
            PERFORM account_tend(owner);
            tended := tended + 1;
        END IF;
    END LOOP;
    RETURN tended;
END
$$;
