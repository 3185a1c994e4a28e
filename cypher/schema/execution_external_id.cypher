// An external id names one execution in the whole store.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_execution_external_id IF NOT EXISTS
FOR (node:Execution) REQUIRE node.external_id IS UNIQUE
