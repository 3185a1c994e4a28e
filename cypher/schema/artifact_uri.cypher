// Artifacts by URI: equal, or beginning with a text.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_artifact_uri IF NOT EXISTS
FOR (node:Artifact) ON (node.uri)
