// All types of all kinds, by id.
//
// Parameters: none.
// Columns: types: a list of maps {values, base}: a type's properties, and the name of its base type or null.
MATCH (type:Type)
OPTIONAL MATCH (type)-[:BASE_TYPE]->(base:Type)
WITH type, base
ORDER BY type.id
RETURN collect({values: properties(type), base: base.name}) AS types
