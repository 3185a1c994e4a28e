-- Finds rows of Execution by external_id.
CREATE INDEX idx_execution_external_id ON Execution (external_id);
