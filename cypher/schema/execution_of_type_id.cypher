// The executions of a type, by its id, by ascending id: lists and their pages.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_execution_of_type_id IF NOT EXISTS
FOR (node:Execution) ON (node.type_id, node.id)
