// The parent links of some parents, by child and parent.
//
// Parameters: ids.
// Columns: child_ids, parent_ids: lists of equal length.
MATCH (parent:Context) WHERE parent.id IN $ids
MATCH (child:Context)-[:PARENT_CONTEXT]->(parent)
WITH child.id AS child_id, parent.id AS parent_id
ORDER BY child_id, parent_id
RETURN collect(child_id) AS child_ids, collect(parent_id) AS parent_ids
