-- Finds rows of Event by execution_id.
CREATE INDEX idx_event_execution_id ON Event (execution_id);
