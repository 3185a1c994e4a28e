// Contexts by name, whatever their type.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_context_name_alone IF NOT EXISTS
FOR (node:Context) ON (node.name)
