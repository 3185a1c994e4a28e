-- Finds rows of Execution by create_time_since_epoch.
CREATE INDEX idx_execution_create_time_since_epoch ON Execution (create_time_since_epoch);
