-- People who are signed in to the console. A session is only as good as the key that it was begun with.

CREATE TABLE console_sessions (
    token_hash BYTEA PRIMARY KEY,              -- SHA-256 of the random token that the browser keeps
    pak_id VARCHAR(16) NOT NULL REFERENCES paks(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_used_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),   -- by a person, not by the refresh of a page; coarse: at most one write per minute
    ends_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX idx_console_sessions_pak ON console_sessions(pak_id);
CREATE INDEX idx_console_sessions_ends ON console_sessions(ends_at);
