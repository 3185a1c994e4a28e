-- As ml-metadata 1.17.1 makes the index in PostgreSQL.
-- Parameters: none.
CREATE INDEX IF NOT EXISTS idx_context_create_time_since_epoch ON Context (create_time_since_epoch);
