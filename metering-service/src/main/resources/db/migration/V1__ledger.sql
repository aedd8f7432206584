-- The ledger. Amounts are micro-credits (1 credit = 1,000,000), prices nano-credits per token; no fractions anywhere.
-- Lock order in every function: gateway_lease, then holds in id order, then accounts in id order.

CREATE TABLE account (
    id           text COLLATE "C" PRIMARY KEY,
    balance      bigint      NOT NULL DEFAULT 0,
    held         bigint      NOT NULL DEFAULT 0,
    open_streams integer     NOT NULL DEFAULT 0,
    version      bigint      NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT account_never_overspent CHECK (balance >= 0),
    CONSTRAINT account_holds_what_it_has CHECK (held BETWEEN 0 AND balance),
    CONSTRAINT account_open_streams_counted CHECK (open_streams >= 0)
) WITH (fillfactor = 50);

COMMENT ON COLUMN account.version IS 'number of the last customer entry; the entries of an account form a chain';

CREATE TABLE price (
    name             text COLLATE "C" NOT NULL,
    version          integer     NOT NULL,
    input_nano       bigint      NOT NULL,
    cached_nano      bigint      NOT NULL,
    cache_write_nano bigint      NOT NULL,
    output_nano      bigint      NOT NULL,
    reasoning_nano   bigint      NOT NULL,
    request_micro    bigint      NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by       text        NOT NULL,
    PRIMARY KEY (name, version),
    -- With at most 10^9 tokens of a kind these bounds keep every charge within 63 bits.
    CONSTRAINT price_within_bounds CHECK (
        version >= 0
        AND input_nano BETWEEN 0 AND 1000000000
        AND cached_nano BETWEEN 0 AND 1000000000
        AND cache_write_nano BETWEEN 0 AND 1000000000
        AND output_nano BETWEEN 0 AND 1000000000
        AND reasoning_nano BETWEEN 0 AND 1000000000
        AND request_micro BETWEEN 0 AND 1000000000000)
);

INSERT INTO price VALUES
    ('byok', 0, 0, 0, 0, 0, 0, 0, clock_timestamp(), 'weir'),
    ('default', 1, 500, 50, 600, 2000, 2000, 0, clock_timestamp(), 'weir');

-- One row per process start of a gateway. The lease is here and not on the hold, so that hold updates stay HOT.
CREATE TABLE gateway_lease (
    gateway     text COLLATE "C" NOT NULL,
    incarnation text COLLATE "C" NOT NULL,
    address     text        NOT NULL,
    lease_until timestamptz NOT NULL,
    ended       boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (gateway, incarnation)
) WITH (fillfactor = 50);

COMMENT ON COLUMN gateway_lease.ended IS 'a newer incarnation has taken over; never renewed again';

-- Tells an outage of metering (or of this database) from silent gateways: after one, every lease starts anew.
CREATE TABLE service_beat (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    beat_at    timestamptz NOT NULL,
    resumed_at timestamptz NOT NULL
) WITH (fillfactor = 50);

INSERT INTO service_beat (beat_at, resumed_at) VALUES (clock_timestamp(), clock_timestamp());

-- No foreign key to price: every reserve would share-lock the same row. Prices cannot be deleted; audit I5 would tell.
-- No index touches a column that a batched update changes.
CREATE TABLE hold (
    stream_id     uuid PRIMARY KEY,
    account_id    text COLLATE "C" NOT NULL REFERENCES account,
    session       text        NOT NULL,
    agent         text        NOT NULL,
    price_name    text COLLATE "C" NOT NULL,
    price_version integer     NOT NULL,
    state         text        NOT NULL DEFAULT 'RESERVED',
    epoch         bigint      NOT NULL DEFAULT 0,
    granted       bigint      NOT NULL,
    prompt_tokens bigint      NOT NULL,
    lease_tokens  bigint      NOT NULL,
    max_output    bigint      NOT NULL,
    input         bigint      NOT NULL DEFAULT 0,
    cached        bigint      NOT NULL DEFAULT 0,
    cache_write   bigint      NOT NULL DEFAULT 0,
    output        bigint      NOT NULL DEFAULT 0,
    reasoning     bigint      NOT NULL DEFAULT 0,
    cancelled     boolean     NOT NULL DEFAULT false,
    gateway       text COLLATE "C",
    incarnation   text COLLATE "C",
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    claimed_at    timestamptz,
    CONSTRAINT hold_state CHECK (state IN ('RESERVED', 'OPEN', 'SETTLED', 'RELEASED')),
    CONSTRAINT hold_owned_once_claimed CHECK (
        (state IN ('OPEN', 'SETTLED')) = (gateway IS NOT NULL)
        AND (gateway IS NULL) = (incarnation IS NULL)
        AND (gateway IS NULL) = (claimed_at IS NULL)
        AND (gateway IS NULL) = (epoch = 0)),
    CONSTRAINT hold_granted_not_negative CHECK (granted >= 0),
    CONSTRAINT hold_sizes CHECK (prompt_tokens >= 0 AND lease_tokens > 0 AND max_output > 0),
    CONSTRAINT hold_totals CHECK (
        cached >= 0 AND cache_write >= 0 AND reasoning >= 0
        AND cached + cache_write <= input AND reasoning <= output)
) WITH (fillfactor = 70);

CREATE INDEX hold_open_by_gateway ON hold (gateway, incarnation) WHERE state = 'OPEN';
CREATE INDEX hold_reserved_by_expiry ON hold (expires_at) WHERE state = 'RESERVED';
CREATE INDEX hold_by_account ON hold (account_id, created_at);

-- How a hold ended, written once. The primary key is the second fence behind the compare-and-set on hold.state.
CREATE TABLE settlement (
    stream_id      uuid PRIMARY KEY REFERENCES hold,
    epoch          bigint      NOT NULL,
    settled_by     text        NOT NULL CHECK (settled_by IN ('gateway', 'fence', 'sweep')),
    reason         text        NOT NULL,
    usage_source   text        NOT NULL CHECK (usage_source IN ('agent', 'counted')),
    input          bigint      NOT NULL,
    cached         bigint      NOT NULL,
    cache_write    bigint      NOT NULL,
    output         bigint      NOT NULL,
    reasoning      bigint      NOT NULL,
    charge         bigint      NOT NULL CHECK (charge >= 0),
    receivable     bigint      NOT NULL CHECK (receivable >= 0),
    model          text,
    text_sha256    text,
    started_at     timestamptz NOT NULL,
    first_token_at timestamptz,
    ended_at       timestamptz NOT NULL,
    settled_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON COLUMN settlement.epoch IS 'epoch of the owner whose stream was settled; a fence raises hold.epoch above it';

-- The one correction that the owner of a swept or fenced stream may still send.
CREATE TABLE late_correction (
    stream_id      uuid PRIMARY KEY REFERENCES settlement,
    reason         text        NOT NULL,
    usage_source   text        NOT NULL CHECK (usage_source IN ('agent', 'counted')),
    input          bigint      NOT NULL,
    cached         bigint      NOT NULL,
    cache_write    bigint      NOT NULL,
    output         bigint      NOT NULL,
    reasoning      bigint      NOT NULL,
    charge         bigint      NOT NULL CHECK (charge >= 0),
    receivable     bigint      NOT NULL CHECK (receivable >= 0),
    model          text,
    text_sha256    text,
    first_token_at timestamptz,
    corrected_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE credit_grant (
    id              uuid PRIMARY KEY,
    account_id      text COLLATE "C" NOT NULL REFERENCES account,
    amount          bigint      NOT NULL CHECK (amount > 0),
    kind            text        NOT NULL CHECK (kind IN ('purchased', 'promotional')),
    note            text,
    idempotency_key text COLLATE "C",
    created_by      text        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE UNIQUE INDEX credit_grant_once ON credit_grant (account_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX credit_grant_by_account ON credit_grant (account_id, created_at);

-- Double entry, append-only. System accounts have no row of their own and so are never contended.
CREATE TABLE entry (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream_id       uuid REFERENCES hold,
    grant_id        uuid REFERENCES credit_grant,
    leg             text        NOT NULL,
    account         text COLLATE "C" NOT NULL,
    system          boolean     NOT NULL,
    amount          bigint      NOT NULL CHECK (amount <> 0),
    account_version bigint,
    balance_after   bigint CHECK (balance_after >= 0),
    booked_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT entry_of_stream_or_grant CHECK (num_nonnulls(stream_id, grant_id) = 1),
    CONSTRAINT entry_leg CHECK (
        leg IN ('charge', 'revenue', 'receivable', 'late', 'late_revenue', 'late_receivable', 'grant', 'issued')),
    CONSTRAINT entry_customer_is_chained CHECK (
        (NOT system) = (account_version IS NOT NULL) AND (NOT system) = (balance_after IS NOT NULL))
);

CREATE UNIQUE INDEX entry_leg_of_stream ON entry (stream_id, leg) WHERE stream_id IS NOT NULL;
CREATE UNIQUE INDEX entry_leg_of_grant ON entry (grant_id, leg) WHERE grant_id IS NOT NULL;
CREATE UNIQUE INDEX entry_chain ON entry (account, account_version) WHERE NOT system;

CREATE TABLE idempotency (
    account_id text COLLATE "C" NOT NULL,
    key        text COLLATE "C" NOT NULL,
    stream_id  uuid        NOT NULL REFERENCES hold,
    body_hash  text        NOT NULL,
    until_end  boolean     NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_id, key)
);

CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON price
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER late_correction_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON late_correction
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
