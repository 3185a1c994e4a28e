-- Remove all properties of some artifacts.
-- Parameters: the ids of the artifacts as a JSON array.
DELETE FROM ArtifactProperty WHERE artifact_id IN (SELECT value FROM json_each(?));
