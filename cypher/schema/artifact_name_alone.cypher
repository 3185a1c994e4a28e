// Artifacts by name, whatever their type.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_artifact_name_alone IF NOT EXISTS
FOR (node:Artifact) ON (node.name)
