-- Whether what an agent reported is a rollout or rest.

ALTER TABLE placements ADD COLUMN rolling_out BOOLEAN NOT NULL DEFAULT FALSE;

CREATE OR REPLACE VIEW standing_placements AS
SELECT p.agent_id, p.deployment_object_id, p.stack_id, p.name, p.targeted_at, p.status, p.conditions, p.digest, p.since, p.epoch, p.sequence, p.confirmable,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN s.confirmed_sequence ELSE p.sequence END AS standing_sequence,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN GREATEST(p.received_at, s.confirmed_at) ELSE p.received_at END AS received_at,
       CASE WHEN p.confirmable AND p.sequence <= s.confirmed_through THEN s.checked_at ELSE p.checked_at END AS checked_at,
       s.patience, p.rolling_out
  FROM placements p
  LEFT JOIN agent_sessions s ON s.epoch = p.epoch;
