// Nodes labelled Train by what people call them: (:Train {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_train_display_name IF NOT EXISTS
FOR (node:Train) ON (node.display_name)
