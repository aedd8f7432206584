-- A session is owned by construction: its key has the account in it, so two accounts with one id have two sessions.
CREATE TABLE sessions (
    tenant      text        NOT NULL,
    account     text        NOT NULL,
    id          text        NOT NULL,
    title       text        NOT NULL,
    messages    bigint      NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, account, id)
);

CREATE INDEX sessions_newest ON sessions (tenant, account, updated_at DESC, id);

-- One row for a question, one for its answer. (stream_id, role) makes each of them written once, however often it is tried.
CREATE TABLE messages (
    seq           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            uuid        NOT NULL UNIQUE,
    tenant        text        NOT NULL,
    account       text        NOT NULL,
    session       text        NOT NULL,
    stream_id     uuid        NOT NULL,
    role          text        NOT NULL CHECK (role IN ('user', 'assistant')),
    content       text        NOT NULL,
    -- How the answer ended; 'sent' for a question.
    state         text        NOT NULL,
    agent         text        NOT NULL,
    -- The answer's terminal offset, its own text's last offset, and the terminal event as it was: enough to resume from.
    last_offset   bigint      NOT NULL DEFAULT 0,
    terminal      text,
    created_at    timestamptz NOT NULL,
    UNIQUE (stream_id, role)
);

CREATE INDEX messages_newest ON messages (tenant, account, session, seq DESC);
