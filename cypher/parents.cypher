// All parent links, by child and parent.
//
// Parameters: none.
// Columns: child_ids, parent_ids: lists of equal length.
MATCH (child:Context)-[:PARENT_CONTEXT]->(parent:Context)
WITH child.id AS child_id, parent.id AS parent_id
ORDER BY child_id, parent_id
RETURN collect(child_id) AS child_ids, collect(parent_id) AS parent_ids
