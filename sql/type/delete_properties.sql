-- Forget what a type declares, before it is written anew.
-- Parameters: type_id.
DELETE FROM TypeProperty WHERE type_id = ?;
