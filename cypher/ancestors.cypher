// The contexts above some contexts, at any distance. No other parent link is written until the transaction
// ends: whoever writes one asks this first, and it locks one node that nothing else uses.
//
// Parameters: ids.
// Columns: ids.
MATCH (counter:GraphmetaCounter {name: 'parent_context'})
SET counter.next = counter.next
WITH counter
CALL () {
  MATCH (child:Context) WHERE child.id IN $ids
  MATCH (child)-[:PARENT_CONTEXT*1..]->(parent:Context)
  WITH DISTINCT parent
  RETURN collect(parent.id) AS ids
}
RETURN ids
