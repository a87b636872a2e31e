-- Keys expire and are replaced; what is done with them is kept.

ALTER TABLE paks
    ADD COLUMN created_by VARCHAR(253) NOT NULL DEFAULT '',     -- name of the key that created it; empty for the first one
    ADD COLUMN expires_at TIMESTAMPTZ;                          -- null: does not expire

CREATE INDEX idx_paks_created ON paks(created_at DESC, id DESC);

-- Written in the statement that does what it tells; names stand as they were, since what they name may be gone.
CREATE TABLE audit_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    actor VARCHAR(253) NOT NULL,               -- name of the key; 'broker' where the broker itself did it
    actor_pak_id VARCHAR(16) NOT NULL,
    actor_role VARCHAR(10) NOT NULL,
    address VARCHAR(64) NOT NULL,              -- of the connection, or what a trusted proxy says it was
    action VARCHAR(64) NOT NULL,
    object_id VARCHAR(64) NOT NULL,
    object_name VARCHAR(253) NOT NULL
);

CREATE INDEX idx_audit_events_at ON audit_events(at);
