-- Say which version of MLMD's schema the file has.
-- Parameters: the number.
INSERT INTO MLMDEnv (schema_version) VALUES (?);
