// Forget remembered puts whose time is up: some, so that no transaction grows large.
//
// Parameters: now (milliseconds since the epoch), number (at most so many).
// Columns: none.
MATCH (put:GraphmetaPut) WHERE put.expires < $now
WITH put LIMIT $number
DELETE put
