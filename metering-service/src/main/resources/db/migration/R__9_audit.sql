-- What an audit does beside looking.

-- Notes what was found, and tells of each when it was last checked. An invariant that could not be checked is left as it was.
CREATE OR REPLACE FUNCTION audit_note(p_checked timestamptz, p_invariants text[], p_violations bigint[])
RETURNS SETOF audit_check LANGUAGE plpgsql AS $$
BEGIN
    -- In the order of the rows' keys, as every audit does: two at once follow each other.
    INSERT INTO audit_check AS c (invariant, checked_at, violations, violated_at)
    SELECT f.invariant, p_checked, f.violations, CASE WHEN f.violations > 0 THEN p_checked END
    FROM unnest(p_invariants, p_violations) AS f(invariant, violations)
    ORDER BY f.invariant COLLATE "C"
    ON CONFLICT (invariant) DO UPDATE
        SET checked_at = GREATEST(c.checked_at, excluded.checked_at), violations = excluded.violations,
            violated_at = GREATEST(c.violated_at, excluded.violated_at);
    RETURN QUERY SELECT * FROM audit_check;
END
$$;

-- Compares one page of the relay's closed logs, all of those with an id from p_first to before p_end, with what is settled.
-- Right are the totals of the settlement, and those of the late correction where a stream was swept or fenced first: what
-- the owner still reports then is what it has told the log. unlogged: settled by its gateway, and in no closed log.
CREATE OR REPLACE FUNCTION audit_totals(
    p_first uuid, p_end uuid, p_stream uuid[], p_closed timestamptz[], p_input bigint[], p_cached bigint[],
    p_cache_write bigint[], p_output bigint[], p_reasoning bigint[], p_overdue interval,
    OUT violations bigint, OUT unlogged bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    -- After an outage of metering gateways need a moment to catch up.
    late timestamptz := clock_timestamp() - p_overdue;
    resumed timestamptz := (SELECT b.resumed_at FROM service_beat b);
BEGIN
    SELECT count(*) INTO violations
    FROM unnest(p_stream, p_closed, p_input, p_cached, p_cache_write, p_output, p_reasoning)
        AS l(stream_id, closed_at, input, cached, cache_write, output, reasoning)
    LEFT JOIN settlement s USING (stream_id) LEFT JOIN late_correction c USING (stream_id)
    WHERE CASE
        WHEN s.stream_id IS NULL THEN l.input + l.output > 0 AND GREATEST(l.closed_at, resumed) < late
        WHEN (l.input, l.cached, l.cache_write, l.output, l.reasoning)
            IN ((s.input, s.cached, s.cache_write, s.output, s.reasoning),
                (c.input, c.cached, c.cache_write, c.output, c.reasoning)) THEN false
        ELSE s.settled_by = 'gateway' OR GREATEST(s.settled_at, resumed) < late
    END;
    SELECT count(*) INTO unlogged
    FROM settlement s JOIN hold h USING (stream_id)
    WHERE s.stream_id >= p_first AND s.stream_id < p_end AND s.stream_id <> ALL (p_stream)
        AND s.settled_by = 'gateway' AND h.gateway <> 'events' AND s.input + s.output > 0 AND s.settled_at < late;
END
$$;
