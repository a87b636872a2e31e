-- History stays small whatever an agent reports: many changes within an hour share a row, and an agent has so many rows a day.

ALTER TABLE health_transitions ADD COLUMN changes INTEGER NOT NULL DEFAULT 1; -- how many the row stands for; the last was at its time

ALTER TABLE agents
    ADD COLUMN history_day DATE,                         -- by UTC; null before the first row
    ADD COLUMN history_rows INTEGER NOT NULL DEFAULT 0;  -- written on that day

-- The newest row of an object on an agent, and how many there are of late.
CREATE INDEX idx_health_transitions_newest ON health_transitions(agent_id, deployment_object_id, at DESC, id DESC);
DROP INDEX idx_health_transitions_agent;
