-- Say that an artifact or an execution belongs to a context.
-- Placeholders: table (Attribution, Association), node (artifact_id, execution_id).
-- Parameters: the node's id, the context's id.
INSERT INTO /*table*/ (/*node*/, context_id) VALUES (?, ?);
