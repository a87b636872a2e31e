-- What is read leaves a trace that refreshing does not multiply, events name all that they concern, and silence is noted once.

ALTER TABLE audit_events
    ADD COLUMN related_id VARCHAR(64) NOT NULL DEFAULT '', -- what it concerns besides the object
    ADD COLUMN read_hour BIGINT;                           -- of what was read: the hours since 1970; null where something was done

CREATE UNIQUE INDEX idx_audit_events_read ON audit_events(actor_pak_id, action, object_id, related_id, read_hour) WHERE read_hour IS NOT NULL;

ALTER TABLE agents
    ADD COLUMN silent_noted_at TIMESTAMPTZ,    -- when its silence was told; null while it is heard
    ADD COLUMN two_epochs_noted_at TIMESTAMPTZ; -- when it was last told that two processes report with its key
