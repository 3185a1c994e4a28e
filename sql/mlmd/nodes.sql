-- Nodes of a kind behind an id, so many at most.
-- Placeholders: table; the columns that not every kind or schema has (NULL where it is missing).
-- Parameters: the id, the number.
-- Columns: id, type_id, name, uri, state as a number, external_id, created, updated; by id.
SELECT node.id, node.type_id, /*name*/, /*uri*/, /*state*/, /*external_id*/, /*created*/, /*updated*/
FROM /*table*/ AS node
WHERE node.id > ?
ORDER BY node.id
LIMIT ?;
