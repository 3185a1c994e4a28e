-- As ml-metadata 1.17.1 makes the index in PostgreSQL.
-- Parameters: none.
CREATE INDEX IF NOT EXISTS idx_execution_last_update_time_since_epoch ON Execution (last_update_time_since_epoch);
