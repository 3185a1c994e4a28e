// Artifacts by what people call them, whatever their role.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_artifact_display_name IF NOT EXISTS
FOR (node:Artifact) ON (node.display_name)
