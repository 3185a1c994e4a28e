-- The properties of the nodes of a kind in a range of ids, whether or not there are such nodes.
-- Placeholders: table (Artifact, Execution, Context), owner (artifact_id, …); columns that not every schema has (NULL
-- where it is missing).
-- Parameters: the range: above the one, up to the other.
-- Columns: the node's id, name, whether custom, int, double, string, bytes, bool, Any; by the node's id.
SELECT property./*owner*/, property.name, property.is_custom_property,
    property.int_value, property.double_value, property.string_value, /*byte_value*/, /*bool_value*/, /*proto_value*/
FROM /*table*/Property AS property
WHERE property./*owner*/ > ? AND property./*owner*/ <= ?
ORDER BY property./*owner*/;
