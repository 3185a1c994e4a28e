-- Finds rows of Artifact by uri.
CREATE INDEX idx_artifact_uri ON Artifact (uri);
