-- What a put with a key wrote.
-- Parameters: the key.
-- Columns: artifact_ids, execution_ids, context_ids, each a JSON array.
SELECT artifact_ids, execution_ids, context_ids FROM graphmeta_put WHERE key = ?;
