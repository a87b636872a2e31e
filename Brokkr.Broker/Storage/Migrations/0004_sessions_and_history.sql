-- Sessions put reports in order, placements say who runs what and how it is, transitions say how it was before.

ALTER TABLE agents ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0; -- of the newest session; 0 before the first

-- One start of an agent's process. Of two reports of an agent the one with the larger (epoch, sequence) is the newer.
CREATE TABLE agent_sessions (
    epoch BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    agent_version VARCHAR(64) NOT NULL,
    patience INTERVAL NOT NULL,                -- three of the intervals between reports that the agent announced
    started_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    heard_at TIMESTAMPTZ NOT NULL DEFAULT NOW(), -- of its newest report
    last_sequence BIGINT NOT NULL DEFAULT 0,
    confirmed_through BIGINT NOT NULL DEFAULT 0, -- what was reported up to this sequence ...
    confirmed_sequence BIGINT NOT NULL DEFAULT 0, -- ... still held in the report of this one, ...
    confirmed_at TIMESTAMPTZ,                  -- ... which was stored then ...
    checked_at TIMESTAMPTZ                     -- ... and looked then, by the agent's clock
) WITH (fillfactor = 50);

CREATE INDEX idx_agent_sessions_agent ON agent_sessions(agent_id);

-- A newest deployment object on an agent that is targeted at its stack, with the verdict that stands; no status before the first report.
-- Narrow, and what is always there first, so that lists and counts are quick. The rows come and go with targets and deployment objects; whoever
-- stores a report holds its row here, so that a report in flight is either removed with the row or refused.
CREATE TABLE placements (
    agent_id UUID NOT NULL,
    deployment_object_id UUID NOT NULL REFERENCES deployment_objects(id) ON DELETE CASCADE,
    stack_id UUID NOT NULL,
    targeted_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    since TIMESTAMPTZ NOT NULL DEFAULT NOW(),  -- when the status began
    received_at TIMESTAMPTZ NOT NULL DEFAULT NOW(), -- when the report was stored; before the first, when the placement came
    epoch BIGINT NOT NULL DEFAULT 0,           -- number of the newest numbered report ...
    sequence BIGINT NOT NULL DEFAULT 0,        -- ... that was ever stored here; 0 before the first
    confirmable BOOLEAN NOT NULL DEFAULT FALSE, -- the row is that report's, and its session may confirm it
    status VARCHAR(20),
    name VARCHAR(253) COLLATE "C" NOT NULL,    -- of the deployment object
    conditions TEXT[] NOT NULL DEFAULT '{}',
    digest UUID,                               -- of status and summary: tells whether a report says anything new
    checked_at TIMESTAMPTZ,                    -- when the agent looked, by its own clock
    PRIMARY KEY (agent_id, deployment_object_id),
    FOREIGN KEY (agent_id, stack_id) REFERENCES agent_targets(agent_id, stack_id) ON DELETE CASCADE
) WITH (fillfactor = 70);

CREATE INDEX idx_placements_object ON placements(deployment_object_id);
CREATE INDEX idx_placements_stack ON placements(stack_id, name);
CREATE INDEX idx_placements_name ON placements(name, deployment_object_id, agent_id);
CREATE INDEX idx_placements_status ON placements(status, name, deployment_object_id, agent_id);
CREATE INDEX idx_placements_conditions ON placements USING GIN (conditions);

INSERT INTO placements (agent_id, deployment_object_id, stack_id, name, targeted_at, status, conditions, since, received_at, checked_at)
SELECT t.agent_id, d.id, d.stack_id, d.name, GREATEST(t.created_at, d.created_at), h.status,
       COALESCE(ARRAY(SELECT jsonb_array_elements_text(h.summary -> 'conditions')), '{}'),
       COALESCE(h.created_at, GREATEST(t.created_at, d.created_at)), COALESCE(h.updated_at, GREATEST(t.created_at, d.created_at)), h.checked_at
  FROM agent_targets t
  JOIN deployment_objects d ON d.stack_id = t.stack_id AND d.superseded_at IS NULL
  LEFT JOIN deployment_health h ON h.agent_id = t.agent_id AND h.deployment_object_id = d.id;

-- How many placements of an agent have which status, and what it takes to tell whether all of them or none went stale: then the fleet is
-- counted without looking at its placements. Written by whatever changes placements of the agent, which holds the agent's row meanwhile.
CREATE TABLE agent_tallies (
    agent_id UUID PRIMARY KEY REFERENCES agents(id) ON DELETE CASCADE,
    failing INTEGER NOT NULL,
    degraded INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    healthy INTEGER NOT NULL,
    awaited INTEGER NOT NULL,                  -- without a report; the rest is about those with one
    epoch BIGINT,                              -- null where they are not all of the same
    last_sequence BIGINT,
    all_confirmable BOOLEAN,
    first_received_at TIMESTAMPTZ,
    last_received_at TIMESTAMPTZ
) WITH (fillfactor = 50);

INSERT INTO agent_tallies
SELECT agent_id, COUNT(*) FILTER (WHERE status = 'failing'), COUNT(*) FILTER (WHERE status = 'degraded'), COUNT(*) FILTER (WHERE status = 'unknown'),
       COUNT(*) FILTER (WHERE status = 'healthy'), COUNT(*) FILTER (WHERE status IS NULL), 0, 0, FALSE,
       MIN(received_at) FILTER (WHERE status IS NOT NULL), MAX(received_at) FILTER (WHERE status IS NOT NULL)
  FROM placements GROUP BY agent_id;

-- What stands for each placement once the confirmations of its session are counted in.
CREATE VIEW standing_placements AS
SELECT p.agent_id, p.deployment_object_id, p.stack_id, p.name, p.targeted_at, p.status, p.conditions, p.digest, p.since, p.epoch, p.sequence, p.confirmable,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN s.confirmed_sequence ELSE p.sequence END AS standing_sequence,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN GREATEST(p.received_at, s.confirmed_at) ELSE p.received_at END AS received_at,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN s.checked_at ELSE p.checked_at END AS checked_at,
       s.patience
  FROM placements p
  LEFT JOIN agent_sessions s ON s.epoch = p.epoch;

-- Every change of the status of a deployment object on an agent, the broker's own word Stale included.
CREATE TABLE health_transitions (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    deployment_object_id UUID NOT NULL REFERENCES deployment_objects(id) ON DELETE CASCADE,
    from_status VARCHAR(20) NOT NULL,
    to_status VARCHAR(20) NOT NULL,
    conditions TEXT[] NOT NULL,                -- with the new status
    at TIMESTAMPTZ NOT NULL
);

CREATE INDEX idx_health_transitions_object ON health_transitions(deployment_object_id, at DESC, id DESC);
CREATE INDEX idx_health_transitions_agent ON health_transitions(agent_id);
CREATE INDEX idx_health_transitions_at ON health_transitions(at);
