-- When the owner last named the stream in a batch. Not indexed: updates stay HOT.
ALTER TABLE hold ADD COLUMN seen_at timestamptz NOT NULL DEFAULT clock_timestamp();
