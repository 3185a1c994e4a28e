-- Nodes of a kind by their external ids.
-- Placeholders: as of nodes; external_ids (a ? for each).
-- Parameters: the external ids.
-- Columns: as of nodes; by id.
SELECT node.id, node.type_id, /*name*/, /*uri*/, /*state*/, /*external_id*/, /*created*/, /*updated*/
FROM /*table*/ AS node
WHERE node.external_id IN (/*external_ids*/)
ORDER BY node.id;
