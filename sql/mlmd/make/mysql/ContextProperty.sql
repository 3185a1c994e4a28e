-- Properties of contexts: a value in the column of its kind.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS ContextProperty (
    context_id INTEGER NOT NULL,
    name VARCHAR(255) NOT NULL,
    is_custom_property TINYINT(1) NOT NULL,
    int_value INTEGER,
    double_value DOUBLE,
    string_value MEDIUMTEXT,
    byte_value MEDIUMBLOB,
    proto_value MEDIUMBLOB,
    bool_value TINYINT(1),
    PRIMARY KEY (context_id,name,is_custom_property),
    INDEX idx_context_property_int (name,is_custom_property,int_value),
    INDEX idx_context_property_double (name,is_custom_property,double_value),
    INDEX idx_context_property_string (name,is_custom_property,string_value(255))
);
