-- What one broker counted of the whole fleet, for the others of the database: counting takes long while agents are silent in part.
CREATE TABLE fleet_samples (
    is_only     BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (is_only),    -- one row
    sampled_by  UUID,                                                -- a broker's process; null before the first
    sampled_at  TIMESTAMPTZ NOT NULL DEFAULT '-infinity',
    most_stacks INTEGER NOT NULL DEFAULT 0,                          -- how many stacks it was to tell of
    fleet       JSONB,
    stacks      JSONB
) WITH (fillfactor = 50);

INSERT INTO fleet_samples DEFAULT VALUES;
