-- Topics that belong to whoever writes to them first: one stream each, for good.

CREATE TABLE slot (
    tenant     text COLLATE "C" NOT NULL,
    topic      text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL REFERENCES account,
    stream_id  uuid        NOT NULL,
    taken_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, topic)
);

COMMENT ON TABLE slot IS 'first writer of a topic; its hold says whether the stream is open or has ended';
