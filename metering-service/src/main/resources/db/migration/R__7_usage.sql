-- Rolls settlements up into usage. A job: the way of money only hands out a number.

-- Settlements and late corrections in a range of numbers. A correction that changed no amount changed no totals either.
CREATE OR REPLACE FUNCTION usage_facts(p_after bigint, p_upto bigint) RETURNS SETOF usage_record LANGUAGE sql STABLE AS $$
    SELECT s.number, s.settled_at, false, h.account_id, COALESCE(h.key_id, no_key()), h.app, h.agent,
        COALESCE(s.model, ''), h.session, s.reason, h.stream_id, h.price_name, h.price_version, 1,
        s.input, s.cached, s.cache_write, s.output, s.reasoning, s.charge, s.receivable
    FROM settlement s JOIN hold h USING (stream_id)
    WHERE s.number > p_after AND s.number <= p_upto
    UNION ALL
    SELECT c.number, c.corrected_at, true, h.account_id, COALESCE(h.key_id, no_key()), h.app, h.agent,
        COALESCE(s.model, c.model, ''), h.session, s.reason, h.stream_id, h.price_name, h.price_version, 0,
        n.counts * (c.input - s.input), n.counts * (c.cached - s.cached), n.counts * (c.cache_write - s.cache_write),
        n.counts * (c.output - s.output), n.counts * (c.reasoning - s.reasoning), c.charge, c.receivable
    FROM late_correction c JOIN settlement s USING (stream_id) JOIN hold h USING (stream_id)
    CROSS JOIN LATERAL (SELECT CASE WHEN c.charge + c.receivable > 0 THEN 1 ELSE 0 END AS counts) n
    WHERE c.number > p_after AND c.number <= p_upto
$$;

-- One round: notes the last number handed out, or, once nobody can still commit a smaller one, takes in what has come up
-- to the one noted before, p_limit numbers at most. Why "nobody can" holds is said at entries_seal. Returns how far the
-- watermark moved.
CREATE OR REPLACE FUNCTION usage_roll(p_limit integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    mark usage_watermark;
    noted_at timestamptz := clock_timestamp();
    upto bigint;
BEGIN
    -- After noted_at: who committed before it has a number up to this one. Before the lock below, which gives this
    -- transaction its xid.
    SELECT CASE WHEN is_called THEN last_value ELSE 0 END INTO upto FROM usage_number;
    SELECT * INTO mark FROM usage_watermark FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- A restored database counts transactions anew.
    IF mark.next_xid > pg_snapshot_xmax(pg_current_snapshot()) THEN
        mark.next_number := mark.number;
        mark.next_at := mark.at;
    END IF;
    IF mark.next_number <= mark.number AND mark.next_at <= mark.at THEN
        -- Where the clock was set back, what is settled from now on bears earlier times than the watermark, and is not counted.
        UPDATE usage_watermark
        SET at = LEAST(at, noted_at), next_at = noted_at, next_number = upto, next_xid = pg_current_xact_id();
        RETURN 0;
    END IF;
    IF pg_snapshot_xmin(pg_current_snapshot()) < mark.next_xid THEN
        RETURN 0;
    END IF;
    upto := LEAST(mark.next_number, mark.number + p_limit);
    WITH facts AS (
        INSERT INTO usage_record SELECT * FROM usage_facts(mark.number, upto) RETURNING *
    )
    INSERT INTO usage_quarter AS q
    SELECT f.account_id, date_bin('15 minutes', f.at, '2000-01-01T00:00:00Z'), f.key_id, f.app, f.agent, f.model,
        f.end_reason, sum(f.streams), sum(f.input), sum(f.cached), sum(f.cache_write), sum(f.output), sum(f.reasoning),
        sum(f.charge), sum(f.receivable)
    FROM facts f GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (account_id, at, key_id, app, agent, model, end_reason) DO UPDATE
        SET streams = q.streams + excluded.streams, input = q.input + excluded.input,
            cached = q.cached + excluded.cached, cache_write = q.cache_write + excluded.cache_write,
            output = q.output + excluded.output, reasoning = q.reasoning + excluded.reasoning,
            charge = q.charge + excluded.charge, receivable = q.receivable + excluded.receivable;
    UPDATE usage_watermark SET number = upto, at = CASE WHEN upto = mark.next_number THEN mark.next_at ELSE mark.at END,
        next_at = mark.next_at, next_number = mark.next_number;
    RETURN upto - mark.number;
END
$$;
