// Executions by when they last changed.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_execution_updated IF NOT EXISTS
FOR (node:Execution) ON (node.updated)
