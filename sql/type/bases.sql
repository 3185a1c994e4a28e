-- The base types of all types that have one.
-- Columns: type_id, name of the base type.
SELECT ParentType.type_id, Type.name FROM ParentType JOIN Type ON Type.id = ParentType.parent_type_id;
