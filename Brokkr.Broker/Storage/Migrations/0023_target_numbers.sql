-- What an agent is to run has a number that only grows: agents notice a database that was put back, and are told of changes by the polls that
-- brokers hold for them.
CREATE TABLE agent_target_numbers (
    agent_id       UUID PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    number         BIGINT NOT NULL,
    changed_at     TIMESTAMPTZ NOT NULL,
    -- In how many seconds those whom the last change concerns should come for it.
    spread_seconds INTEGER NOT NULL
) WITH (fillfactor = 50);

-- Brokers look for what changed just now.
CREATE INDEX idx_agent_target_numbers_changed_at ON agent_target_numbers (changed_at);
