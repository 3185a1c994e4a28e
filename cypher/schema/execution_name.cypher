// No two executions of one type have one name; an absent name never clashes.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_execution_name IF NOT EXISTS
FOR (node:Execution) REQUIRE (node.type_id, node.name) IS UNIQUE
