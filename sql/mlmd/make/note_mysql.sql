-- What programs that come back want to know of this database, by name; so a copy knows how far it got. The text is kept as
-- its bytes, so that no encoding of a table matters. ml-metadata does not look at it.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS graphmeta_note (
    name VARCHAR(100) NOT NULL PRIMARY KEY,
    text MEDIUMBLOB NOT NULL
);
