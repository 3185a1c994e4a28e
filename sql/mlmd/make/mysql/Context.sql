-- Contexts.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Context (
    id INTEGER NOT NULL AUTO_INCREMENT,
    type_id INTEGER NOT NULL,
    name VARCHAR(255) NOT NULL,
    external_id VARCHAR(255),
    create_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    last_update_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY type_id (type_id,name),
    UNIQUE KEY external_id (external_id),
    INDEX idx_context_create_time_since_epoch (create_time_since_epoch),
    INDEX idx_context_last_update_time_since_epoch (last_update_time_since_epoch),
    INDEX idx_context_external_id (external_id)
);
