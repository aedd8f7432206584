-- Gives a topic to the first stream that asks for it. A stream that never began gives it back.
-- outcome: taken | open (the account has it already, by a stream that is open) | ended | anothers
CREATE OR REPLACE FUNCTION slot_take(
    p_tenant text, p_topic text, p_account text, p_stream uuid, OUT outcome text, OUT stream_id uuid)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    owner slot;
    life text;
BEGIN
    INSERT INTO slot (tenant, topic, account_id, stream_id) VALUES (p_tenant, p_topic, p_account, p_stream)
    ON CONFLICT (tenant, topic) DO NOTHING;
    -- Rows are never deleted: whoever has not inserted it finds it.
    SELECT * INTO owner FROM slot s WHERE s.tenant = p_tenant AND s.topic = p_topic FOR NO KEY UPDATE;
    SELECT h.state::text INTO life FROM hold h WHERE h.stream_id = owner.stream_id;
    stream_id := owner.stream_id;
    IF owner.stream_id = p_stream THEN
        outcome := 'taken';
    ELSIF life = 'RELEASED' THEN
        UPDATE slot s SET account_id = p_account, stream_id = p_stream, taken_at = clock_timestamp()
        WHERE s.tenant = p_tenant AND s.topic = p_topic;
        stream_id := p_stream;
        outcome := 'taken';
    ELSIF owner.account_id <> p_account THEN
        outcome := 'anothers';
    ELSIF life IN ('RESERVED', 'OPEN') THEN
        outcome := 'open';
    ELSE
        outcome := 'ended';
    END IF;
END
$$;
