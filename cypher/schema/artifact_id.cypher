// No two artifacts have one id, and a artifact is found by it.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_artifact_id IF NOT EXISTS
FOR (node:Artifact) REQUIRE node.id IS UNIQUE
