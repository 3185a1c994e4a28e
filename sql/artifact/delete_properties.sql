-- Forget an artifact's properties, before they are written anew.
-- Parameters: artifact_id.
DELETE FROM ArtifactProperty WHERE artifact_id = ?;
