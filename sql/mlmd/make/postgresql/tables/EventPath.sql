-- The steps of the paths of events; their order is that of the rows.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS EventPath (
    event_id INTEGER NOT NULL,
    is_index_step BOOLEAN NOT NULL,
    step_index INTEGER,
    step_key TEXT
);
