-- What the audits found, one row for each invariant: when it was last checked, and whether it ever did not hold.
CREATE TABLE audit_check (
    invariant   text COLLATE "C" PRIMARY KEY,
    checked_at  timestamptz NOT NULL,
    violations  bigint      NOT NULL CHECK (violations >= 0),
    violated_at timestamptz
) WITH (fillfactor = 50);

COMMENT ON COLUMN audit_check.violated_at IS 'the last check that found violations; null if none ever did';
