-- Where a message was said, and by whom: what workers are told. Workspace and channel are NULL outside of workspaces.
ALTER TABLE messages
    ADD COLUMN workspace_id text,
    ADD COLUMN channel_id   text,
    ADD COLUMN author_id    text;

UPDATE messages SET author_id = CASE role WHEN 'user' THEN account ELSE agent END;

-- Others may write messages too, and need not know what only the relay cares about.
ALTER TABLE messages
    ALTER COLUMN author_id  SET NOT NULL,
    ALTER COLUMN id         SET DEFAULT gen_random_uuid(),
    ALTER COLUMN tenant     SET DEFAULT 'default',
    ALTER COLUMN stream_id  SET DEFAULT gen_random_uuid(),
    ALTER COLUMN state      SET DEFAULT 'sent',
    ALTER COLUMN agent      SET DEFAULT '',
    ALTER COLUMN created_at SET DEFAULT now();

CREATE FUNCTION name_message_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.author_id := COALESCE(NEW.author_id, CASE NEW.role WHEN 'user' THEN NEW.account ELSE NEW.agent END);
    RETURN NEW;
END $$;

CREATE TRIGGER messages_author BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION name_message_author();

-- The outbox: every change of a message, whoever makes it, in its transaction. seq is drawn while the row is locked, so
-- changes of one message are in order by it; xid tells a reader which numbers may still appear.
CREATE TABLE message_changes (
    seq           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid           xid8        NOT NULL DEFAULT pg_current_xact_id(),
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind          text        NOT NULL CHECK (kind IN ('INSERT', 'UPDATE', 'DELETE')),
    -- Who may know of it.
    tenant        text        NOT NULL,
    account       text        NOT NULL,
    session       text        NOT NULL,
    workspace_id  text,
    -- The public columns before and after, as JSON; a text of more than a megabyte is left out, and the change is cut.
    record        text,
    old_record    text,
    cut           boolean     NOT NULL
);

CREATE INDEX message_changes_xid ON message_changes (xid, seq);

-- How far a relay has told them.
CREATE TABLE message_change_cursor (
    name   text PRIMARY KEY,
    state  text NOT NULL
);

CREATE FUNCTION public_message(m messages) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    shown jsonb := jsonb_build_object(
        'seq', m.seq, 'id', m.id, 'account', m.account, 'session', m.session, 'stream_id', m.stream_id, 'role', m.role,
        'state', m.state, 'agent', m.agent, 'workspace_id', m.workspace_id, 'channel_id', m.channel_id,
        'author_id', m.author_id, 'created_at', m.created_at);
BEGIN
    IF octet_length(m.content) <= 1048576 THEN
        shown := shown || jsonb_build_object('content', m.content);
    END IF;
    RETURN shown;
END $$;

-- With the rights of its owner: whoever may write messages need not be allowed to write here. The notification is a hint
-- without content; PostgreSQL sends one a transaction. What changes none of the public columns is nobody's business.
CREATE FUNCTION note_message_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    m       messages;
    after   jsonb;
    before  jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        m := OLD;
        before := public_message(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        m := NEW;
        after := public_message(NEW);
    END IF;
    IF after = before AND NEW.content = OLD.content THEN
        RETURN NULL;
    END IF;
    INSERT INTO message_changes (kind, tenant, account, session, workspace_id, record, old_record, cut)
    VALUES (TG_OP, m.tenant, m.account, m.session, m.workspace_id, after::text, before::text,
        NOT COALESCE(after ? 'content', true) OR NOT COALESCE(before ? 'content', true));
    PERFORM pg_notify('weir_message_changes', '');
    RETURN NULL;
END $$;

CREATE TRIGGER messages_changed AFTER INSERT OR UPDATE OR DELETE ON messages
    FOR EACH ROW EXECUTE FUNCTION note_message_change();
