-- The version of MLMD's schema that the file has.
-- Columns: the number.
SELECT schema_version FROM MLMDEnv;
