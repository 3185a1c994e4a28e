// What a node is joined to by relationships that leave it: for the classes of graphmeta.interop.py2neo.
//
// Placeholders: kind (labels), relationship (a relationship type): of the closed set.
// Parameters: id.
// Columns: joined, node: the properties of a relationship (py2neo, given the relationship itself, asks again
//   for each of its ends) and the node at its end; events by ascending id.
MATCH (:/*kind*/ {id: $id})-[joined:/*relationship*/]->(node)
RETURN properties(joined) AS joined, node
ORDER BY joined.id, joined.order, node.id
