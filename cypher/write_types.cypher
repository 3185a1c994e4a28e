// Write types whole: those whose id is there are replaced, the others created. A base type that a type has
// stays.
//
// Parameters: types: {id, label, values, base (the name of a system type of the same kind, or null)}.
// Columns: none.
UNWIND $types AS row
MERGE (type:Type {id: row.id})
SET type = row.values
SET type:$(row.label)
WITH type, row WHERE row.base IS NOT NULL AND NOT EXISTS { (type)-[:BASE_TYPE]->() }
MATCH (base:Type {kind: row.values.kind, name: row.base, version: ''})
CREATE (type)-[:BASE_TYPE]->(base)
