-- That artifacts belong to contexts.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Attribution (
    id INTEGER NOT NULL AUTO_INCREMENT,
    context_id INTEGER NOT NULL,
    artifact_id INTEGER NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY context_id (context_id,artifact_id)
);
