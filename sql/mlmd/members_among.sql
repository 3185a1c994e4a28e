-- Which of some artifacts or executions belong to which of some contexts.
-- Placeholders: table (Attribution, Association), node (artifact_id, execution_id), ids and contexts (a ? for each).
-- Parameters: the ids of the contexts, the ids of the nodes.
-- Columns: the node's id, the context's id.
SELECT membership./*node*/, membership.context_id FROM /*table*/ AS membership
WHERE membership.context_id IN (/*contexts*/) AND membership./*node*/ IN (/*ids*/);
