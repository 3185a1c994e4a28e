// What a put with a key wrote, where it was written before.
//
// Parameters: key.
// Columns: artifact_ids, execution_ids, context_ids; no record if the key is new.
MATCH (known:GraphmetaPut {key: $key})
RETURN known.artifact_ids AS artifact_ids, known.execution_ids AS execution_ids, known.context_ids AS context_ids
