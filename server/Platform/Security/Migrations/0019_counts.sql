-- How often what happened is added up before it is written: a point stands for many. What was counted one by one goes with its tables.
DROP TABLE security.counts, security.counts_hours, security.counts_days;
DELETE FROM engine.series WHERE name = 'security.counts';
SELECT engine.series_table('security.counts', ARRAY['times', 'unwritten']);
