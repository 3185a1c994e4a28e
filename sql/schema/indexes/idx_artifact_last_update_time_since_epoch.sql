-- Finds rows of Artifact by last_update_time_since_epoch.
CREATE INDEX idx_artifact_last_update_time_since_epoch ON Artifact (last_update_time_since_epoch);
