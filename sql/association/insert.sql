-- Say that an execution belongs to a context; one that is there stays as it is.
-- Parameters: execution_id, context_id.
INSERT INTO Association (execution_id, context_id) VALUES (?, ?) ON CONFLICT DO NOTHING;
