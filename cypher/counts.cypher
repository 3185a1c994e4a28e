// How many nodes there are of each type that has any.
//
// Parameters: at (only those that were stored by then, in milliseconds since the epoch; null for all).
// Columns: kind, type_id, type, type_text (the whole name where it is overlong, else null), number.
MATCH (node:Artifact)
WHERE $at IS NULL OR node.created <= $at
WITH node.type_id AS type_id, count(*) AS number
MATCH (type:Type {id: type_id})
RETURN 'artifact' AS kind, type_id, type.name AS type, type.name_text AS type_text, number
UNION ALL
MATCH (node:Execution)
WHERE $at IS NULL OR node.created <= $at
WITH node.type_id AS type_id, count(*) AS number
MATCH (type:Type {id: type_id})
RETURN 'execution' AS kind, type_id, type.name AS type, type.name_text AS type_text, number
UNION ALL
MATCH (node:Context)
WHERE $at IS NULL OR node.created <= $at
WITH node.type_id AS type_id, count(*) AS number
MATCH (type:Type {id: type_id})
RETURN 'context' AS kind, type_id, type.name AS type, type.name_text AS type_text, number
