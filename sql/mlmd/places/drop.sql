-- The places were of rows that are no more.
-- Parameters: none.
DROP TABLE temp.place_of_step;
