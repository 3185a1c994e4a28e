// Contexts by when they last changed.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_context_updated IF NOT EXISTS
FOR (node:Context) ON (node.updated)
