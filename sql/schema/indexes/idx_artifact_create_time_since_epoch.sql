-- Finds rows of Artifact by create_time_since_epoch.
CREATE INDEX idx_artifact_create_time_since_epoch ON Artifact (create_time_since_epoch);
