SELECT engine.series_table('test.traffic', ARRAY['bytes_in', 'bytes_out']);
