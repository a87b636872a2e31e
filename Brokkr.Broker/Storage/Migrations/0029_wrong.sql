-- What is wrong in a stack, which each rule about it asks for every few seconds.
CREATE INDEX idx_placements_wrong ON placements(stack_id, agent_id) WHERE status <> 'healthy';
