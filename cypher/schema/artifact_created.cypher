// Artifacts by when they were stored.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_artifact_created IF NOT EXISTS
FOR (node:Artifact) ON (node.created)
