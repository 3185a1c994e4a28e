-- A node takes a name; an error where another node of its type has it.
-- Parameters: the type's id, the name, the node's id.
INSERT INTO taken_name (type_id, name, id) VALUES (?, ?, ?);
