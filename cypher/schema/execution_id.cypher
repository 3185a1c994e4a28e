// No two executions have one id, and a execution is found by it.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_execution_id IF NOT EXISTS
FOR (node:Execution) REQUIRE node.id IS UNIQUE
