ALTER TABLE outbox ADD COLUMN fault text;

COMMENT ON COLUMN outbox.fault IS 'why it could not be put into words when it was last tried; it holds up no other message';
