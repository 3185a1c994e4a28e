// Contexts by when they were stored.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_context_created IF NOT EXISTS
FOR (node:Context) ON (node.created)
