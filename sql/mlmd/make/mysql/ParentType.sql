-- The base types of types.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS ParentType (
    type_id INTEGER NOT NULL,
    parent_type_id INTEGER NOT NULL,
    PRIMARY KEY (type_id,parent_type_id)
);
