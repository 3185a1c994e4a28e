-- Forget a context's properties, before they are written anew.
-- Parameters: context_id.
DELETE FROM ContextProperty WHERE context_id = ?;
