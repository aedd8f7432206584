-- Events in and out: the inbox of usage that did not pass through a gateway, and the outbox of what others are told.

-- An event counts once. Written with its effect.
CREATE TABLE usage_event (
    source      text COLLATE "C" NOT NULL,
    id          text COLLATE "C" NOT NULL,
    hash        text        NOT NULL,
    stream_id   uuid        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source, id)
);

CREATE INDEX usage_event_by_age ON usage_event (received_at);

-- Written with what it tells of; a settlement and a correction are named by their number and told from there.
CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type        text        NOT NULL,
    account_id  text COLLATE "C" NOT NULL,
    number      bigint,
    data        jsonb,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts    integer     NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    given_up    boolean     NOT NULL DEFAULT false,
    CONSTRAINT outbox_says_something CHECK (num_nonnulls(number, data) = 1)
) WITH (fillfactor = 80);

CREATE INDEX outbox_due ON outbox (next_at, id) WHERE finished_at IS NULL;
CREATE UNIQUE INDEX outbox_of_settlement ON outbox (number) WHERE number IS NOT NULL;

-- Settlements up to this number have no message: they were before the outbox, or their messages were removed.
CREATE TABLE outbox_floor (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    number   bigint NOT NULL
);

INSERT INTO outbox_floor (number) SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM usage_number;

ALTER TABLE account
    ADD COLUMN low_at bigint CHECK (low_at > 0),
    ADD COLUMN low_armed boolean NOT NULL DEFAULT true,
    ADD COLUMN top_up bigint CHECK (top_up > 0);

COMMENT ON COLUMN account.low_at IS 'told once when less than this is available, and again only after a grant';
COMMENT ON COLUMN account.top_up IS 'asked for with that message';

CREATE FUNCTION account_is_low() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.low_armed := false;
    INSERT INTO outbox (type, account_id, data) VALUES ('account.low', NEW.id, jsonb_strip_nulls(jsonb_build_object(
        'account', NEW.id, 'availableMicro', (NEW.balance - NEW.held)::text, 'thresholdMicro', NEW.low_at::text,
        'entryVersion', NEW.version, 'topUpMicro', NEW.top_up::text,
        'topUpKey', CASE WHEN NEW.top_up IS NOT NULL THEN 'top-up-' || gen_random_uuid() END)));
    RETURN NEW;
END
$$;

-- Whatever takes credit. Accounts that want no message never come to the function.
CREATE TRIGGER account_low BEFORE UPDATE OF balance, held, low_at ON account FOR EACH ROW
    WHEN (NEW.low_at IS NOT NULL AND NEW.low_armed AND NEW.balance - NEW.held < NEW.low_at)
    EXECUTE FUNCTION account_is_low();

CREATE FUNCTION budget_is_reached() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO outbox (type, account_id, data) VALUES ('budget.reached', NEW.account_id,
        jsonb_strip_nulls(jsonb_build_object('account', NEW.account_id,
            'keyId', NULLIF(NEW.key_id, '00000000-0000-0000-0000-000000000000'), 'period', NEW.period,
            'softMicro', NEW.soft::text, 'committedMicro', NEW.committed::text,
            'startsAt', NEW.starts_at, 'endsAt', NEW.ends_at)));
    RETURN NULL;
END
$$;

CREATE TRIGGER budget_reached AFTER UPDATE OF noticed_at ON budget FOR EACH ROW
    WHEN (OLD.noticed_at IS NULL AND NEW.noticed_at IS NOT NULL)
    EXECUTE FUNCTION budget_is_reached();
