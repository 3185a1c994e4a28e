-- What programs that come back want to know of this store, by name; so a copy knows how far it got.
CREATE TABLE graphmeta_note (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL
);
