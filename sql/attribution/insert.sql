-- Say that an artifact belongs to a context; one that is there stays as it is.
-- Parameters: artifact_id, context_id.
INSERT INTO Attribution (artifact_id, context_id) VALUES (?, ?) ON CONFLICT DO NOTHING;
