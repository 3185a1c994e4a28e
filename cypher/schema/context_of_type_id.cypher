// The contexts of a type, by its id, by ascending id: lists and their pages.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_context_of_type_id IF NOT EXISTS
FOR (node:Context) ON (node.type_id, node.id)
