-- Give a type a base type. System types are looked up by name: they are 1 to 9 in new files only.
-- Parameters: type_id, name of the system type, type_kind.
INSERT INTO ParentType (type_id, parent_type_id)
SELECT ?, min(id) FROM Type WHERE name = ? AND type_kind = ? AND version IS NULL;
