-- Forget the version of the schema.
DELETE FROM MLMDEnv;
