// Forget all types: those of another store take their place.
//
// Parameters: none.
// Columns: none.
MATCH (type:Type)
DETACH DELETE type
