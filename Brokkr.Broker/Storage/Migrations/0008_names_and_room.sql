-- Finds deployment objects by a part of their name without looking at each of them.

-- The threes of letters that follow each other in a name, in lower case. A name that holds a text holds all of the text's.
CREATE FUNCTION name_parts(name TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY(SELECT DISTINCT substr(lower(name COLLATE "C"), i, 3) FROM generate_series(1, length(name) - 2) AS i)
$$;

-- The names that deployment objects have or had, each once, however many stacks and revisions use it. They are not in placements, whose rows
-- change with every report, and every index would with them.
CREATE TABLE deployment_object_names (
    name VARCHAR(253) COLLATE "C" PRIMARY KEY
);

INSERT INTO deployment_object_names SELECT DISTINCT name FROM deployment_objects;

CREATE INDEX idx_deployment_object_names_parts ON deployment_object_names USING GIN (name_parts(name));

-- What reports and calls update in place gets room on its page for the next version, which then needs no index and no vacuum to go away; and
-- what is left is tidied before a fifth of the table is dead. docs/performance.md shows what that does.
ALTER TABLE deployment_health SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE placements SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE agents SET (fillfactor = 50);
ALTER TABLE paks SET (fillfactor = 50);
