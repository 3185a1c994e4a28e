-- Remove the table that was set aside.
DROP TABLE graphmeta_old;
