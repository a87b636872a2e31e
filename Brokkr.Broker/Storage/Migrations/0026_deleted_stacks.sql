-- A stack goes at once, whatever it holds: its row is deleted, a row here says so, and what belonged to it follows in batches. Until then
-- it is in no verdict, no count and no target state.
CREATE TABLE deleted_stacks (
    id         UUID PRIMARY KEY,
    number     BIGINT GENERATED ALWAYS AS IDENTITY, -- order
    deleted_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0);

-- Whoever deletes a stack, by hand or with a broker of the version before.
CREATE FUNCTION note_deleted_stack() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deleted_stacks (id) VALUES (OLD.id);
    RETURN NULL;
END;
$$;

CREATE TRIGGER note_deleted_stack AFTER DELETE ON stacks FOR EACH ROW EXECUTE FUNCTION note_deleted_stack();

-- What would delete all of it in the statement that deletes the stack. Whoever adds to a stack holds its row.
ALTER TABLE agent_targets DROP CONSTRAINT agent_targets_stack_id_fkey;
ALTER TABLE deployment_objects DROP CONSTRAINT deployment_objects_stack_id_fkey;

CREATE OR REPLACE VIEW standing_placements AS
SELECT p.agent_id, p.deployment_object_id, p.stack_id, p.name, p.targeted_at, p.status, p.conditions, p.digest, p.since, p.epoch, p.sequence, p.confirmable,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN s.confirmed_sequence ELSE p.sequence END AS standing_sequence,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN GREATEST(p.received_at, s.confirmed_at) ELSE p.received_at END AS received_at,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN s.checked_at ELSE p.checked_at END AS checked_at,
       s.patience, p.rolling_out
  FROM placements p
  LEFT JOIN agent_sessions s ON s.epoch = p.epoch
 WHERE p.stack_id NOT IN (SELECT id FROM deleted_stacks);

-- The tallies without what belongs to deleted stacks and is still counted in them. What they say of all of an agent's placements is true of
-- those that are left.
CREATE VIEW standing_tallies AS
SELECT t.agent_id, t.failing - COALESCE(x.failing, 0) AS failing, t.degraded - COALESCE(x.degraded, 0) AS degraded,
       t.unknown - COALESCE(x.unknown, 0) AS unknown, t.healthy - COALESCE(x.healthy, 0) AS healthy, t.awaited - COALESCE(x.awaited, 0) AS awaited,
       t.epoch, t.last_sequence, t.all_confirmable, t.first_received_at, t.last_received_at
  FROM agent_tallies t
  LEFT JOIN (
       SELECT p.agent_id, COUNT(*) FILTER (WHERE p.status = 'failing') AS failing, COUNT(*) FILTER (WHERE p.status = 'degraded') AS degraded,
              COUNT(*) FILTER (WHERE p.status = 'unknown') AS unknown, COUNT(*) FILTER (WHERE p.status = 'healthy') AS healthy,
              COUNT(*) FILTER (WHERE p.status IS NULL) AS awaited
         FROM deleted_stacks d JOIN placements p ON p.stack_id = d.id GROUP BY p.agent_id) x ON x.agent_id = t.agent_id;

-- The planner takes a table that was never looked at for one of many rows.
ANALYZE deleted_stacks;
