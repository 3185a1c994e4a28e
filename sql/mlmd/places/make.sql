-- A table of the connection's own, not of the file: in which rows the steps of an event lie.
-- Parameters: none.
CREATE TEMP TABLE place_of_step (
    event_id INT NOT NULL,
    place INT NOT NULL,
    PRIMARY KEY (event_id, place)
) WITHOUT ROWID;
