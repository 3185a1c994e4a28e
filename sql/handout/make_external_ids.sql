-- The external ids that nodes have by now, in a database of the moment.
-- Parameters: none.
CREATE TABLE taken_external_id (
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (kind, external_id)
) WITHOUT ROWID;
