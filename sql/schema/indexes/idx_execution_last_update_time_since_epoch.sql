-- Finds rows of Execution by last_update_time_since_epoch.
CREATE INDEX idx_execution_last_update_time_since_epoch ON Execution (last_update_time_since_epoch);
