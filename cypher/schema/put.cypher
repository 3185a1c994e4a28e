// A put is remembered by its key, so that it is not written twice.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_put IF NOT EXISTS
FOR (put:GraphmetaPut) REQUIRE put.key IS UNIQUE
