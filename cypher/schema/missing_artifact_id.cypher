// One node stands for an artifact that an event names and that does not exist.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_missing_artifact_id IF NOT EXISTS
FOR (node:MissingArtifact) REQUIRE node.id IS UNIQUE
