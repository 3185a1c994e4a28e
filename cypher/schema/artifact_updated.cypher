// Artifacts by when they last changed.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_artifact_updated IF NOT EXISTS
FOR (node:Artifact) ON (node.updated)
