-- alone: others wait for its locks, which last for as long as it takes to write down what is where
-- Changes of health, and the audit trail, in partitions by time. No key spans partitions: identifiers come from one sequence each, and
-- what holds within one partition, as that a read is noted once an hour, holds within all, since none begins or ends within an hour.
LOCK TABLE agents, deployment_objects, health_transitions, audit_events IN ACCESS EXCLUSIVE MODE;

ALTER TABLE health_transitions RENAME TO health_transitions_first;
ALTER INDEX health_transitions_pkey RENAME TO health_transitions_first_pkey;
ALTER INDEX idx_health_transitions_object RENAME TO idx_health_transitions_first_object;
ALTER INDEX idx_health_transitions_newest RENAME TO idx_health_transitions_first_newest;
ALTER INDEX idx_health_transitions_time RENAME TO idx_health_transitions_first_time;
ALTER INDEX idx_health_transitions_agent_newest RENAME TO idx_health_transitions_first_agent_newest;

CREATE SEQUENCE health_transitions_number;
SELECT setval('health_transitions_number', last_value, is_called) FROM health_transitions_id_seq;
ALTER TABLE health_transitions_first ALTER id DROP IDENTITY, ALTER id SET DEFAULT nextval('health_transitions_number');

-- Every change of the status of a deployment object on an agent, the broker's own word Stale included.
CREATE TABLE health_transitions (
    id BIGINT NOT NULL DEFAULT nextval('health_transitions_number'),
    agent_id UUID NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
    deployment_object_id UUID NOT NULL REFERENCES deployment_objects(id) ON DELETE CASCADE,
    from_status VARCHAR(20) NOT NULL,
    to_status VARCHAR(20) NOT NULL,
    conditions TEXT[] NOT NULL,                -- with the new status
    at TIMESTAMPTZ NOT NULL,
    changes INTEGER NOT NULL DEFAULT 1         -- how many the row stands for; the last was at its time
) PARTITION BY RANGE (at);
ALTER SEQUENCE health_transitions_number OWNED BY health_transitions.id;

CREATE INDEX idx_health_transitions_object ON health_transitions(deployment_object_id, at DESC, id DESC);
CREATE INDEX idx_health_transitions_newest ON health_transitions(agent_id, deployment_object_id, at DESC, id DESC);
CREATE INDEX idx_health_transitions_time ON health_transitions(at DESC, id DESC);
CREATE INDEX idx_health_transitions_agent_newest ON health_transitions(agent_id, at DESC, id DESC);

-- Brokers of the version before name the columns of one key where they note a read once an hour, and PostgreSQL knows none such of a table
-- in partitions: they go on with the table that they know, which is the first partition. Written once: the whole has another name.
CREATE SEQUENCE audit_trail_number;
SELECT setval('audit_trail_number', last_value, is_called) FROM audit_events_id_seq;
ALTER TABLE audit_events ALTER id DROP IDENTITY, ALTER id SET DEFAULT nextval('audit_trail_number');

-- Written in the statement that does what it tells; names stand as they were, since what they name may be gone.
CREATE TABLE audit_trail (
    id BIGINT NOT NULL DEFAULT nextval('audit_trail_number'),
    at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    actor VARCHAR(253) NOT NULL,               -- name of the key; 'broker' where the broker itself did it
    actor_pak_id VARCHAR(16) NOT NULL,
    actor_role VARCHAR(10) NOT NULL,
    address VARCHAR(64) NOT NULL,              -- of the connection, or what a trusted proxy says it was
    action VARCHAR(64) NOT NULL,
    object_id VARCHAR(64) NOT NULL,
    object_name VARCHAR(253) NOT NULL,
    related_id VARCHAR(64) NOT NULL DEFAULT '', -- what it concerns besides the object
    read_hour BIGINT                           -- of what was read: the hours since 1970; null where something was done
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_trail_number OWNED BY audit_trail.id;
CREATE INDEX idx_audit_trail_at ON audit_trail(at);

DO $$
DECLARE
    whole TEXT;
    first TEXT;
BEGIN
    FOR whole, first IN VALUES ('health_transitions', 'health_transitions_first'), ('audit_trail', 'audit_events') LOOP
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', whole, first,
            (SELECT substring(pg_get_constraintdef(oid) FROM '''(.*)''') FROM pg_constraint
              WHERE conrelid = first::regclass AND conname = 'first_partition'));
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT first_partition', first);
        -- Takes what no other partition does, so that no insert fails; those that follow are made like it.
        EXECUTE format('CREATE TABLE %I PARTITION OF %I (PRIMARY KEY (id)) DEFAULT', whole || '_default', whole);
    END LOOP;
END;
$$;

CREATE UNIQUE INDEX idx_audit_trail_default_read ON audit_trail_default(actor_pak_id, action, object_id, related_id, read_hour)
 WHERE read_hour IS NOT NULL;
