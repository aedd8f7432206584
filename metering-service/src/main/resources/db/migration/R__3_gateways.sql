-- Claim, update, settle: what a gateway asks for.

-- Renews the lease of one incarnation of a gateway. A new incarnation ends the others at once and for good. Incarnations
-- ascend with the starts of their processes: what a dead process has sent may arrive after its successor was heard, and
-- must not end the successor's lease. Once that is over anybody may follow, so a clock that was set back locks no
-- gateway out. False: this incarnation has been superseded.
CREATE OR REPLACE FUNCTION lease_renew(p_gateway text, p_incarnation text, p_address text, p_lease interval)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    renewed boolean;
BEGIN
    UPDATE gateway_lease SET lease_until = clock_timestamp() + p_lease, address = p_address, lost_at = NULL
    WHERE gateway = p_gateway AND incarnation = p_incarnation AND NOT ended;
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(p_gateway, 0)); -- two that begin at once must see each other
    INSERT INTO gateway_lease (gateway, incarnation, address, lease_until)
    SELECT p_gateway, p_incarnation, p_address, clock_timestamp() + p_lease
    WHERE NOT EXISTS (
        SELECT FROM gateway_lease l WHERE l.gateway = p_gateway AND l.incarnation > p_incarnation
            AND NOT l.ended AND l.lost_at IS NULL AND l.lease_until > clock_timestamp())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        UPDATE gateway_lease SET ended = true, lease_until = LEAST(lease_until, clock_timestamp())
        WHERE gateway = p_gateway AND incarnation <> p_incarnation AND NOT ended;
        RETURN true;
    END IF;
    -- Inserted by a concurrent call of the same incarnation, or ended, or older.
    SELECT NOT ended INTO renewed FROM gateway_lease WHERE gateway = p_gateway AND incarnation = p_incarnation;
    RETURN COALESCE(renewed, false);
END
$$;

-- When the lease of an incarnation ends. After an outage of metering every lease that was not ended starts anew. What has
-- been seen to be over stays so when the clock is set back; the sweeper then brings the times themselves in order.
CREATE OR REPLACE FUNCTION lease_end(p_gateway text, p_incarnation text, p_lease interval, p_outage interval)
RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT CASE
        WHEN l.ended OR l.lost_at > clock_timestamp() THEN LEAST(l.lease_until, clock_timestamp())
        ELSE GREATEST(l.lease_until, p_lease +
            CASE WHEN b.beat_at < clock_timestamp() - p_outage THEN clock_timestamp() ELSE b.resumed_at END) END
    FROM gateway_lease l, service_beat b
    WHERE l.gateway = p_gateway AND l.incarnation = p_incarnation
$$;

-- The only authority on who owns a stream. After it the gateway's lease has one second less than its length at least.
-- outcome: won | lost | unknown | released | settled | superseded
CREATE OR REPLACE FUNCTION hold_claim(
    p_stream uuid, p_gateway text, p_incarnation text, p_address text, p_lease interval,
    OUT outcome text, OUT epoch bigint, OUT cancelled boolean, OUT owner text, OUT address text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    h hold;
BEGIN
    -- Not more than once a second: who changes the lease's row makes the claims beside it wait for its commit.
    IF NOT EXISTS (
            SELECT FROM gateway_lease l WHERE l.gateway = p_gateway AND l.incarnation = p_incarnation
                AND l.address = p_address AND NOT l.ended AND l.lost_at IS NULL
                AND l.lease_until > clock_timestamp() + p_lease - interval '1 s')
        AND NOT lease_renew(p_gateway, p_incarnation, p_address, p_lease)
    THEN
        outcome := 'superseded';
        RETURN;
    END IF;
    SELECT * INTO h FROM hold WHERE stream_id = p_stream FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        outcome := 'unknown';
        RETURN;
    END IF;
    IF h.state = 'RESERVED' THEN
        UPDATE hold x SET state = 'OPEN', epoch = x.epoch + 1, gateway = p_gateway, incarnation = p_incarnation,
            claimed_at = clock_timestamp(), seen_at = clock_timestamp()
        WHERE x.stream_id = p_stream
        RETURNING * INTO h;
    END IF;
    epoch := h.epoch;
    cancelled := h.cancelled;
    outcome := CASE
        WHEN h.state = 'SETTLED' THEN 'settled'
        WHEN h.state = 'RELEASED' THEN 'released'
        WHEN h.gateway = p_gateway AND h.incarnation = p_incarnation THEN 'won'
        ELSE 'lost'
    END;
    IF outcome = 'lost' THEN
        owner := h.gateway;
        SELECT l.address INTO address FROM gateway_lease l
        WHERE l.gateway = h.gateway AND l.incarnation = h.incarnation;
    END IF;
END
$$;

-- One batch of a gateway: renews its lease, raises the totals in one statement, then extends what asks for it.
-- Totals are cumulative: whatever comes late or twice changes nothing. last: an extension was due and nothing was left.
-- cancelled: a stop is stored; read here, and written to the hold by hold_cancel alone.
DROP FUNCTION IF EXISTS hold_update; -- its columns may have changed
CREATE FUNCTION hold_update(
    p_gateway text, p_incarnation text, p_address text, p_lease interval,
    p_stream uuid[], p_epoch bigint[], p_input bigint[], p_cached bigint[], p_cache_write bigint[],
    p_output bigint[], p_reasoning bigint[], p_extend boolean[])
RETURNS TABLE (
    place bigint, accepted boolean, granted bigint, last boolean, available bigint, cancelled boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    live boolean := lease_renew(p_gateway, p_incarnation, p_address, p_lease);
    ask record;
    owner account;
    free bigint;
    refused uuid[] := '{}';
    seconds double precision := extract(epoch FROM p_lease);
BEGIN
    IF live AND cardinality(p_stream) > 0 THEN
        -- Locked in the order of their ids. Here and below each hold is found by its id, and its state is looked at
        -- afterwards: statistics that know of hardly any open hold made the planner compare all of them with each.
        WITH mine AS MATERIALIZED (
            SELECT h.*, f.epoch, f.input, f.cached, f.cache_write, f.output, f.reasoning
            FROM (SELECT * FROM unnest(p_stream, p_epoch, p_input, p_cached, p_cache_write, p_output, p_reasoning)
                AS x(stream_id, epoch, input, cached, cache_write, output, reasoning) ORDER BY x.stream_id) f
            CROSS JOIN LATERAL (
                SELECT x.stream_id, x.seen_at, x.input AS old_input, x.cached AS old_cached,
                    x.cache_write AS old_cache_write, x.output AS old_output, x.reasoning AS old_reasoning
                FROM hold x WHERE x.stream_id = f.stream_id AND x.state || '' = 'OPEN' AND x.epoch = f.epoch
                    AND x.gateway || '' = p_gateway AND x.incarnation || '' = p_incarnation
                FOR NO KEY UPDATE) h
        )
        UPDATE hold h
        SET input = n.input, cached = n.cached, cache_write = n.cache_write, output = n.output,
            reasoning = n.reasoning, seen_at = clock_timestamp()
        FROM mine m
        CROSS JOIN LATERAL (
            -- As a whole: single maxima of two reports could contradict each other.
            SELECT m.input, m.cached, m.cache_write, m.output, m.reasoning
            WHERE m.input >= m.old_input AND m.output >= m.old_output
            UNION ALL
            SELECT m.old_input, m.old_cached, m.old_cache_write, m.old_output, m.old_reasoning
            WHERE m.input < m.old_input OR m.output < m.old_output) n
        WHERE h.stream_id = m.stream_id
            -- An idle stream costs a write only now and then.
            AND ((n.input, n.cached, n.cache_write, n.output, n.reasoning)
                    IS DISTINCT FROM (m.old_input, m.old_cached, m.old_cache_write, m.old_output, m.old_reasoning)
                OR m.seen_at < clock_timestamp() - p_lease);

        FOR ask IN
            SELECT h.hold, h.stream_id, h.account_id, h.granted, w.target
            FROM unnest(p_stream, p_epoch, p_extend) AS f(stream_id, epoch, extend)
            CROSS JOIN LATERAL (SELECT x AS hold, x.* FROM hold x WHERE x.stream_id = f.stream_id OFFSET 0) h
            JOIN price p ON p.name = h.price_name AND p.version = h.price_version
            CROSS JOIN LATERAL (SELECT hold_target(p, hold_at_pace(h.hold, seconds)) AS target) w
            WHERE f.extend AND h.state = 'OPEN' AND h.epoch = f.epoch AND h.gateway = p_gateway
                AND h.incarnation = p_incarnation AND h.granted < w.target
            ORDER BY h.account_id, h.stream_id
        LOOP
            owner := account_lock(ask.account_id);
            free := LEAST(owner.balance - owner.held, ask.target - ask.granted);
            IF owner.budgeted THEN
                free := LEAST(free, budget_room(ask.account_id, (ask.hold).key_id, (ask.hold).created_at));
            END IF;
            IF free > 0 THEN
                UPDATE account a SET held = a.held + free WHERE a.id = ask.account_id;
                UPDATE hold h SET granted = h.granted + free WHERE h.stream_id = ask.stream_id;
                IF owner.budgeted THEN
                    PERFORM budget_book(ask.hold, free);
                END IF;
            ELSE
                refused := refused || ask.stream_id;
            END IF;
        END LOOP;
    END IF;
    RETURN QUERY
        SELECT f.place, h.stream_id IS NOT NULL, COALESCE(h.granted, 0),
            h.stream_id IS NULL OR h.stream_id = ANY (refused), COALESCE(a.balance - a.held, 0),
            COALESCE(h.cancelled, false)
        FROM unnest(p_stream, p_epoch) WITH ORDINALITY AS f(stream_id, epoch, place)
        LEFT JOIN LATERAL (SELECT * FROM hold x WHERE x.stream_id = f.stream_id OFFSET 0) h
            ON live AND h.state = 'OPEN' AND h.epoch = f.epoch AND h.gateway = p_gateway
                AND h.incarnation = p_incarnation
        LEFT JOIN account a ON a.id = h.account_id
        ORDER BY f.place;
END
$$;

-- The hold with its lease of output at the pace seen so far (over 5 s at least), where that beats the configured one.
CREATE OR REPLACE FUNCTION hold_at_pace(h hold, p_seconds double precision) RETURNS hold LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    running double precision := GREATEST(5, extract(epoch FROM clock_timestamp() - h.claimed_at));
BEGIN
    h.lease_tokens := GREATEST(h.lease_tokens, ceil(h.output * p_seconds / running)::bigint);
    RETURN h;
END
$$;
