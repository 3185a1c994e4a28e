-- As ml-metadata 1.17.1 makes the index in PostgreSQL.
-- Parameters: none.
CREATE INDEX IF NOT EXISTS idx_eventpath_event_id ON EventPath (event_id);
