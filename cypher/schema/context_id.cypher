// No two contexts have one id, and a context is found by it.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_context_id IF NOT EXISTS
FOR (node:Context) REQUIRE node.id IS UNIQUE
