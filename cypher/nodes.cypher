// Nodes of one kind, in the order asked for, with everything that they have.
//
// Placeholders: kind (a label), where, order, limit.
// Parameters: p0, p1, … (of the conditions), limit.
// Columns: nodes (a list of maps: one record in all, because the driver's cost is per record).
MATCH (node:/*kind*/)
/*where*/
WITH node
/*order*/
/*limit*/
RETURN collect(properties(node)) AS nodes
