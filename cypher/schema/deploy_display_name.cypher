// Nodes labelled Deploy by what people call them: (:Deploy {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_deploy_display_name IF NOT EXISTS
FOR (node:Deploy) ON (node.display_name)
