-- Remove an index.
-- Placeholders: index (of ML Metadata's own).
-- Parameters: none.
DROP INDEX IF EXISTS /*index*/;
