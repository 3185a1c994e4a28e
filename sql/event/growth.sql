-- How many events happened on each day. One without a time counts as of the epoch.
-- Columns: day (since the epoch, in UTC; days before it are negative), number.
SELECT time / 86400000 - (time % 86400000 < 0) AS day, COUNT(*)
FROM (SELECT COALESCE(milliseconds_since_epoch, 0) AS time FROM Event)
GROUP BY day;
