-- Forget the base types of all types.
DELETE FROM ParentType;
