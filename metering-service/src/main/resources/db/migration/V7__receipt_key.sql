-- The key that signs receipts where none is configured: made once, by whichever process comes first.
CREATE TABLE receipt_key (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    jwk        text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
