-- Settle and fence: every stream is charged once, here.

-- Charges an OPEN hold that the caller has locked, on an account that the caller has locked and tended: ends the hold and
-- writes its legs. The one place where money leaves an account. The caller stores the account's row as it is in "after",
-- and then has the hold unpinned where it had pins. p_later: the caller also writes what is in "made", by holds_settled;
-- never for an account with a budget or pins, and for settles of a gateway alone.
DROP FUNCTION IF EXISTS hold_charge_on;
CREATE FUNCTION hold_charge_on(
    owner account, h hold, p_by text, p_input bigint, p_cached bigint, p_cache_write bigint, p_output bigint,
    p_reasoning bigint, p_source text, p_reason text, p_model text, p_sha text,
    p_started timestamptz, p_first timestamptz, p_ended timestamptz, p_later boolean,
    OUT after account, OUT charge bigint, OUT receivable bigint, OUT pins bigint, OUT made settlement)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    tariff price;
    due bigint;
    today timestamptz := clock_timestamp(); -- of settlement and entries alike: both lie in one month
    place bigint;
BEGIN
    SELECT * INTO STRICT tariff FROM price p WHERE p.name = h.price_name AND p.version = h.price_version;
    due := charge_micro(tariff, p_input, p_cached, p_cache_write, p_output, p_reasoning);
    pins := CASE WHEN owner.pinned > 0 THEN hold_pinned(h.stream_id) ELSE 0 END;
    charge := LEAST(due, h.granted + owner.balance - owner.held);
    receivable := due - charge;
    after := owner;
    after.balance := owner.balance - charge;
    after.held := owner.held - h.granted;
    after.open_streams := owner.open_streams - 1;
    after.pinned := owner.pinned - pins;
    after.version := owner.version + CASE WHEN charge > 0 THEN 1 ELSE 0 END;
    IF p_later THEN
        made.stream_id := h.stream_id;
        made.epoch := h.epoch;
        made.settled_by := p_by;
        made.reason := p_reason;
        made.usage_source := p_source;
        made.input := p_input;
        made.cached := p_cached;
        made.cache_write := p_cache_write;
        made.output := p_output;
        made.reasoning := p_reasoning;
        made.charge := charge;
        made.receivable := receivable;
        made.model := p_model;
        made.text_sha256 := p_sha;
        made.started_at := p_started;
        made.first_token_at := p_first;
        made.ended_at := p_ended;
        made.settled_at := today;
        RETURN;
    END IF;
    -- A fence or sweep takes the epoch away from the owner that it ends.
    UPDATE hold x SET state = 'SETTLED', epoch = x.epoch + CASE WHEN p_by = 'gateway' THEN 0 ELSE 1 END
    WHERE x.stream_id = h.stream_id;
    INSERT INTO settlement (stream_id, epoch, settled_by, reason, usage_source, input, cached, cache_write, output,
        reasoning, charge, receivable, model, text_sha256, started_at, first_token_at, ended_at, settled_at)
    VALUES (h.stream_id, h.epoch, p_by, p_reason, p_source, p_input, p_cached, p_cache_write, p_output,
        p_reasoning, charge, receivable, p_model, p_sha, p_started, p_first, p_ended, today)
    RETURNING number INTO place;
    INSERT INTO outbox (type, account_id, number) VALUES ('stream.settled', h.account_id, place);
    INSERT INTO entry (stream_id, leg, account, system, amount, account_version, balance_after, booked_at)
    SELECT h.stream_id, l.leg, l.account, l.system, l.amount, l.account_version, l.balance_after, today
    FROM (VALUES
        ('charge', h.account_id, false, -charge, after.version, after.balance),
        ('revenue', 'revenue', true, due, NULL, NULL),
        ('receivable', 'receivable', true, -receivable, NULL, NULL)
    ) AS l(leg, account, system, amount, account_version, balance_after)
    WHERE l.amount <> 0;
    IF owner.budgeted THEN
        PERFORM budget_book(h, charge - h.granted);
    END IF;
END
$$;

-- The same for one hold. waited: microseconds until it had the account's lock.
DROP FUNCTION IF EXISTS hold_charge; -- its columns may have changed
CREATE FUNCTION hold_charge(
    h hold, p_by text, p_input bigint, p_cached bigint, p_cache_write bigint, p_output bigint, p_reasoning bigint,
    p_source text, p_reason text, p_model text, p_sha text,
    p_started timestamptz, p_first timestamptz, p_ended timestamptz,
    OUT charge bigint, OUT receivable bigint, OUT available bigint, OUT waited bigint)
LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
    owner account := account_lock(h.account_id);
    done record;
BEGIN
    waited := extract(epoch FROM clock_timestamp() - began) * 1000000;
    SELECT * INTO STRICT done FROM hold_charge_on(owner, h, p_by, p_input, p_cached, p_cache_write, p_output,
        p_reasoning, p_source, p_reason, p_model, p_sha, p_started, p_first, p_ended, false);
    PERFORM account_store(done.after);
    IF done.pins > 0 THEN
        PERFORM hold_unpin(h, done.charge);
    END IF;
    charge := done.charge;
    receivable := done.receivable;
    SELECT a.balance - a.held INTO available FROM account a WHERE a.id = h.account_id;
END
$$;

-- Puts an account's row, which the caller has locked, as it is to be.
CREATE OR REPLACE FUNCTION account_store(owner account) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account a SET balance = owner.balance, held = owner.held, open_streams = owner.open_streams,
        pinned = owner.pinned, version = owner.version
    WHERE a.id = owner.id;
END
$$;

-- Takes what the owner of a swept or fenced stream still reports, once: at most what exceeds the totals charged so far.
CREATE OR REPLACE FUNCTION hold_correct(
    h hold, s settlement, p_input bigint, p_cached bigint, p_cache_write bigint, p_output bigint, p_reasoning bigint,
    p_source text, p_reason text, p_model text, p_sha text, p_first timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tariff price;
    owner account;
    due bigint;
    paid bigint;
    today timestamptz;
    place bigint;
BEGIN
    SELECT * INTO STRICT tariff FROM price p WHERE p.name = h.price_name AND p.version = h.price_version;
    due := GREATEST(0, charge_micro(tariff, p_input, p_cached, p_cache_write, p_output, p_reasoning)
        - s.charge - s.receivable);
    owner := account_lock(h.account_id);
    today := clock_timestamp();
    paid := LEAST(due, owner.balance - owner.held);
    IF paid > 0 THEN
        UPDATE account a SET balance = a.balance - paid, version = a.version + 1 WHERE a.id = h.account_id
        RETURNING * INTO owner;
    END IF;
    INSERT INTO late_correction (stream_id, reason, usage_source, input, cached, cache_write, output, reasoning,
        charge, receivable, model, text_sha256, first_token_at, corrected_at)
    VALUES (h.stream_id, p_reason, p_source, p_input, p_cached, p_cache_write, p_output, p_reasoning,
        paid, due - paid, p_model, p_sha, p_first, today)
    RETURNING number INTO place;
    INSERT INTO outbox (type, account_id, number) VALUES ('stream.corrected', h.account_id, place);
    INSERT INTO entry (stream_id, leg, account, system, amount, account_version, balance_after, booked_at)
    SELECT h.stream_id, l.leg, l.account, l.system, l.amount, l.account_version, l.balance_after, today
    FROM (VALUES
        ('late', h.account_id, false, -paid, owner.version, owner.balance),
        ('late_revenue', 'revenue', true, due, NULL, NULL),
        ('late_receivable', 'receivable', true, paid - due, NULL, NULL)
    ) AS l(leg, account, system, amount, account_version, balance_after)
    WHERE l.amount <> 0;
    IF owner.budgeted THEN
        PERFORM budget_book(h, paid);
    END IF;
END
$$;

-- outcome: settled | stored | unknown | unclaimed | released | stale | different
-- booked: this call wrote it, as much as booked_charge and booked_receivable (metrics count only that).
DROP FUNCTION IF EXISTS hold_settle; -- its columns may have changed, as those below
CREATE FUNCTION hold_settle(
    p_stream uuid, p_epoch bigint,
    p_input bigint, p_cached bigint, p_cache_write bigint, p_output bigint, p_reasoning bigint,
    p_source text, p_reason text, p_model text, p_sha text,
    p_started timestamptz, p_first timestamptz, p_ended timestamptz,
    OUT outcome text, OUT booked boolean, OUT charge bigint, OUT receivable bigint, OUT available bigint,
    OUT reason text, OUT late boolean, OUT agent text, OUT booked_charge bigint, OUT booked_receivable bigint,
    OUT account_id text, OUT waited bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    h hold;
    s settlement;
    c late_correction;
BEGIN
    late := false;
    booked := false;
    booked_charge := 0;
    booked_receivable := 0;
    SELECT * INTO h FROM hold WHERE stream_id = p_stream FOR NO KEY UPDATE;
    agent := h.agent;
    account_id := h.account_id;
    waited := 0;
    IF h.stream_id IS NULL THEN
        outcome := 'unknown';
        RETURN;
    ELSIF h.state = 'RESERVED' THEN
        outcome := 'unclaimed';
        RETURN;
    ELSIF h.state = 'RELEASED' THEN
        outcome := 'released';
        RETURN;
    ELSIF h.state = 'OPEN' AND h.epoch <> p_epoch THEN
        outcome := 'stale';
        RETURN;
    ELSIF h.state = 'OPEN' THEN
        SELECT x.charge, x.receivable, x.available, x.waited INTO charge, receivable, available, waited
        FROM hold_charge(h, 'gateway', p_input, p_cached, p_cache_write, p_output, p_reasoning,
            p_source, p_reason, p_model, p_sha, p_started, p_first, p_ended) x;
        reason := p_reason;
        outcome := 'settled';
        booked := true;
        booked_charge := charge;
        booked_receivable := receivable;
        RETURN;
    END IF;

    SELECT * INTO STRICT s FROM settlement WHERE stream_id = p_stream;
    SELECT * INTO c FROM late_correction WHERE stream_id = p_stream;
    IF p_epoch = s.epoch AND s.settled_by = 'gateway' AND (p_input, p_cached, p_cache_write, p_output, p_reasoning)
        <> (s.input, s.cached, s.cache_write, s.output, s.reasoning)
    THEN
        outcome := 'different';
        RETURN;
    END IF;
    IF p_epoch = s.epoch AND s.settled_by <> 'gateway' AND c.stream_id IS NULL THEN
        PERFORM hold_correct(h, s, p_input, p_cached, p_cache_write, p_output, p_reasoning,
            p_source, p_reason, p_model, p_sha, p_first);
        SELECT * INTO STRICT c FROM late_correction WHERE stream_id = p_stream;
        booked := true;
        booked_charge := c.charge;
        booked_receivable := c.receivable;
    END IF;
    outcome := 'stored';
    reason := s.reason;
    late := c.stream_id IS NOT NULL AND p_epoch = s.epoch;
    charge := s.charge + COALESCE(c.charge, 0);
    receivable := s.receivable + COALESCE(c.receivable, 0);
    SELECT a.balance - a.held INTO available FROM account a WHERE a.id = h.account_id;
END
$$;

-- Ends a locked OPEN hold whose owner is lost, at the last figures it reported.
DROP FUNCTION IF EXISTS hold_orphan;
CREATE FUNCTION hold_orphan(h hold, p_by text, OUT charge bigint, OUT receivable bigint) LANGUAGE sql AS $$
    SELECT x.charge, x.receivable FROM hold_charge(h, p_by, (h).input, (h).cached, (h).cache_write, (h).output,
        (h).reasoning, 'counted', 'orphaned', NULL, NULL, (h).claimed_at, NULL, clock_timestamp()) x
$$;

-- outcome: settled | leased | reserved | unknown
CREATE OR REPLACE FUNCTION hold_fence(
    p_stream uuid, p_lease interval, p_outage interval,
    OUT outcome text, OUT remaining_ms bigint, OUT epoch bigint, OUT reason text, OUT charge bigint,
    OUT input bigint, OUT cached bigint, OUT cache_write bigint, OUT output bigint, OUT reasoning bigint,
    OUT booked boolean, OUT receivable bigint, OUT agent text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    h hold;
    until timestamptz;
BEGIN
    booked := false;
    SELECT * INTO h FROM hold WHERE stream_id = p_stream FOR NO KEY UPDATE;
    agent := h.agent;
    epoch := h.epoch;
    -- A released hold has never been produced for, and cannot be any more.
    IF h.stream_id IS NULL OR h.state = 'RELEASED' THEN
        outcome := 'unknown';
        RETURN;
    ELSIF h.state IN ('RESERVED', 'OPEN') THEN
        until := CASE h.state WHEN 'RESERVED' THEN h.expires_at
            ELSE lease_end(h.gateway, h.incarnation, p_lease, p_outage) END;
        remaining_ms := ceil(extract(epoch FROM until - clock_timestamp()) * 1000);
        IF h.state = 'RESERVED' OR remaining_ms > 0 THEN
            remaining_ms := GREATEST(1, remaining_ms);
            outcome := CASE h.state WHEN 'RESERVED' THEN 'reserved' ELSE 'leased' END;
            RETURN;
        END IF;
        PERFORM hold_orphan(h, 'fence');
        epoch := h.epoch + 1;
        booked := true;
    END IF;
    outcome := 'settled';
    SELECT s.reason, s.charge + COALESCE(c.charge, 0), s.receivable, s.input, s.cached, s.cache_write, s.output, s.reasoning
    INTO STRICT reason, charge, receivable, input, cached, cache_write, output, reasoning
    FROM settlement s LEFT JOIN late_correction c USING (stream_id) WHERE s.stream_id = p_stream;
END
$$;
