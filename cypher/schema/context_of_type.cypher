// The contexts of a type, by its name whatever its version, by ascending id.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_context_of_type IF NOT EXISTS
FOR (node:Context) ON (node.type, node.id)
