// Artifacts by URI: equal, beginning with or containing a text.
// Parameters: none. Columns: none.
CREATE TEXT INDEX graphmeta_artifact_uri IF NOT EXISTS
FOR (node:Artifact) ON (node.uri)
