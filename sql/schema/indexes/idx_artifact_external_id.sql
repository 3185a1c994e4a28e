-- Finds rows of Artifact by external_id.
CREATE INDEX idx_artifact_external_id ON Artifact (external_id);
