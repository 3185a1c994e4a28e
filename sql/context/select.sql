-- Contexts that a condition holds for.
-- Parameters: those of the condition, then the greatest number of rows (-1: all).
-- Columns: those of a NodeRow without the type's name, state as a number; contexts have no uri, state.
SELECT node.id, node.type_id, node.name, NULL, NULL, node.external_id,
    node.create_time_since_epoch, node.last_update_time_since_epoch
FROM Context AS node
WHERE /*where*/
ORDER BY /*order*/
LIMIT ?;
