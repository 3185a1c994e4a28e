// The artifacts or executions that belong to some contexts, in the order in which they were joined.
//
// Placeholders: kind (a label), membership (a relationship type).
// Parameters: ids.
// Columns: node_ids, context_ids: lists of equal length.
MATCH (context:Context) WHERE context.id IN $ids
MATCH (node:/*kind*/)-[membership:/*membership*/]->(context)
WITH node, membership, context
ORDER BY membership.order, node.id, context.id
RETURN collect(node.id) AS node_ids, collect(context.id) AS context_ids
