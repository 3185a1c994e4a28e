// The artifacts of a type, by its name whatever its version, by ascending id.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_artifact_of_type IF NOT EXISTS
FOR (node:Artifact) ON (node.type, node.id)
