-- Events in and out.

-- Usage that somebody else has counted, as a stream that begins and ends here. outcome: created | duplicate | different | no_price
CREATE OR REPLACE FUNCTION usage_ingest(
    p_source text, p_id text, p_hash text, p_stream uuid, p_account text, p_session text, p_agent text, p_app text,
    p_price text, p_model text, p_input bigint, p_cached bigint, p_cache_write bigint, p_output bigint,
    p_reasoning bigint, p_at timestamptz, p_welcome bigint,
    OUT outcome text, OUT stream_id uuid, OUT charge bigint, OUT receivable bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known usage_event;
    tariff price;
    h hold;
BEGIN
    charge := 0;
    receivable := 0;
    SELECT * INTO tariff FROM price p WHERE p.name IN (p_price, p_model)
    ORDER BY p.name = p_model DESC, p.version DESC LIMIT 1;
    IF NOT FOUND THEN
        outcome := 'no_price';
        RETURN;
    END IF;
    INSERT INTO usage_event (source, id, hash, stream_id) VALUES (p_source, p_id, p_hash, p_stream) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO known FROM usage_event e WHERE e.source = p_source AND e.id = p_id;
        stream_id := known.stream_id;
        outcome := CASE WHEN known.hash = p_hash THEN 'duplicate' ELSE 'different' END;
        RETURN;
    END IF;
    PERFORM account_open(p_account, p_welcome);
    PERFORM account_lock(p_account);
    UPDATE account a SET open_streams = a.open_streams + 1 WHERE a.id = p_account;
    INSERT INTO hold (stream_id, account_id, session, agent, app, price_name, price_version, state, epoch, granted,
        prompt_tokens, lease_tokens, max_output, expires_at, gateway, incarnation, claimed_at)
    VALUES (p_stream, p_account, p_session, p_agent, p_app, tariff.name, tariff.version, 'OPEN', 1, 0,
        p_input, 1, 1, clock_timestamp(), 'events', 'events', clock_timestamp())
    RETURNING * INTO h;
    SELECT x.charge, x.receivable INTO charge, receivable
    FROM hold_charge(h, 'gateway', p_input, p_cached, p_cache_write, p_output, p_reasoning, 'agent', 'completed',
        p_model, NULL, p_at, NULL, p_at) x;
    stream_id := p_stream;
    outcome := 'created';
END
$$;

-- Takes messages whose time has come; they come again, later each time, until outbox_finish.
DROP FUNCTION IF EXISTS outbox_take;
CREATE FUNCTION outbox_take(p_limit integer) RETURNS SETOF outbox LANGUAGE sql AS $$
    WITH due AS (
        SELECT o.id FROM outbox o WHERE o.finished_at IS NULL AND o.next_at <= clock_timestamp()
        ORDER BY o.next_at, o.id LIMIT p_limit FOR UPDATE SKIP LOCKED)
    UPDATE outbox o
    SET attempts = o.attempts + 1,
        next_at = clock_timestamp() + LEAST(interval '5 minutes', interval '10 s' * 2 ^ LEAST(o.attempts, 10))
    FROM due WHERE o.id = due.id
    RETURNING o.*
$$;

-- Removes what is finished and old (without a receiver: old), in order, and inbox rows past their time.
CREATE OR REPLACE FUNCTION events_purge(p_keep interval, p_inbox interval, p_unread boolean, p_limit integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    gone bigint;
    last bigint;
BEGIN
    PERFORM FROM outbox_floor FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    WITH old AS (
        SELECT o.id, bool_and(o.created_at < clock_timestamp() - p_keep AND (p_unread OR o.finished_at IS NOT NULL))
            OVER (ORDER BY o.id) AS over
        FROM (SELECT * FROM outbox ORDER BY id LIMIT p_limit) o
    ), removed AS (
        DELETE FROM outbox o USING old WHERE o.id = old.id AND old.over RETURNING o.number
    )
    SELECT count(*), max(number) INTO gone, last FROM removed;
    UPDATE outbox_floor SET number = GREATEST(number, last) WHERE last IS NOT NULL;
    DELETE FROM usage_event e WHERE (e.source, e.id) IN (
        SELECT x.source, x.id FROM usage_event x WHERE x.received_at < clock_timestamp() - p_inbox
        LIMIT p_limit FOR UPDATE SKIP LOCKED);
    RETURN gone;
END
$$;
