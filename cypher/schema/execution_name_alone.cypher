// Executions by name, whatever their type.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_execution_name_alone IF NOT EXISTS
FOR (node:Execution) ON (node.name)
