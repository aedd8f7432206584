-- The sweeper: ends what is lost.

-- True if nobody can be expected to settle an OPEN hold any more: its gateway's lease has been lost for longer than the
-- grace, or its gateway lives but has not named it for so long that it must have forgotten it.
CREATE OR REPLACE FUNCTION hold_is_lost(
    h hold, p_lease interval, p_outage interval, p_grace interval, p_silence interval)
RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT lease_end((h).gateway, (h).incarnation, p_lease, p_outage) < clock_timestamp() - p_grace
        OR (SELECT GREATEST((h).seen_at, b.resumed_at) FROM service_beat b) < clock_timestamp() - p_silence
$$;

-- Notes which leases have run out, and brings times in order that the clock, set back, has put ahead of itself: what is
-- over ends now, and so has its grace from now on; what runs has one lease left.
CREATE OR REPLACE FUNCTION leases_tend(p_lease interval, p_outage interval) RETURNS void LANGUAGE sql AS $$
    UPDATE gateway_lease l
    SET lease_until = CASE WHEN l.ended OR l.lost_at IS NOT NULL THEN clock_timestamp()
            ELSE clock_timestamp() + p_lease END,
        -- Without the condition a lease that runs would be lost: LEAST passes nulls over.
        lost_at = CASE WHEN l.lost_at IS NOT NULL THEN LEAST(l.lost_at, clock_timestamp()) END
    WHERE l.lost_at > clock_timestamp() OR (l.ended AND l.lease_until > clock_timestamp())
        OR l.lease_until > clock_timestamp() + p_lease;
    -- After an outage a lost one runs again.
    UPDATE gateway_lease l SET lost_at = CASE WHEN l.lost_at IS NULL THEN clock_timestamp() END
    WHERE NOT l.ended AND l.lease_until < clock_timestamp()
        AND (l.lost_at IS NULL) = (lease_end(l.gateway, l.incarnation, p_lease, p_outage) < clock_timestamp());
$$;

-- The same for holds: none waits longer for its claim, or for its gateway to name it, than before the clock was set back.
-- One that someone else has locked is left for the next round.
CREATE OR REPLACE FUNCTION holds_tend() RETURNS void LANGUAGE sql AS $$
    UPDATE hold h SET seen_at = clock_timestamp(), expires_at = clock_timestamp() + (h.expires_at - h.seen_at)
    WHERE h.stream_id IN (
        SELECT x.stream_id FROM hold x
        WHERE x.state = 'RESERVED' AND x.seen_at > clock_timestamp() OR x.state = 'OPEN' AND x.seen_at > clock_timestamp()
        ORDER BY x.stream_id FOR NO KEY UPDATE SKIP LOCKED);
$$;

-- Beats, recognises an outage by the beat before, and tends what goes by the clock.
CREATE OR REPLACE FUNCTION sweep_begin(p_lease interval, p_outage interval) RETURNS void LANGUAGE sql AS $$
    -- The beat before was a moment ago: as far as it lies ahead, the clock was set back.
    UPDATE service_beat
    SET resumed_at = CASE WHEN beat_at < clock_timestamp() - p_outage THEN clock_timestamp()
            ELSE resumed_at - GREATEST(interval '0', beat_at - clock_timestamp()) END,
        beat_at = clock_timestamp();
    SELECT leases_tend(p_lease, p_outage);
    SELECT holds_tend();
$$;

-- One round of the sweeper: beats, ends orphans, releases what nobody claimed, forgets old keys. Rounds of several
-- processes follow each other (the beat's row lock). A hold that someone else has locked is left for the next round.
-- booked_*: agent, charge and receivable of each orphan, in one order.
DROP FUNCTION IF EXISTS hold_sweep;
CREATE FUNCTION hold_sweep(
    p_lease interval, p_outage interval, p_grace interval, p_silence interval, p_key_life interval,
    p_limit integer,
    OUT orphaned integer, OUT released integer, OUT open_holds bigint, OUT reserved_holds bigint,
    OUT booked_agents text[], OUT booked_charges bigint[], OUT booked_receivables bigint[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    found_one record;
    charged record;
    h hold;
BEGIN
    orphaned := 0;
    released := 0;
    booked_agents := '{}';
    booked_charges := '{}';
    booked_receivables := '{}';
    PERFORM sweep_begin(p_lease, p_outage);
    FOR found_one IN
        SELECT c.stream_id FROM (
            SELECT x.stream_id, x.account_id FROM hold x
            WHERE x.state = 'RESERVED' AND x.expires_at < clock_timestamp()
            UNION ALL
            SELECT x.stream_id, x.account_id FROM gateway_lease l
            JOIN hold x ON x.gateway = l.gateway AND x.incarnation = l.incarnation AND x.state = 'OPEN'
            WHERE l.lease_until < clock_timestamp() - p_grace
                AND hold_is_lost(x, p_lease, p_outage, p_grace, p_silence)
            UNION
            SELECT x.stream_id, x.account_id FROM hold x
            WHERE x.state = 'OPEN' AND x.seen_at < clock_timestamp() - p_silence
                AND hold_is_lost(x, p_lease, p_outage, p_grace, p_silence)
        ) c
        ORDER BY c.account_id, c.stream_id LIMIT p_limit
    LOOP
        SELECT * INTO h FROM hold x WHERE x.stream_id = found_one.stream_id FOR NO KEY UPDATE SKIP LOCKED;
        IF h.state = 'RESERVED' THEN
            PERFORM hold_drop(h);
            released := released + 1;
        -- Read again: a renewal may have committed in between.
        ELSIF h.state = 'OPEN' AND hold_is_lost(h, p_lease, p_outage, p_grace, p_silence) THEN
            SELECT * INTO charged FROM hold_orphan(h, 'sweep');
            booked_agents := booked_agents || h.agent;
            booked_charges := booked_charges || charged.charge;
            booked_receivables := booked_receivables || charged.receivable;
            orphaned := orphaned + 1;
        END IF;
    END LOOP;
    DELETE FROM idempotency i WHERE (i.account_id, i.key) IN (
        SELECT o.account_id, o.key FROM idempotency o JOIN hold x USING (stream_id)
        WHERE o.created_at < clock_timestamp() - p_key_life AND x.state IN ('SETTLED', 'RELEASED')
        LIMIT p_limit FOR UPDATE OF o SKIP LOCKED);
    DELETE FROM gateway_lease l
    WHERE l.lease_until < clock_timestamp() - p_key_life AND NOT EXISTS (
        SELECT FROM hold x WHERE x.gateway = l.gateway AND x.incarnation = l.incarnation AND x.state = 'OPEN');
    SELECT count(*) INTO open_holds FROM hold x WHERE x.state = 'OPEN';
    SELECT count(*) INTO reserved_holds FROM hold x WHERE x.state = 'RESERVED';
END
$$;
