-- Finds rows of Context by last_update_time_since_epoch.
CREATE INDEX idx_context_last_update_time_since_epoch ON Context (last_update_time_since_epoch);
