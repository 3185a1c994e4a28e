// Ids that several nodes of a kind have.
//
// Placeholders: kind (a label).
// Parameters: none.
// Columns: number (of such ids), first (the lowest, or null).
MATCH (node:/*kind*/)
WITH node.id AS id, count(*) AS nodes
WHERE nodes > 1
RETURN count(id) AS number, min(id) AS first
