-- Reserve, release, cancel: what the edge asks for.

-- Judges one reserve on an account that the caller has locked and tended, and writes the hold: idempotency, limit of open
-- streams and credit. The caller puts what a 'created' one holds on the account's row. p_later: the caller also writes the
-- hold that is in "made", with its key; never for an account with a budget.
-- outcome: created | waiting (again, and nobody has claimed it yet) | replayed | key_reused | stream_exists | key_revoked
-- | too_many | no_credit | over_budget | no_price
DROP FUNCTION IF EXISTS hold_reserve_on; -- its parameters may have changed
CREATE FUNCTION hold_reserve_on(
    owner account, p_stream uuid, p_session text, p_agent text, p_price text, p_version integer,
    p_prompt bigint, p_lease_tokens bigint, p_max_output bigint, p_max_open integer,
    p_key text, p_until_end boolean, p_hash text, p_key_life interval,
    p_life interval, p_minimum bigint, p_api_key uuid, p_app text, p_model text, p_later boolean,
    OUT outcome text, OUT stream_id uuid, OUT granted bigint, OUT last boolean, OUT available bigint, OUT tariff price,
    OUT made hold)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    known idempotency;
    running hold;
    wanted bigint;
    needed bigint;
    room bigint;
    today timestamptz;
BEGIN
    available := owner.balance - owner.held;

    -- The same stream asked for again, by its id or by its key.
    SELECT * INTO running FROM hold h WHERE h.stream_id = p_stream;
    IF FOUND AND (running.account_id <> owner.id OR running.state = 'RELEASED') THEN
        outcome := 'stream_exists';
        RETURN;
    ELSIF NOT FOUND THEN
        SELECT * INTO known FROM idempotency i WHERE i.account_id = owner.id AND i.key = p_key;
        SELECT * INTO running FROM hold h WHERE h.stream_id = known.stream_id
            -- A released hold started and charged nothing: its key is free again.
            AND (h.state IN ('RESERVED', 'OPEN')
                OR (h.state = 'SETTLED' AND NOT known.until_end
                    AND known.created_at > clock_timestamp() - p_key_life));
        IF FOUND AND known.body_hash <> p_hash THEN
            outcome := 'key_reused';
            RETURN;
        END IF;
    END IF;
    IF running.stream_id IS NOT NULL THEN
        SELECT * INTO tariff FROM price p WHERE p.name = running.price_name AND p.version = running.price_version;
        stream_id := running.stream_id;
        granted := running.granted;
        last := granted < hold_target(tariff, running);
        outcome := CASE running.state WHEN 'RESERVED' THEN 'waiting' ELSE 'replayed' END;
        RETURN;
    END IF;
    today := clock_timestamp();
    IF p_api_key IS NOT NULL AND NOT EXISTS (
        SELECT FROM api_key k WHERE k.id = p_api_key AND k.account_id = owner.id AND k.revoked_at IS NULL
            AND (k.expires_at IS NULL OR k.expires_at > today))
    THEN
        outcome := 'key_revoked';
        RETURN;
    END IF;
    IF owner.open_streams >= p_max_open THEN
        outcome := 'too_many';
        RETURN;
    END IF;
    SELECT * INTO tariff FROM price p
    WHERE p.name IN (p_price, p_model) AND (p_version IS NULL OR p.version = p_version)
    ORDER BY p.name = p_model DESC, p.version DESC LIMIT 1;
    IF NOT FOUND THEN
        outcome := 'no_price';
        RETURN;
    END IF;

    stream_id := p_stream;
    wanted := charge_micro(tariff, p_prompt, 0, 0, LEAST(p_lease_tokens, p_max_output), 0);
    -- Refused below the minimum, and where not even the prompt and one token could be paid.
    needed := LEAST(wanted, GREATEST(p_minimum, charge_micro(tariff, p_prompt, 0, 0, 1, 0)));
    IF available < needed THEN
        outcome := 'no_credit';
        RETURN;
    END IF;
    granted := LEAST(wanted, available);
    IF owner.budgeted AND wanted > 0 THEN
        PERFORM budget_turn(owner.id, today);
        room := budget_room(owner.id, p_api_key, today);
        IF room < needed THEN
            outcome := 'over_budget';
            RETURN;
        END IF;
        granted := LEAST(granted, room);
    END IF;
    last := granted < wanted;
    available := available - granted;
    IF p_later THEN
        made.stream_id := p_stream;
        made.session := p_session;
        made.agent := p_agent;
        made.price_name := tariff.name;
        made.price_version := tariff.version;
        made.granted := granted;
        made.prompt_tokens := p_prompt;
        made.lease_tokens := p_lease_tokens;
        made.max_output := p_max_output;
        made.expires_at := today + p_life;
        made.key_id := p_api_key;
        made.app := p_app;
        made.created_at := today;
        outcome := 'created';
        RETURN;
    END IF;
    INSERT INTO hold (stream_id, account_id, session, agent, price_name, price_version, granted,
        prompt_tokens, lease_tokens, max_output, expires_at, key_id, app, created_at)
    VALUES (p_stream, owner.id, p_session, p_agent, tariff.name, tariff.version, granted,
        p_prompt, p_lease_tokens, p_max_output, today + p_life, p_api_key, p_app, today)
    RETURNING * INTO running;
    IF owner.budgeted THEN
        PERFORM budget_book(running, granted);
    END IF;
    INSERT INTO idempotency AS i (account_id, key, stream_id, body_hash, until_end)
    VALUES (owner.id, p_key, p_stream, p_hash, p_until_end)
    ON CONFLICT (account_id, key) DO UPDATE
        SET stream_id = excluded.stream_id, body_hash = excluded.body_hash, until_end = excluded.until_end,
            created_at = excluded.created_at;
    outcome := 'created';
END
$$;

-- Reserves credits for one stream under one lock of its account. p_model: where the price book has it, its price goes before
-- p_price. waited: microseconds until it had that lock.
DROP FUNCTION IF EXISTS hold_reserve; -- its parameters or columns may have changed
CREATE FUNCTION hold_reserve(
    p_stream uuid, p_account text, p_session text, p_agent text, p_price text, p_version integer,
    p_prompt bigint, p_lease_tokens bigint, p_max_output bigint, p_max_open integer,
    p_key text, p_until_end boolean, p_hash text, p_key_life interval,
    p_life interval, p_minimum bigint, p_welcome bigint, p_api_key uuid, p_app text, p_model text DEFAULT NULL,
    OUT outcome text, OUT stream_id uuid, OUT granted bigint, OUT last boolean, OUT available bigint, OUT tariff price,
    OUT waited bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    owner account;
    began timestamptz := clock_timestamp();
    done record;
BEGIN
    SELECT * INTO owner FROM account a WHERE a.id = p_account FOR NO KEY UPDATE;
    waited := extract(epoch FROM clock_timestamp() - began) * 1000000;
    IF owner.id IS NULL THEN
        PERFORM account_open(p_account, p_welcome);
        SELECT * INTO owner FROM account a WHERE a.id = p_account FOR NO KEY UPDATE;
    ELSIF owner.next_event_at <= clock_timestamp() THEN
        owner := account_tend(p_account);
    END IF;
    SELECT * INTO STRICT done FROM hold_reserve_on(owner, p_stream, p_session, p_agent, p_price, p_version, p_prompt, p_lease_tokens,
        p_max_output, p_max_open, p_key, p_until_end, p_hash, p_key_life, p_life, p_minimum, p_api_key, p_app, p_model,
        false);
    outcome := done.outcome;
    stream_id := done.stream_id;
    granted := done.granted;
    last := done.last;
    available := done.available;
    tariff := done.tariff;
    IF outcome = 'created' THEN
        UPDATE account a SET held = a.held + done.granted, open_streams = a.open_streams + 1 WHERE a.id = p_account;
    END IF;
END
$$;

-- What a hold has to be worth to cover what was used and one more lease of output, within the caller's token limit.
CREATE OR REPLACE FUNCTION hold_target(p price, h hold) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT charge_micro(p, GREATEST((h).input, (h).prompt_tokens), (h).cached, (h).cache_write,
        (h).output + GREATEST(0, LEAST((h).lease_tokens, (h).max_output - (h).output)), (h).reasoning)
$$;

-- Gives the credits of an unclaimed hold back.
CREATE OR REPLACE FUNCTION hold_drop(h hold) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    owner account := account_lock(h.account_id);
    pins bigint := CASE WHEN owner.pinned > 0 THEN hold_pinned(h.stream_id) ELSE 0 END;
BEGIN
    UPDATE hold SET state = 'RELEASED' WHERE stream_id = h.stream_id;
    UPDATE account SET held = held - h.granted, open_streams = open_streams - 1, pinned = pinned - pins
    WHERE id = h.account_id;
    IF owner.budgeted THEN
        PERFORM budget_book(h, -h.granted);
    END IF;
    IF pins > 0 THEN
        PERFORM hold_unpin(h, 0);
    END IF;
END
$$;

-- outcome: released | unknown | claimed | settled
CREATE OR REPLACE FUNCTION hold_release(p_stream uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    h hold;
BEGIN
    SELECT * INTO h FROM hold WHERE stream_id = p_stream FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    IF h.state = 'RESERVED' THEN
        PERFORM hold_drop(h);
    END IF;
    RETURN CASE h.state WHEN 'OPEN' THEN 'claimed' WHEN 'SETTLED' THEN 'settled' ELSE 'released' END;
END
$$;

-- Stores a stop on the hold, where it can neither be lost nor come too early. outcome: unknown | open | ended
CREATE OR REPLACE FUNCTION hold_cancel(p_stream uuid, p_account text, OUT outcome text, OUT address text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    h hold;
BEGIN
    SELECT * INTO h FROM hold WHERE stream_id = p_stream AND account_id = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        outcome := 'unknown';
    ELSIF h.state IN ('SETTLED', 'RELEASED') THEN
        outcome := 'ended';
    ELSE
        UPDATE hold SET cancelled = true WHERE stream_id = p_stream AND NOT cancelled;
        SELECT l.address INTO address FROM gateway_lease l
        WHERE l.gateway = h.gateway AND l.incarnation = h.incarnation;
        outcome := 'open';
    END IF;
END
$$;
