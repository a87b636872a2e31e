-- alone: a lock on a large table ends here
-- History and audit become partitions by time, of which the tables that there are become the first: they are attached, not copied. What holds
-- of their rows is declared here, proved by the next step while everybody goes on, and taken by the one after it, which looks at no row.
DO $$
DECLARE
    kept TEXT;
    newest TIMESTAMPTZ;
BEGIN
    FOREACH kept IN ARRAY ARRAY['health_transitions', 'audit_events'] LOOP
        EXECUTE format('SELECT MAX(at) FROM %I', kept) INTO newest;
        -- A month at least, in which brokers of the version before write into these tables.
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT first_partition CHECK (at < %L) NOT VALID', kept,
            date_trunc('month', GREATEST(NOW(), newest) AT TIME ZONE 'UTC' + INTERVAL '2 months') AT TIME ZONE 'UTC');
    END LOOP;
END;
$$;
