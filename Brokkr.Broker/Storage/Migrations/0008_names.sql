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
