-- Who there is and what they run: agents, stacks, deployment objects, targets, keys.

CREATE FUNCTION update_timestamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = NOW();
    RETURN NEW;
END;
$$;

CREATE TABLE agents (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name VARCHAR(253) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_seen_at TIMESTAMPTZ,                  -- the database's clock; null before the first call
    CONSTRAINT unique_agent_name UNIQUE (name)
);

CREATE TABLE stacks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name VARCHAR(253) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT unique_stack_name UNIQUE (name)
);

-- Immutable but for superseded_at: a new submission of the same name is a new revision.
CREATE TABLE deployment_objects (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    stack_id UUID NOT NULL REFERENCES stacks(id) ON DELETE CASCADE,
    name VARCHAR(253) NOT NULL,
    revision INTEGER NOT NULL,
    yaml TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    superseded_at TIMESTAMPTZ,
    CONSTRAINT unique_deployment_object_revision UNIQUE (stack_id, name, revision)
);

-- One newest revision per name, whatever races.
CREATE UNIQUE INDEX idx_deployment_objects_newest ON deployment_objects(stack_id, name) WHERE superseded_at IS NULL;

CREATE TABLE agent_targets (
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    stack_id UUID NOT NULL REFERENCES stacks(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (agent_id, stack_id)
);

CREATE INDEX idx_agent_targets_stack ON agent_targets(stack_id);

-- Keys: the secret itself is never stored.
CREATE TABLE paks (
    id VARCHAR(16) PRIMARY KEY,
    role VARCHAR(10) NOT NULL CHECK (role IN ('admin', 'reader', 'agent')),
    agent_id UUID REFERENCES agents(id) ON DELETE CASCADE,
    name VARCHAR(253) NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_used_at TIMESTAMPTZ,                  -- coarse: at most one write per minute
    revoked_at TIMESTAMPTZ,
    CONSTRAINT agent_pak_names_its_agent CHECK ((role = 'agent') = (agent_id IS NOT NULL))
);

CREATE INDEX idx_paks_agent ON paks(agent_id);
