-- Usage: what was settled, one line each, and its sums by quarter of an hour. Filled behind the money's back.

CREATE SEQUENCE usage_number AS bigint;
ALTER TABLE settlement ADD COLUMN number bigint NOT NULL DEFAULT nextval('usage_number');
ALTER TABLE late_correction ADD COLUMN number bigint NOT NULL DEFAULT nextval('usage_number');
CREATE UNIQUE INDEX settlement_by_number ON settlement (number);
CREATE UNIQUE INDEX late_correction_by_number ON late_correction (number);

-- A late correction is a line of its own, with what it adds.
CREATE TABLE usage_record (
    number        bigint PRIMARY KEY,
    at            timestamptz NOT NULL,
    late          boolean     NOT NULL,
    account_id    text COLLATE "C" NOT NULL,
    key_id        uuid        NOT NULL,
    app           text COLLATE "C" NOT NULL,
    agent         text COLLATE "C" NOT NULL,
    model         text COLLATE "C" NOT NULL,
    session       text COLLATE "C" NOT NULL,
    end_reason    text COLLATE "C" NOT NULL,
    stream_id     uuid        NOT NULL,
    price_name    text COLLATE "C" NOT NULL,
    price_version integer     NOT NULL,
    streams       bigint      NOT NULL,
    input         bigint      NOT NULL,
    cached        bigint      NOT NULL,
    cache_write   bigint      NOT NULL,
    output        bigint      NOT NULL,
    reasoning     bigint      NOT NULL,
    charge        bigint      NOT NULL,
    receivable    bigint      NOT NULL
);

COMMENT ON COLUMN usage_record.at IS 'when it was settled or corrected: the booking time of its entries';
COMMENT ON COLUMN usage_record.streams IS '1; 0 for a late correction';

CREATE INDEX usage_record_by_account ON usage_record (account_id, at, number);
CREATE INDEX usage_record_by_time ON usage_record (at, number);

-- Every zone's hours begin on a quarter of an hour UTC.
CREATE TABLE usage_quarter (
    account_id  text COLLATE "C" NOT NULL,
    at          timestamptz NOT NULL,
    key_id      uuid        NOT NULL,
    app         text COLLATE "C" NOT NULL,
    agent       text COLLATE "C" NOT NULL,
    model       text COLLATE "C" NOT NULL,
    end_reason  text COLLATE "C" NOT NULL,
    streams     bigint      NOT NULL,
    input       bigint      NOT NULL,
    cached      bigint      NOT NULL,
    cache_write bigint      NOT NULL,
    output      bigint      NOT NULL,
    reasoning   bigint      NOT NULL,
    charge      bigint      NOT NULL,
    receivable  bigint      NOT NULL,
    PRIMARY KEY (account_id, at, key_id, app, agent, model, end_reason)
) WITH (fillfactor = 70);

CREATE INDEX usage_quarter_by_time ON usage_quarter (at);

CREATE TABLE usage_watermark (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    number      bigint      NOT NULL DEFAULT 0,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_number bigint      NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_xid    xid8
) WITH (fillfactor = 50);

COMMENT ON COLUMN usage_watermark.at IS 'whatever was settled before this moment is counted';
COMMENT ON COLUMN usage_watermark.next_xid IS 'once every transaction before it has ended, nothing up to next_number can come any more';

INSERT INTO usage_watermark DEFAULT VALUES;
