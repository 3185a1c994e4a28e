-- The properties of some nodes of a kind.
-- Placeholders: as of properties; ids (a ? for each).
-- Parameters: the ids of the nodes.
-- Columns: as of properties.
SELECT property./*owner*/, property.name, property.is_custom_property,
    property.int_value, property.double_value, property.string_value, /*byte_value*/, /*bool_value*/, /*proto_value*/
FROM /*table*/Property AS property
WHERE property./*owner*/ IN (/*ids*/)
ORDER BY property./*owner*/;
