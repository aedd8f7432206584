-- API keys, and how much an account or a key may spend in a day or month.

-- Of a key only its hash is kept. A revoked key stays, because usage names it.
CREATE TABLE api_key (
    id           uuid PRIMARY KEY,
    account_id   text COLLATE "C" NOT NULL REFERENCES account,
    name         text        NOT NULL,
    sha256       text COLLATE "C" NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    hint         text        NOT NULL,
    scopes       text[]      NOT NULL CHECK (cardinality(scopes) > 0),
    created_by   text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

COMMENT ON COLUMN api_key.hint IS 'its first characters, for people to recognise it';

CREATE INDEX api_key_by_account ON api_key (account_id, created_at);

ALTER TABLE hold
    ADD COLUMN key_id uuid,
    ADD COLUMN app text NOT NULL DEFAULT '';

COMMENT ON COLUMN hold.key_id IS 'the API key that asked; null for a signed-in person';
COMMENT ON COLUMN hold.app IS 'the fleet of the agent, as configured when the credits were reserved';

ALTER TABLE account ADD COLUMN budgeted boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN account.budgeted IS 'has a row in budget; all others never look there';

-- A limit and what counts against it in the running period. Written under the account's row lock alone.
CREATE TABLE budget (
    account_id text COLLATE "C" NOT NULL REFERENCES account,
    key_id     uuid        NOT NULL,
    period     text        NOT NULL CHECK (period IN ('day', 'month')),
    time_zone  text        NOT NULL,
    soft       bigint CHECK (soft >= 0),
    hard       bigint CHECK (hard >= 0),
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL CHECK (ends_at > starts_at),
    committed  bigint      NOT NULL CHECK (committed >= 0),
    noticed_at timestamptz,
    set_by     text        NOT NULL,
    set_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_id, key_id, period),
    CONSTRAINT budget_limits_something CHECK (num_nonnulls(soft, hard) > 0)
) WITH (fillfactor = 70);

COMMENT ON COLUMN budget.key_id IS 'the API key; zeros for the account as a whole';
COMMENT ON COLUMN budget.committed IS 'charged, or still held, by streams that were reserved in the period';
COMMENT ON COLUMN budget.noticed_at IS 'when the soft limit was reached in this period';
