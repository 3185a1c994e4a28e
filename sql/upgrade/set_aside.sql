-- Give a table another name, so that a new one can have its own.
-- Placeholders: table (one of ML Metadata's).
ALTER TABLE /*table*/ RENAME TO graphmeta_old;
