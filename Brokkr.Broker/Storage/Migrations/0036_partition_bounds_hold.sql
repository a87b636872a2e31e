-- alone: reads whole tables, and must hold nothing meanwhile that others wait for
ALTER TABLE health_transitions VALIDATE CONSTRAINT first_partition;
ALTER TABLE audit_events VALIDATE CONSTRAINT first_partition;
