-- Remember what a put with a key wrote.
-- Parameters: key; artifact_ids, execution_ids, context_ids as JSON arrays; time in milliseconds since the epoch.
INSERT INTO graphmeta_put (key, artifact_ids, execution_ids, context_ids, created) VALUES (?, ?, ?, ?, ?);
