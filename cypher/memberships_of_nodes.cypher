// The contexts that some artifacts or executions belong to, in the order in which they were joined.
//
// Placeholders: kind (a label), membership (a relationship type).
// Parameters: ids.
// Columns: node_ids, context_ids: lists of equal length.
MATCH (node:/*kind*/) WHERE node.id IN $ids
MATCH (node)-[membership:/*membership*/]->(context:Context)
WITH node, membership, context
ORDER BY membership.order, node.id, context.id
RETURN collect(node.id) AS node_ids, collect(context.id) AS context_ids
