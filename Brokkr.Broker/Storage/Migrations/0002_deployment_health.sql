-- The newest health that each agent reported for each deployment object.
-- updated_at is when the report was stored, by the database's clock: staleness is judged by it.

CREATE TABLE deployment_health (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    deployment_object_id UUID NOT NULL REFERENCES deployment_objects(id) ON DELETE CASCADE,
    status VARCHAR(20) NOT NULL,
    summary JSONB,
    checked_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT unique_agent_deployment_health UNIQUE (agent_id, deployment_object_id)
);

CREATE INDEX idx_deployment_health_agent ON deployment_health(agent_id);
CREATE INDEX idx_deployment_health_deployment ON deployment_health(deployment_object_id);
CREATE INDEX idx_deployment_health_status ON deployment_health(status);

CREATE TRIGGER update_deployment_health_timestamp
BEFORE UPDATE ON deployment_health
FOR EACH ROW
EXECUTE FUNCTION update_timestamp();
