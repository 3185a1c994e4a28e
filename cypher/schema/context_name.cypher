// No two contexts of one type have one name; an absent name never clashes.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_context_name IF NOT EXISTS
FOR (node:Context) REQUIRE (node.type_id, node.name) IS UNIQUE
