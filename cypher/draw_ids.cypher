// Draw a block of ids from a counter, in a transaction of its own: the counter is locked until it ends.
//
// Parameters: name (of the counter), number (of ids).
// Columns: first (the first id of the block).
MATCH (counter:GraphmetaCounter {name: $name})
SET counter.next = counter.next + $number
RETURN counter.next - $number AS first
