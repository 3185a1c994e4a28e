-- The base types of types.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS ParentType (
    type_id INTEGER NOT NULL,
    parent_type_id INTEGER NOT NULL,
    CONSTRAINT parenttype_pkey PRIMARY KEY (type_id, parent_type_id)
);
