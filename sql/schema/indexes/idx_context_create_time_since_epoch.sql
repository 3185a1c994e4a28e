-- Finds rows of Context by create_time_since_epoch.
CREATE INDEX idx_context_create_time_since_epoch ON Context (create_time_since_epoch);
