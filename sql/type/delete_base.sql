-- Forget a type's base type, before it is written anew.
-- Parameters: type_id.
DELETE FROM ParentType WHERE type_id = ?;
