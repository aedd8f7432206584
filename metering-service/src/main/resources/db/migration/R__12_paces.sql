-- How fast agents answer, and how much of it they report: read from what was settled, for the size of the next holds.

-- Of every agent among the p_limit youngest settlements: tokens charged per second of output, and tokens reported per token
-- counted. A stream weighs half as much after p_half_life. weight, of both: how many fresh streams that is worth.
-- The first is a duration by the gateway's clock. For the second, reports of a running stream and its settle are set
-- against their times by this clock; only streams that had been reported for 10 s tell.
CREATE OR REPLACE FUNCTION agent_paces(p_limit integer, p_half_life interval)
RETURNS TABLE (
    agent text, app text, rate double precision, rate_weight double precision, ratio double precision,
    ratio_weight double precision)
LANGUAGE sql STABLE AS $$
    WITH young AS (
        SELECT h.agent, h.app, s.output, h.output AS counted, s.usage_source = 'agent' AS reported,
            extract(epoch FROM s.ended_at - s.first_token_at)::double precision AS seconds,
            extract(epoch FROM h.seen_at - h.claimed_at)::double precision AS seen,
            extract(epoch FROM s.settled_at - h.claimed_at)::double precision AS lived,
            power(0.5, LEAST(60, extract(epoch FROM clock_timestamp() - s.settled_at)
                / extract(epoch FROM p_half_life)))::double precision AS weight
        FROM (SELECT * FROM settlement ORDER BY number DESC LIMIT p_limit) s JOIN hold h USING (stream_id)
        WHERE s.settled_by = 'gateway' AND h.gateway <> 'events' AND s.output > 0
    ), paced AS (
        SELECT y.*, y.seconds BETWEEN 1 AND 3600 AS timed,
            y.reported AND y.counted > 0 AND y.seen >= 10 AND y.lived BETWEEN y.seen AND 3600 AS told
        FROM young y
    )
    SELECT p.agent, p.app,
        sum(p.weight * p.output) FILTER (WHERE p.timed) / sum(p.weight * p.seconds) FILTER (WHERE p.timed),
        COALESCE(sum(p.weight) FILTER (WHERE p.timed), 0),
        sum(p.weight * p.output / p.lived) FILTER (WHERE p.told) / sum(p.weight * p.counted / p.seen) FILTER (WHERE p.told),
        COALESCE(sum(p.weight) FILTER (WHERE p.told), 0)
    FROM paced p GROUP BY p.agent, p.app
$$;
