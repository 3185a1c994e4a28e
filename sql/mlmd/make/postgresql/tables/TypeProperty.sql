-- The declared properties of types.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS TypeProperty (
    type_id INTEGER NOT NULL,
    name VARCHAR(255) NOT NULL,
    data_type INTEGER,
    CONSTRAINT typeproperty_pkey PRIMARY KEY (type_id, name)
);
