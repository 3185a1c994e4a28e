// Note a text under a name, in place of what was noted there.
//
// Parameters: name, text.
// Columns: none.
MERGE (note:GraphmetaNote {name: $name})
SET note.text = $text
