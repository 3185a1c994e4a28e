// As nodes, and nobody else changes these nodes until the transaction ends: writing a property, here with
// the value that it has, locks the node, and what is read afterwards is what was committed last.
//
// Placeholders: start (a MATCH that gives `node`), where, order, limit.
// Parameters: p0, p1, … (of the conditions), limit.
// Columns: nodes (a list of maps).
/*start*/
/*where*/
WITH node
/*order*/
/*limit*/
SET node.id = node.id
WITH node
RETURN collect(properties(node)) AS nodes
