-- What the terminal run of an answer's log counted: what metering holds against what it has settled. NULL for questions, and
-- for answers written before. The unique index on (stream_id, role) finds them by the time at which streams began.
ALTER TABLE messages
    ADD COLUMN input_tokens       bigint,
    ADD COLUMN cached_tokens      bigint,
    ADD COLUMN cache_write_tokens bigint,
    ADD COLUMN output_tokens      bigint,
    ADD COLUMN reasoning_tokens   bigint,
    ADD COLUMN usage_source       text;
