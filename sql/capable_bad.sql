/*
 * Networks that cannot be planned: they are named at once, and long plans can be
 * cancelled.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
\set VERBOSITY default
\set SHOW_CONTEXT never
BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';
CREATE FUNCTION pg_temp.try(item text, quantity numeric DEFAULT 1) RETURNS TABLE (state text, message text, detail text)
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM promise.quote(item, quantity);
	message := 'planned';
	RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
	RETURN NEXT;
END $$;
\x on
INSERT INTO promise.resource (resource, calendar) VALUES ('saw', NULL), ('closed', 'UTC; 2020-01-01 08:00-16:00');
SAVEPOINT s;

-- made of itself, in two steps; what is there is still promised
INSERT INTO promise.source (source, item, kind) VALUES ('lay', 'EGG', 'make'), ('hatch', 'HEN', 'make');
INSERT INTO promise.component (source, item, quantity) VALUES ('lay', 'HEN', 1), ('hatch', 'EGG', 1);
INSERT INTO promise.supply (item, quantity) VALUES ('EGG', 2);
SELECT * FROM pg_temp.try('EGG', 3);
SELECT * FROM pg_temp.try('EGG', 2);
SELECT * FROM pg_temp.try('HEN', 3);
ROLLBACK TO s;

-- a resource or a skill that is not there, and an item without any source
INSERT INTO promise.source (source, item, kind) VALUES ('cut', 'PLATE', 'make'), ('turn', 'BOLT', 'make'), ('weld', 'BOX', 'make');
INSERT INTO promise.step (source, step, resource, skill, run) VALUES ('cut', 1, 'no such saw', NULL, '1 min'), ('turn', 1, NULL, 'magic', '1 min');
INSERT INTO promise.component (source, item, quantity) VALUES ('weld', 'SHEET', 1);
SELECT * FROM pg_temp.try('PLATE');
SELECT * FROM pg_temp.try('BOLT');
SELECT kind, available_at, reason, detail FROM promise.quote('BOX', 1);
ROLLBACK TO s;

-- no time, no open time, more time than there is, more pieces than there can be
INSERT INTO promise.source (source, item, kind) VALUES ('now', 'A', 'make'), ('never', 'B', 'make'), ('long', 'C', 'make'), ('many', 'D', 'make');
INSERT INTO promise.step (source, step, resource, run) VALUES ('now', 1, 'saw', '0'), ('never', 1, 'closed', '1 min'), ('long', 1, 'saw', '100 hours');
INSERT INTO promise.component (source, item, quantity) VALUES ('many', 'A', 9000000000000);
SELECT promise.earliest('A', 4000000000000);
SELECT kind, available_at, reason, detail FROM promise.quote('B', 1);
SELECT kind, available_at, reason, detail FROM promise.quote('C', 1000, ship_complete => true);
SELECT * FROM pg_temp.try('C', 9000000000000);
SELECT * FROM pg_temp.try('D', 9000000000000);
ROLLBACK TO s;

-- nine hundred levels are planned, three thousand are too many
INSERT INTO promise.source (source, item, kind) SELECT 'make ' || i, 'level ' || i, 'make' FROM generate_series(1, 3000) i;
INSERT INTO promise.component (source, item, quantity) SELECT 'make ' || i, 'level ' || i + 1, 1 FROM generate_series(1, 3000) i;
INSERT INTO promise.supply (item, quantity) VALUES ('level 901', 10);
SELECT promise.earliest('level 1', 10);
DELETE FROM promise.supply WHERE item = 'level 901';
SELECT * FROM pg_temp.try('level 1');
ROLLBACK TO s;

-- ways that multiply, with more effort than anybody has time for: the search can be cancelled
INSERT INTO promise.source (source, item, kind) SELECT format('make %s %s', i, j), 'level ' || i, 'make' FROM generate_series(1, 12) i, generate_series(1, 4) j;
INSERT INTO promise.step (source, step, resource, run) SELECT format('make %s %s', i, j), 1, 'saw', '10 min' FROM generate_series(1, 12) i, generate_series(1, 4) j;
INSERT INTO promise.component (source, item, quantity)
	SELECT format('make %s %s', i, j), 'level ' || i + k, 1 FROM generate_series(1, 12) i, generate_series(1, 4) j, generate_series(1, 2) k;
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('buy 13', 'level 13', 'buy', '3 days'), ('buy 14', 'level 14', 'buy', '3 days');
SELECT promise.earliest('level 1', 5, effort => 0) < '2027-01-01' AS found;
SAVEPOINT t;
SELECT clock_timestamp() AS begun \gset
SET LOCAL statement_timeout = '100ms';
SELECT promise.earliest('level 1', 5, effort => 1000000);
ROLLBACK TO t;
SELECT clock_timestamp() - :'begun' < interval '1 s' AS at_once;
ROLLBACK;
