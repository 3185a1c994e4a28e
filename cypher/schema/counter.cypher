// One counter for each sequence of ids.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_counter IF NOT EXISTS
FOR (counter:GraphmetaCounter) REQUIRE counter.name IS UNIQUE
