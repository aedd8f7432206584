-- Accounts that a session is shared with, beside its owner. The session's row may come later: a session exists by its name.
CREATE TABLE session_share (
    tenant      text        NOT NULL,
    owner       text        NOT NULL,
    session     text        NOT NULL,
    account     text        NOT NULL,
    access      text        NOT NULL CHECK (access IN ('view', 'edit')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, owner, session, account)
);

-- What is shared with somebody.
CREATE INDEX session_share_with ON session_share (tenant, account);
