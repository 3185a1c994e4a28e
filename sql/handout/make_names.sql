-- The names that nodes have by now, in a database of the moment.
-- Parameters: none.
CREATE TABLE taken_name (
    type_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (type_id, name)
) WITHOUT ROWID;
