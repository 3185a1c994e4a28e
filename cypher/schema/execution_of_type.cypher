// The executions of a type, by its name whatever its version, by ascending id.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_execution_of_type IF NOT EXISTS
FOR (node:Execution) ON (node.type, node.id)
