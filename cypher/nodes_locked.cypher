// As nodes, and nobody else changes these nodes until the transaction ends: writing a property, here with
// the value that it has, locks the node, and what is read afterwards is what was committed last.
//
// Placeholders: kind (a label), where, order, limit.
// Parameters: p0, p1, … (of the conditions), limit.
// Columns: nodes (a list of maps).
MATCH (node:/*kind*/)
/*where*/
WITH node
/*order*/
/*limit*/
SET node.id = node.id
WITH node
RETURN collect(properties(node)) AS nodes
