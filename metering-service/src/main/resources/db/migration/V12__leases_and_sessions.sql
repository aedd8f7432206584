-- When a lease was seen to have run out. The clock may be set back afterwards: then the lease stays lost.
ALTER TABLE gateway_lease ADD COLUMN lost_at timestamptz;

COMMENT ON COLUMN gateway_lease.lost_at IS 'null while it runs, and again once it is renewed';

-- One conversation's usage, where its account has a million streams in the month. Written by the roll-up alone.
CREATE INDEX usage_record_by_session ON usage_record (account_id, session, at);
