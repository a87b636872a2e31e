-- What deletes a target finds its placements, whatever else the agent runs.
CREATE INDEX idx_placements_target ON placements(agent_id, stack_id);

-- Tells whether anything bears a name, in the order in which names are kept.
CREATE INDEX idx_deployment_objects_name ON deployment_objects(name COLLATE "C");
