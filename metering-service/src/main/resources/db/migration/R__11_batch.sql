-- Reserves and settles of one account in one transaction: one lock, one write of its row, one commit.

-- Writes holds of an account that hold_reserve_on has judged, each with its key.
CREATE OR REPLACE FUNCTION holds_reserved(
    p_account text, p_holds hold[], p_keys text[], p_until_end boolean[], p_hashes text[])
RETURNS void LANGUAGE sql AS $$
    INSERT INTO hold (stream_id, account_id, session, agent, price_name, price_version, granted,
        prompt_tokens, lease_tokens, max_output, expires_at, key_id, app, created_at)
    SELECT stream_id, p_account, session, agent, price_name, price_version, granted,
        prompt_tokens, lease_tokens, max_output, expires_at, key_id, app, created_at
    FROM unnest(p_holds);
    INSERT INTO idempotency AS i (account_id, key, stream_id, body_hash, until_end)
    SELECT p_account, p_keys[h.ordinality], h.stream_id, p_hashes[h.ordinality], p_until_end[h.ordinality]
    FROM unnest(p_holds) WITH ORDINALITY h
    ON CONFLICT (account_id, key) DO UPDATE
        SET stream_id = excluded.stream_id, body_hash = excluded.body_hash, until_end = excluded.until_end,
            created_at = excluded.created_at;
$$;

-- Writes settlements of an account that hold_charge_on has judged, with the versions and balances that they led to.
CREATE OR REPLACE FUNCTION holds_settled(
    p_account text, p_settlements settlement[], p_versions bigint[], p_balances bigint[])
RETURNS void LANGUAGE sql AS $$
    UPDATE hold x SET state = 'SETTLED' WHERE x.stream_id IN (SELECT s.stream_id FROM unnest(p_settlements) s);
    WITH written AS (
        INSERT INTO settlement (stream_id, epoch, settled_by, reason, usage_source, input, cached, cache_write, output,
            reasoning, charge, receivable, model, text_sha256, started_at, first_token_at, ended_at, settled_at)
        SELECT stream_id, epoch, settled_by, reason, usage_source, input, cached, cache_write, output,
            reasoning, charge, receivable, model, text_sha256, started_at, first_token_at, ended_at, settled_at
        FROM unnest(p_settlements)
        RETURNING number
    )
    INSERT INTO outbox (type, account_id, number) SELECT 'stream.settled', p_account, w.number FROM written w;
    INSERT INTO entry (stream_id, leg, account, system, amount, account_version, balance_after, booked_at)
    SELECT s.stream_id, l.leg, l.account, l.system, l.amount, l.account_version, l.balance_after, s.settled_at
    FROM unnest(p_settlements) WITH ORDINALITY s
    CROSS JOIN LATERAL (VALUES
        ('charge', p_account, false, -s.charge, p_versions[s.ordinality], p_balances[s.ordinality]),
        ('revenue', 'revenue', true, s.charge + s.receivable, NULL, NULL),
        ('receivable', 'receivable', true, -s.receivable, NULL, NULL)
    ) AS l(leg, account, system, amount, account_version, balance_after)
    WHERE l.amount <> 0
    ORDER BY s.ordinality;
$$;

-- One after the other, in the order of p_items, each as hold_reserve or hold_settle would have answered it. The account's
-- row is kept in a variable in between, and so are holds and settlements; all are written at the end by one statement a
-- table, and before whoever reads them from there.
-- p_settled: the streams of the settles among them. outcome beside those of the two functions: elsewhere (the stream is
-- another account's; nothing was done).
DROP FUNCTION IF EXISTS hold_batch; -- its columns may have changed
CREATE FUNCTION hold_batch(
    p_account text, p_items jsonb, p_settled uuid[], p_key_life interval, p_minimum bigint, p_welcome bigint)
RETURNS TABLE (
    place integer, outcome text, stream_id uuid, granted bigint, last boolean, available bigint, tariff price,
    booked boolean, charge bigint, receivable bigint, reason text, late boolean, agent text, booked_charge bigint,
    booked_receivable bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    owner account;
    item record;
    done record;
    h hold;
    changed boolean := false;
    held hold[] := '{}';
    held_streams uuid[] := '{}';
    held_keys text[] := '{}';
    held_until_end boolean[] := '{}';
    held_hashes text[] := '{}';
    settled settlement[] := '{}';
    settled_streams uuid[] := '{}';
    versions bigint[] := '{}';
    balances bigint[] := '{}';
    later boolean;
BEGIN
    -- As everywhere: holds in the order of their ids, then the account.
    PERFORM FROM hold x WHERE x.stream_id = ANY (p_settled) ORDER BY x.stream_id FOR NO KEY UPDATE;
    owner := account_lock(p_account);
    IF owner.id IS NULL THEN
        PERFORM account_open(p_account, p_welcome);
        owner := account_lock(p_account);
    END IF;
    FOR item IN
        SELECT i.* FROM jsonb_to_recordset(p_items) AS i(
            place integer, settle boolean, stream uuid, session text, agent text, price text, version integer,
            prompt bigint, "leaseTokens" bigint, "maxOutput" bigint, "maxOpen" integer, key text, "untilEnd" boolean,
            hash text, "lifeSeconds" bigint, "apiKey" uuid, app text, "priceModel" text,
            epoch bigint, input bigint, cached bigint, "cacheWrite" bigint, output bigint, reasoning bigint,
            source text, reason text, model text, sha text, started timestamptz, first timestamptz, ended timestamptz)
        ORDER BY i.place
    LOOP
        place := item.place;
        booked := false;
        booked_charge := 0;
        booked_receivable := 0;
        -- Asked for again within the batch: it is to be found.
        IF item.stream = ANY (held_streams) OR item.key = ANY (held_keys) OR item.stream = ANY (settled_streams) THEN
            PERFORM holds_reserved(p_account, held, held_keys, held_until_end, held_hashes);
            PERFORM holds_settled(p_account, settled, versions, balances);
            held := '{}'; held_streams := '{}'; held_keys := '{}'; held_until_end := '{}'; held_hashes := '{}';
            settled := '{}'; settled_streams := '{}'; versions := '{}'; balances := '{}';
        END IF;
        later := NOT owner.budgeted AND owner.pinned = 0;
        IF NOT item.settle THEN
            SELECT * INTO STRICT done FROM hold_reserve_on(owner, item.stream, item.session, item.agent, item.price,
                item.version, item.prompt, item."leaseTokens", item."maxOutput", item."maxOpen", item.key,
                item."untilEnd", item.hash, p_key_life, item."lifeSeconds" * interval '1 s', p_minimum, item."apiKey",
                item.app, item."priceModel", later);
            IF done.outcome = 'created' THEN
                IF later THEN
                    held := held || done.made;
                    held_streams := held_streams || item.stream;
                    held_keys := held_keys || item.key;
                    held_until_end := held_until_end || item."untilEnd";
                    held_hashes := held_hashes || item.hash;
                END IF;
                owner.held := owner.held + done.granted;
                owner.open_streams := owner.open_streams + 1;
                changed := true;
            END IF;
            outcome := done.outcome;
            stream_id := done.stream_id;
            granted := done.granted;
            last := done.last;
            available := done.available;
            tariff := done.tariff;
            RETURN NEXT;
            CONTINUE;
        END IF;

        SELECT * INTO h FROM hold x WHERE x.stream_id = item.stream;
        IF h.account_id <> p_account THEN
            outcome := 'elsewhere';
        ELSIF h.state = 'OPEN' AND h.epoch = item.epoch THEN
            SELECT * INTO STRICT done FROM hold_charge_on(owner, h, 'gateway', item.input, item.cached,
                item."cacheWrite", item.output, item.reasoning, item.source, item.reason, item.model, item.sha,
                item.started, item.first, item.ended, later);
            owner := done.after;
            changed := true;
            IF later THEN
                settled := settled || done.made;
                settled_streams := settled_streams || item.stream;
                versions := versions || owner.version;
                balances := balances || owner.balance;
            END IF;
            IF done.pins > 0 THEN
                PERFORM account_store(owner);
                PERFORM hold_unpin(h, done.charge);
                SELECT * INTO owner FROM account a WHERE a.id = p_account;
                changed := false;
            END IF;
            outcome := 'settled';
            booked := true;
            charge := done.charge;
            receivable := done.receivable;
            available := owner.balance - owner.held;
            reason := item.reason;
            late := false;
            agent := h.agent;
            booked_charge := done.charge;
            booked_receivable := done.receivable;
        ELSE
            -- Seldom: what is settled already, a late correction, and what is refused.
            IF changed THEN
                PERFORM account_store(owner);
                changed := false;
            END IF;
            SELECT * INTO STRICT done FROM hold_settle(item.stream, item.epoch, item.input, item.cached,
                item."cacheWrite", item.output, item.reasoning, item.source, item.reason, item.model, item.sha,
                item.started, item.first, item.ended);
            SELECT * INTO owner FROM account a WHERE a.id = p_account;
            outcome := done.outcome;
            booked := done.booked;
            charge := done.charge;
            receivable := done.receivable;
            available := done.available;
            reason := done.reason;
            late := done.late;
            agent := done.agent;
            booked_charge := done.booked_charge;
            booked_receivable := done.booked_receivable;
        END IF;
        RETURN NEXT;
    END LOOP;
    IF cardinality(held) > 0 THEN
        PERFORM holds_reserved(p_account, held, held_keys, held_until_end, held_hashes);
    END IF;
    IF cardinality(settled) > 0 THEN
        PERFORM holds_settled(p_account, settled, versions, balances);
    END IF;
    IF changed THEN
        PERFORM account_store(owner);
    END IF;
END
$$;
