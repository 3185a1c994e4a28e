// Let a counter go on after ids that were not drawn from it.
//
// Parameters: name (of the counter), next (the lowest id that is free).
// Columns: none.
MATCH (counter:GraphmetaCounter {name: $name}) WHERE counter.next < $next
SET counter.next = $next
