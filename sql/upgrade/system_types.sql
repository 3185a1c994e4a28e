-- The types that may be system types.
-- Columns: name, type_kind.
SELECT name, type_kind FROM Type WHERE name LIKE 'mlmd.%';
