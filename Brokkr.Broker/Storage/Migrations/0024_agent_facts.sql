-- What agents say of themselves, and what an admin allowed them.
CREATE TABLE agent_facts (
    agent_id             UUID PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    deletion_held_count  INTEGER,
    deletion_held_number BIGINT,
    deletion_held_since  TIMESTAMPTZ,
    -- The number of the target state for which deleting was allowed.
    confirmed_number     BIGINT NOT NULL DEFAULT 0,
    -- A serialized message of missing rights.
    missing_rights       BYTEA NOT NULL DEFAULT '',
    kubernetes_version   VARCHAR(64) NOT NULL DEFAULT '',
    cluster_id           VARCHAR(64) NOT NULL DEFAULT ''
) WITH (fillfactor = 50);
