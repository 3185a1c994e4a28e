// Executions by when they were stored.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_execution_created IF NOT EXISTS
FOR (node:Execution) ON (node.created)
