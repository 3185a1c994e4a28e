-- Rows of properties whose artifact is not there.
-- Columns: how many, the lowest id of such an artifact (NULL without any).
SELECT COUNT(*), MIN(artifact_id) FROM ArtifactProperty
WHERE NOT EXISTS (SELECT 1 FROM Artifact WHERE Artifact.id = ArtifactProperty.artifact_id);
