-- How many executions of each type were stored on each day.
-- Parameters: at: the time that they were stored by, in milliseconds since the epoch (NULL for all).
-- Columns: type_id, day (since the epoch, in UTC; days before it are negative), number.
SELECT type_id, create_time_since_epoch / 86400000 - (create_time_since_epoch % 86400000 < 0) AS day, COUNT(*)
FROM Execution
WHERE :at IS NULL OR create_time_since_epoch <= :at
GROUP BY type_id, day;
