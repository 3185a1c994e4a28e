// Nodes labelled Train by name: (:Train {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_train_name IF NOT EXISTS
FOR (node:Train) ON (node.name)
