// Executions by what people call them, whatever their role.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_execution_display_name IF NOT EXISTS
FOR (node:Execution) ON (node.display_name)
