-- Reserves and settles of one account in one transaction: one lock, one write of its row, one commit.

-- One after the other, in the order of p_items, each as hold_reserve or hold_settle would have answered it. The account's
-- row is kept in a variable in between, and is stored at the end, and before whoever reads it from the table.
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
        IF NOT item.settle THEN
            SELECT * INTO STRICT done FROM hold_reserve_on(owner, item.stream, item.session, item.agent, item.price,
                item.version, item.prompt, item."leaseTokens", item."maxOutput", item."maxOpen", item.key,
                item."untilEnd", item.hash, p_key_life, item."lifeSeconds" * interval '1 s', p_minimum, item."apiKey",
                item.app, item."priceModel");
            IF done.outcome = 'created' THEN
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
                item.started, item.first, item.ended);
            owner := done.after;
            changed := true;
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
    IF changed THEN
        PERFORM account_store(owner);
    END IF;
END
$$;
