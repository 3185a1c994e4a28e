-- Nodes of a kind of a type that are called so.
-- Placeholders: as of nodes; names (a ? for each).
-- Parameters: the type's id, the names.
-- Columns: as of nodes; by id.
SELECT node.id, node.type_id, /*name*/, /*uri*/, /*state*/, /*external_id*/, /*created*/, /*updated*/
FROM /*table*/ AS node
WHERE node.type_id = ? AND node.name IN (/*names*/)
ORDER BY node.id;
