-- Types of artifacts, executions and contexts. type_kind: 0 execution, 1 artifact, 2 context.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Type (
    id INTEGER NOT NULL AUTO_INCREMENT,
    name VARCHAR(255) NOT NULL,
    version VARCHAR(255),
    type_kind TINYINT(1) NOT NULL,
    description TEXT,
    input_type TEXT,
    output_type TEXT,
    external_id VARCHAR(255),
    PRIMARY KEY (id),
    UNIQUE KEY external_id (external_id),
    INDEX idx_type_name (name),
    INDEX idx_type_external_id (external_id)
);
