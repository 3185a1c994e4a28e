// An external id names one artifact in the whole store.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_artifact_external_id IF NOT EXISTS
FOR (node:Artifact) REQUIRE node.external_id IS UNIQUE
