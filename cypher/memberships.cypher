// All attributions or associations behind a number, in the order in which they were said, so many at most; those that
// share the last number (two processes may have drawn the same) come besides.
//
// Placeholders: membership (a relationship type), limit (LIMIT $limit; empty for all).
// Parameters: after, limit.
// Columns: numbers, node_ids, context_ids: lists of equal length.
CALL () {
  MATCH ()-[membership:/*membership*/]->() WHERE membership.order > $after
  WITH membership.order AS number
  ORDER BY number
  /*limit*/
  RETURN max(number) AS last
}
MATCH (node)-[membership:/*membership*/]->(context) WHERE membership.order > $after AND membership.order <= last
WITH membership.order AS number, node.id AS node_id, context.id AS context_id
ORDER BY number, node_id, context_id
RETURN collect(number) AS numbers, collect(node_id) AS node_ids, collect(context_id) AS context_ids
