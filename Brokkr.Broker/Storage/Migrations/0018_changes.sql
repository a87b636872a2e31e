-- Lists what changed, newest first, in the whole fleet or on one agent, without sorting what is older.

CREATE INDEX idx_health_transitions_time ON health_transitions(at DESC, id DESC);
CREATE INDEX idx_health_transitions_agent_newest ON health_transitions(agent_id, at DESC, id DESC);
DROP INDEX idx_health_transitions_at;
