-- What each broker notes every second where readers may ask a standby: how far that is behind shows in which mark has reached it.
CREATE TABLE standby_marks (
    broker UUID PRIMARY KEY,                   -- one for each process
    number BIGINT NOT NULL,                    -- counts the broker's marks
    at TIMESTAMPTZ NOT NULL                    -- by the clock of the primary
);
