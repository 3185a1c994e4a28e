// Nodes of one kind, in the order asked for, with everything that they have.
//
// Placeholders: start (a MATCH that gives `node`), where, order, limit.
// Parameters: p0, p1, … (of the conditions), limit.
// Columns: nodes (a list of maps: one record in all, because the driver's cost is per record).
/*start*/
/*where*/
WITH node
/*order*/
/*limit*/
RETURN collect(properties(node)) AS nodes
