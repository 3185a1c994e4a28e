-- Nodes of a kind by their ids.
-- Placeholders: as of nodes; ids (a ? for each).
-- Parameters: the ids.
-- Columns: as of nodes; by id.
SELECT node.id, node.type_id, /*name*/, /*uri*/, /*state*/, /*external_id*/, /*created*/, /*updated*/
FROM /*table*/ AS node
WHERE node.id IN (/*ids*/)
ORDER BY node.id;
