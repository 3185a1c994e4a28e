// Contexts by what people call them, whatever their role.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_context_display_name IF NOT EXISTS
FOR (node:Context) ON (node.display_name)
