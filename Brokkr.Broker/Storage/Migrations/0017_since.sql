-- Finds what changed last, and what has conditions at all, without looking at the rest of the fleet. Neither changes more often than the status
-- or the conditions, whose indexes are written then anyway.

CREATE INDEX idx_placements_since ON placements(since DESC, deployment_object_id, agent_id);
CREATE INDEX idx_placements_conditioned ON placements(stack_id, agent_id) WHERE conditions <> '{}';
