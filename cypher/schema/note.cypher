// A note is found by its name, and there is one of a name.
// Parameters: none. Columns: none.
CREATE CONSTRAINT graphmeta_note IF NOT EXISTS
FOR (note:GraphmetaNote) REQUIRE note.name IS UNIQUE
