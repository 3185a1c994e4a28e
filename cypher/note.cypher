// What was noted under a name. The note is locked until the transaction ends.
//
// Parameters: name.
// Columns: text; no row where there is no such note.
MATCH (note:GraphmetaNote {name: $name})
SET note.name = $name
RETURN note.text AS text
