// As nodes, for artifacts or executions that belong to one of some contexts: it starts there.
//
// Placeholders: contexts (a parameter), membership (a relationship type), where, order, limit.
// Parameters: p0, p1, … (the ids of the contexts and what the conditions need), limit.
// Columns: nodes (a list of maps).
MATCH (context:Context) WHERE context.id IN /*contexts*/
MATCH (context)<-[:/*membership*/]-(node)
WITH DISTINCT node
/*where*/
WITH node
/*order*/
/*limit*/
RETURN collect(properties(node)) AS nodes
