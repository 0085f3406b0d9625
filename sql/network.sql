/*
 * The network's own tables, and the events that are read from them.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';

-- every role has a table, every table is dumped, nothing is for everybody
SELECT c.relname, c.relkind
FROM pg_extension AS e, unnest(e.extconfig) AS config(oid)
JOIN pg_class AS c ON c.oid = config.oid
WHERE e.extname = 'promise'
ORDER BY c.relname COLLATE "C";
SELECT c.oid::regclass
FROM pg_class AS c
WHERE c.relnamespace = 'promise'::regnamespace AND c.relkind IN ('r', 'v', 'S')
  AND (has_table_privilege('pg_monitor', c.oid, 'SELECT')
	   OR has_table_privilege('pg_monitor', c.oid, 'INSERT'));

-- quantities are finite numbers that the engine can count
\set VERBOSITY terse
INSERT INTO promise.supply (item, quantity) VALUES ('x', 'NaN');
INSERT INTO promise.supply (item, quantity) VALUES ('x', 'Infinity');
INSERT INTO promise.supply (item, quantity) VALUES ('x', '-Infinity');
INSERT INTO promise.supply (item, quantity) VALUES ('x', 9223372036854.775808);
INSERT INTO promise.supply (item, quantity) VALUES ('x', 0.0000001);
INSERT INTO promise.supply (item, quantity) VALUES ('x', NULL);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('x', 'x', now(), -1);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('x', 'x', now(), 'NaN');
INSERT INTO promise.commitment (ref, item, at, quantity, kind) VALUES ('x', 'x', now(), 1, 'gift');
INSERT INTO promise.commitment (ref, item, at, quantity, expires_at) VALUES ('x', 'x', now(), 1, now());
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES ('x', 'x', now(), 0);
INSERT INTO promise.stocking (item, safety_stock) VALUES ('x', -1);
INSERT INTO promise.stocking (item, horizon) VALUES ('x', '-1 day');
INSERT INTO promise.stocking (item, overdue_after) VALUES ('x', '-1 hour');
INSERT INTO promise.resource (resource, units) VALUES ('x', 'NaN');
INSERT INTO promise.load (resource, during) VALUES ('x', 'empty');
INSERT INTO promise.source (source, item, kind) VALUES ('x', 'x', 'steal');
INSERT INTO promise.source (source, item, kind) VALUES ('x', 'x', 'move');
INSERT INTO promise.source (source, item, kind, from_location) VALUES ('x', 'x', 'move', 'main');
INSERT INTO promise.source (source, item, kind, lot_minimum, lot_maximum) VALUES ('x', 'x', 'buy', 2, 1);
INSERT INTO promise.component (source, item) VALUES ('x', 'x');
INSERT INTO promise.component (source, item, quantity, scrap) VALUES ('x', 'x', 1, 1);
INSERT INTO promise.precedence VALUES ('x', 10, 10);
INSERT INTO promise.resource (resource, pool) VALUES ('x', 'x');
INSERT INTO promise.output (source, item) VALUES ('x', 'x');
INSERT INTO promise.changeover (changeover, to_setup, duration) VALUES ('x', 'x', '1 hour'), ('x', 'x', '2 hours');
INSERT INTO promise.changeover (changeover, duration) VALUES ('x', '-1 hour');
INSERT INTO promise.planned_lot (plan, lot, ref, source, quantity, start_at, end_at, need)
	VALUES (1, 0, 'x', 'x', 1, '2026-12-02', '2026-12-01', 0);
INSERT INTO promise.planned_lot (plan, lot, ref, source, quantity, start_at, end_at, need, steps)
	VALUES (1, 0, 'x', 'x', 1, '2026-12-01', '2026-12-02', 0, '{10}');
INSERT INTO promise.lane (zone, transit) VALUES ('x', '-1 day');
INSERT INTO promise.substitute (item, substitute) VALUES ('x', 'x');
\set VERBOSITY default

BEGIN;
SET LOCAL promise.clock = '2026-12-01 10:30:00+00';
SHOW promise.clock;

-- supply is positive, demand is negative, holds end, locations have a rank
INSERT INTO promise.location VALUES ('north', 'Europe/Berlin', 2), ('south', NULL, 1);
INSERT INTO promise.supply (item, location, at, quantity, ref, kind) VALUES
	('bike', 'main', '-infinity', 10, NULL, 'stock'),
	('bike', 'main', '2026-12-05 12:00+00', 4.25, 'po 1', 'purchase'),
	('bike', 'main', '2026-12-06 12:00+00', -1, 'count', 'correction'),
	('bike', 'north', '2026-12-07 12:00+00', 6, 'po 2', 'purchase'),
	('bike', 'south', 'infinity', 1, 'lost', 'purchase');
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind, expires_at) VALUES
	('so 1', 'bike', 'main', '2026-12-05 12:00+00', 3, 'customer', NULL),
	('so 2', 'bike', 'north', '2026-12-07 12:00+00', 2, 'customer', NULL),
	('done', 'bike', 'main', '2026-12-05 12:00+00', 0, 'customer', NULL),
	('hold 1', 'bike', 'main', '2026-12-02 12:00+00', 7, 'hold', '2026-12-01 10:30:00+00'),
	('hold 2', 'bike', 'main', '2026-12-02 12:00+00', 1, 'hold', '2026-12-01 10:30:01+00');
UPDATE promise.commitment SET accepted_at = '2026-11-30 12:00+00', priority = 3;
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES
	('so 2', 'bike', '2026-12-04 00:00+00', -2),
	('so 2', 'bike', '2026-12-03 00:00+00', 5);
SELECT * FROM promise.events('bike');
SELECT * FROM promise.events('bike', 'north');
SELECT * FROM promise.events('bike', 'elsewhere');
SELECT * FROM promise.events('unknown');
SELECT * FROM promise.events(NULL);

-- what a ref needs and what was planned for it can be left out, and supply
-- bound to it is then for everybody
INSERT INTO promise.supply (item, at, quantity, for_ref) VALUES
	('bike', '2026-12-08 00:00+00', 3, 'so 1'),
	('bike', '2026-12-08 00:00+00', 2, 'so 3');
SELECT location, at, quantity, ref, for_ref
FROM promise.events('bike', exclude => '{so 2,so 1,NULL,nobody}');

-- the order of the rows in the table does not matter
CREATE TEMP TABLE before AS SELECT * FROM promise.events('bike');
CREATE TEMP TABLE shuffled AS SELECT * FROM promise.supply ORDER BY md5(id::text);
DELETE FROM promise.supply;
INSERT INTO promise.supply SELECT * FROM shuffled;
SELECT count(*) AS differences
FROM (SELECT row_number() OVER () AS n, * FROM promise.events('bike')) AS a
FULL JOIN (SELECT row_number() OVER () AS n, * FROM before) AS b USING (n)
WHERE (a.at, a.quantity, a.ref, a.relation) IS DISTINCT FROM (b.at, b.quantity, b.ref, b.relation);
ROLLBACK;

-- what-if leaves no trace
SELECT count(*) FROM promise.events('bike');
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO promise.supply (item, quantity) VALUES ('bike', 1);
SELECT sum(quantity) FROM promise.events('bike');
SAVEPOINT what_if;
INSERT INTO promise.supply (item, quantity) VALUES ('bike', 2);
SELECT sum(quantity) FROM promise.events('bike');
ROLLBACK TO what_if;
SELECT sum(quantity) FROM promise.events('bike');
ROLLBACK;

-- a zone that is not known is an error, wherever it matters
BEGIN;
INSERT INTO promise.location VALUES ('mars', 'Mars/Olympus');
INSERT INTO promise.supply (item, location, quantity) VALUES ('bike', 'mars', 1);
SELECT * FROM promise.events('bike', 'mars');
ROLLBACK;

-- the clock is an instant, whatever the session's zone, and for superusers
SET promise.clock = '2026-12-01 10:00:00 Europe/Berlin';
SHOW promise.clock;
SET promise.clock = 'tomorrow';
SET promise.clock = 'infinity';
SET promise.clock = '5000 BC';
SET promise.clock = '';
SHOW promise.clock;
SET promise.grain = '90min';
SHOW promise.grain;
-- (the server's wording of the range differs between its versions)
\set VERBOSITY sqlstate
SET promise.grain = 0;
\set VERBOSITY default
RESET promise.grain;
SET promise.nonsense = 1;
CREATE ROLE regress_promise_asker;
SET ROLE regress_promise_asker;
SET promise.clock = '2026-12-01 10:00:00+00';
SELECT * FROM promise.events('bike');
RESET ROLE;
DROP ROLE regress_promise_asker;
