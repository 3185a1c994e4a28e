-- Attributions or associations behind a row, so many at most.
-- Placeholders: table (Attribution, Association), node_table (Artifact, Execution), node (artifact_id, execution_id).
-- Parameters: the row's id, the number.
-- Columns: the row's id, the node's id, the context's id, and the latter two once more (NULL where there is no such node
-- or context); by the first.
SELECT membership.id, membership./*node*/, membership.context_id, node.id, context.id
FROM /*table*/ AS membership
LEFT JOIN /*node_table*/ AS node ON node.id = membership./*node*/
LEFT JOIN Context AS context ON context.id = membership.context_id
WHERE membership.id > ?
ORDER BY membership.id
LIMIT ?;
