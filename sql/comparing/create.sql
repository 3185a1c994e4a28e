-- Things of two stores that have no order in common, in a database that is gone with its connection.
CREATE TABLE item (
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    third TEXT NOT NULL,
    a TEXT,
    b TEXT,
    PRIMARY KEY (first, second, third)
) WITHOUT ROWID;
