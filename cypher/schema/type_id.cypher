// The types of the three kinds share one sequence of ids.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_type_id IF NOT EXISTS
FOR (type:Type) REQUIRE type.id IS UNIQUE
