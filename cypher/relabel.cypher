// Give the nodes of a type the role that the type has now, in place of any other.
//
// Placeholders: kind (a label), roles (all role labels of the kind), role (the one to have): of the closed set.
// Parameters: type_id.
// Columns: none.
MATCH (node:/*kind*/ {type_id: $type_id})
REMOVE node/*roles*/
SET node/*role*/
