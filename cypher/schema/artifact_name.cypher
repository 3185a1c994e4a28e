// No two artifacts of one type have one name; an absent name never clashes.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_artifact_name IF NOT EXISTS
FOR (node:Artifact) REQUIRE (node.type_id, node.name) IS UNIQUE
