-- What is left of every grant, when it begins and ends, and in which order grants are burned.

ALTER TABLE account
    ADD COLUMN pinned bigint NOT NULL DEFAULT 0,
    ADD COLUMN allocated_version bigint NOT NULL DEFAULT 0,
    ADD COLUMN next_event_at timestamptz,
    ADD CONSTRAINT account_pins_what_it_holds CHECK (pinned BETWEEN 0 AND held),
    ADD CONSTRAINT account_allocates_what_is_booked CHECK (allocated_version BETWEEN 0 AND version);

COMMENT ON COLUMN account.pinned IS 'credit of grants that have ended, which streams reserved before may still use';
COMMENT ON COLUMN account.allocated_version IS 'charges up to this entry are taken off the grants: the watermark of audit I6';
COMMENT ON COLUMN account.next_event_at IS 'when a grant next begins or expires; whoever moves credit sees to it first';

-- Changes only with grants, so that the updates of every reserve and settle stay HOT.
CREATE INDEX account_by_next_event ON account (next_event_at) WHERE next_event_at IS NOT NULL;

ALTER TABLE credit_grant
    ADD COLUMN state text NOT NULL DEFAULT 'active',
    ADD COLUMN priority integer NOT NULL DEFAULT 100,
    ADD COLUMN effective_at timestamptz,
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN rollover_max bigint NOT NULL DEFAULT 0,
    ADD COLUMN remaining bigint NOT NULL DEFAULT 0,
    ADD COLUMN spent bigint NOT NULL DEFAULT 0,
    ADD COLUMN lapsed bigint NOT NULL DEFAULT 0,
    ADD COLUMN rolled bigint NOT NULL DEFAULT 0,
    ADD COLUMN rolled_from uuid REFERENCES credit_grant,
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN ended_by text,
    ADD COLUMN request_hash text;

COMMENT ON COLUMN credit_grant.lapsed IS 'left the account unused, by expiry or by a void';
COMMENT ON COLUMN credit_grant.rolled IS 'carried on into the grant that follows this one';

-- What was spent before went by age.
UPDATE credit_grant g SET effective_at = g.created_at, remaining = g.amount - b.spent, spent = b.spent
FROM (
    SELECT o.id, LEAST(o.amount, GREATEST(0, o.upto - a.balance - (o.upto - o.amount))) AS spent
    FROM (
        -- From the youngest: the balance is what the youngest grants are worth.
        SELECT x.id, x.account_id, x.amount,
            sum(x.amount) OVER (PARTITION BY x.account_id ORDER BY x.created_at DESC, x.id DESC)::bigint AS upto
        FROM credit_grant x) o
    JOIN account a ON a.id = o.account_id) b
WHERE b.id = g.id;
UPDATE account SET allocated_version = version;

ALTER TABLE credit_grant
    ALTER COLUMN effective_at SET NOT NULL,
    ALTER COLUMN remaining DROP DEFAULT,
    ADD CONSTRAINT credit_grant_state CHECK (state IN ('scheduled', 'active', 'expired', 'voided')),
    ADD CONSTRAINT credit_grant_ended CHECK ((state IN ('expired', 'voided')) = (ended_at IS NOT NULL)),
    ADD CONSTRAINT credit_grant_life CHECK (expires_at > effective_at),
    ADD CONSTRAINT credit_grant_priority CHECK (priority BETWEEN 0 AND 1000),
    ADD CONSTRAINT credit_grant_rollover CHECK (
        rolled BETWEEN 0 AND rollover_max AND (rollover_max = 0 OR expires_at IS NOT NULL)),
    ADD CONSTRAINT credit_grant_adds_up CHECK (
        amount = remaining + spent + lapsed + rolled AND remaining >= 0 AND spent >= 0 AND lapsed >= 0);

CREATE INDEX credit_grant_unspent ON credit_grant (account_id) WHERE remaining > 0;
CREATE UNIQUE INDEX credit_grant_follows_one ON credit_grant (rolled_from) WHERE rolled_from IS NOT NULL;

-- Credit of an ended grant that a running hold still protects. Gone when the hold ends.
CREATE TABLE grant_pin (
    stream_id uuid   NOT NULL REFERENCES hold,
    grant_id  uuid   NOT NULL REFERENCES credit_grant,
    amount    bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (stream_id, grant_id)
);

-- The holds of an account that still hold: a batched update changes nothing in it.
CREATE INDEX hold_live_by_account ON hold (account_id, created_at) WHERE state IN ('RESERVED', 'OPEN');

-- What lapses belongs to a grant; where a stream had it pinned, to that stream as well.
ALTER TABLE entry
    DROP CONSTRAINT entry_of_stream_or_grant,
    DROP CONSTRAINT entry_leg,
    ADD CONSTRAINT entry_of_stream_or_grant CHECK (
        CASE WHEN leg IN ('expired', 'breakage', 'voided', 'withdrawn') THEN grant_id IS NOT NULL
        ELSE num_nonnulls(stream_id, grant_id) = 1 END),
    ADD CONSTRAINT entry_leg CHECK (
        leg IN ('charge', 'revenue', 'receivable', 'late', 'late_revenue', 'late_receivable', 'grant', 'issued',
            'expired', 'breakage', 'voided', 'withdrawn'));

DROP INDEX entry_leg_of_stream;
DROP INDEX entry_leg_of_grant;
CREATE UNIQUE INDEX entry_leg_of_stream ON entry (stream_id, leg) WHERE grant_id IS NULL;
CREATE UNIQUE INDEX entry_leg_of_grant ON entry (grant_id, leg, stream_id) NULLS NOT DISTINCT WHERE grant_id IS NOT NULL;
