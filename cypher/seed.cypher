// Put the counters and the system types into an empty store. Again is harmless, at the same time as well.
//
// Parameters: counters: {name, next}; types: {id, label, values}; format (the version of the graph).
// Columns: none.
UNWIND $counters AS row
MERGE (counter:GraphmetaCounter {name: row.name})
ON CREATE SET counter.next = row.next, counter.format = $format
WITH count(*) AS counters
UNWIND $types AS row
MERGE (type:Type {id: row.id})
ON CREATE SET type = row.values, type:$(row.label)
