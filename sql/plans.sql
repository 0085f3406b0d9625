/*
 * What is planned counts as long as its promise does: the plan of a hold is
 * bound to the hold and ends with it.  And in which order demand is served.
 */
SET promise.clock = '2026-11-22 08:00+00';
SET promise.timezone = 'Europe/Berlin';
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET client_min_messages = warning;
CREATE SCHEMA erp;

-- priority and acceptance, as the rows say them
CREATE TABLE erp.line (ref text PRIMARY KEY, item text, location text, at date,
					   quantity numeric, rank bigint, day date, moment timestamp);
CREATE INDEX ON erp.line (item, location);
INSERT INTO promise.location (location, zone) VALUES ('far', 'Asia/Tokyo');
INSERT INTO erp.line VALUES
	('a', 'order', 'main', '2026-12-01', 1, 3, '2026-11-20', '2026-11-20 10:00'),
	('b', 'order', 'far', '2026-12-01', 1, 9e18::bigint, '2026-11-20', '2026-11-20 10:00'),
	('c', 'order', 'main', '2026-12-01', 1, -9e18::bigint, 'infinity', '-infinity'),
	('d', 'order', 'main', '2026-12-01', 1, NULL, NULL, NULL);
INSERT INTO promise.commitment (ref, item, at, quantity, priority, accepted_at)
VALUES ('e', 'order', '2026-12-01', 1, 5, '2026-11-21 09:00+00');
INSERT INTO promise.planned_flow (ref, item, at, quantity)
VALUES ('e', 'order', '2026-12-01', -2), ('nobody', 'order', '2026-12-01', -3),
	   ('a', 'order', '2026-12-01', -4), ('e', 'order', '2026-12-01', 10);
SELECT promise.map('demand', 'erp.line', kind => 'NULL', priority => 'rank', accepted_at => 'day');
SELECT ref, relation, quantity, priority, accepted_at FROM promise.events('order') ORDER BY relation, ref, quantity;
SELECT promise.map('demand', 'erp.line', kind => 'NULL', priority => 'rank::integer % 10', accepted_at => 'moment',
				   filter => 'rank = 3');
SELECT ref, relation, quantity, priority, accepted_at FROM promise.events('order', 'main') WHERE ref = 'a' ORDER BY quantity;
SELECT promise.map('demand', 'erp.line', kind => 'NULL', filter => 'ref = ''a''');
SELECT ref, relation, quantity, priority, accepted_at FROM promise.events('order', 'main') WHERE ref = 'a' ORDER BY quantity;
SELECT promise.unmap('demand', 'erp.line');

-- the plan of a hold: supply is for the hold alone, and ends with it
CREATE FUNCTION erp.plan(text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s %s for %s until %s', e.ref, e.quantity, e.for_ref, e.expires_at), ', '
					  ORDER BY e.ref, e.quantity)
	FROM promise.events($1) AS e
$$;
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at)
VALUES ('h', 'toy', '2026-12-01', 4, 'hold', '2026-11-22 12:00+00'),
	   ('k', 'toy', '2026-12-01', 3, 'customer', NULL),
	   ('s', 'toy', '2026-12-01', 0, 'hold', '2026-11-22 12:00+00'),
	   ('u', 'toy', '2026-12-01', 1, 'hold', NULL);
INSERT INTO promise.planned_flow (ref, item, at, quantity)
VALUES ('h', 'toy', '2026-12-01', 6), ('k', 'toy', '2026-12-01', 5),
	   ('s', 'toy', '2026-12-01', 7), ('u', 'toy', '2026-12-01', 8),
	   ('h', 'wheel', '2026-11-30', -24);
INSERT INTO promise.supply (item, quantity) VALUES ('wheel', 30);
SELECT erp.plan('toy'), erp.plan('wheel');
-- 5 + 7 less 3: the surplus of holds is not for others
SELECT * FROM promise.availability('toy') ORDER BY at;
SELECT * FROM promise.availability('wheel') ORDER BY at;
SELECT * FROM promise.check_offers(ARRAY(SELECT o FROM promise.quote('toy', 9) AS o));
SET promise.clock = '2026-11-22 11:59:59.999999+00';
SELECT erp.plan('toy'), erp.plan('wheel');
SET promise.clock = '2026-11-22 12:00+00';
SELECT erp.plan('toy'), erp.plan('wheel');
SELECT at, balance FROM promise.availability('toy') ORDER BY at;
SELECT at, balance FROM promise.availability('wheel') ORDER BY at;
SET promise.clock = '2026-11-22 08:00+00';

-- a ref so long that it is stored compressed
INSERT INTO promise.commitment (ref, item, at, quantity, kind)
VALUES (repeat('hold', 2000), 'long', '2026-12-01', 1, 'hold'), (repeat('sold', 2000), 'long', '2026-12-01', 1, 'customer');
INSERT INTO promise.planned_flow (ref, item, at, quantity)
VALUES (repeat('hold', 2000), 'long', '2026-11-30', 5), (repeat('sold', 2000), 'long', '2026-11-30', 7);
SELECT at, balance FROM promise.availability('long') ORDER BY at;
UPDATE promise.commitment SET kind = 'customer' WHERE item = 'long';
SELECT at, balance FROM promise.availability('long') ORDER BY at;

-- left out, with its plan
SELECT ref, quantity FROM promise.events('toy', NULL, '{h}') ORDER BY 1, 2;
-- once it is settled it is no hold, and the plan is there for everybody
UPDATE promise.commitment SET quantity = 0 WHERE ref = 'h';
SELECT erp.plan('toy'), erp.plan('wheel');
UPDATE promise.commitment SET quantity = 4 WHERE ref = 'h';
-- once the business has taken over its ref it does not end any more either
INSERT INTO erp.line VALUES ('h', 'toy', 'main', '2026-12-01', 4);
SELECT promise.map('demand', 'erp.line', kind => 'NULL');
SELECT erp.plan('toy'), erp.plan('wheel');
SET promise.clock = '2026-11-22 12:00+00';
SELECT erp.plan('toy'), erp.plan('wheel');
SELECT at, balance FROM promise.availability('wheel') ORDER BY at;
DELETE FROM erp.line WHERE ref = 'h';
SELECT erp.plan('toy'), erp.plan('wheel');

/*
 * By random rows: against plain SQL
 */
SELECT setseed(0.5);
DELETE FROM erp.line;
DELETE FROM promise.commitment;
DELETE FROM promise.planned_flow;
DELETE FROM promise.supply;
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at)
SELECT 'r' || n, 'i' || n % 7, timestamptz '2026-12-01' + n * interval '1 hour', (random() * 2)::int,
	   kind, CASE WHEN kind = 'hold' AND random() < 0.7
				  THEN timestamptz '2026-11-22 12:00+00' + (random() * 4 - 2)::int * interval '1 hour' END
FROM (SELECT n, CASE WHEN random() < 0.5 THEN 'hold' ELSE 'customer' END AS kind
	  FROM generate_series(1, 120) AS n) AS c;
INSERT INTO erp.line
SELECT 'r' || n, 'i' || n % 7, 'main', '2026-12-01', 1
FROM generate_series(1, 140) AS n WHERE random() < 0.2;
INSERT INTO promise.planned_flow (ref, item, at, quantity)
SELECT 'r' || n % 150, 'i' || (random() * 6)::int, timestamptz '2026-12-01' + n * interval '1 minute',
	   CASE WHEN random() < 0.5 THEN 1 ELSE -1 END * n
FROM generate_series(1, 300) AS n;
WITH truth AS (
	SELECT p.item, p.quantity, p.ref,
		   CASE WHEN c.kind = 'hold' AND l.ref IS NULL AND p.quantity > 0 THEN p.ref END AS for_ref
	FROM promise.planned_flow AS p
	LEFT JOIN promise.commitment AS c ON c.ref = p.ref AND c.quantity > 0
	LEFT JOIN erp.line AS l ON l.ref = p.ref
	WHERE l.ref IS NOT NULL OR c.expires_at IS NULL OR c.expires_at > promise.now()
), answer AS (
	SELECT e.item, e.quantity, e.ref, e.for_ref
	FROM generate_series(0, 6) AS n, promise.events('i' || n) AS e
	WHERE e.relation = 'planned_flow'
)
SELECT (SELECT count(*) FROM truth) > 200 AS enough,
	   (SELECT count(*) FROM truth WHERE for_ref IS NOT NULL) > 10 AS bound,
	   (SELECT count(*) FROM truth) < 295 AS ended,
	   (SELECT count(*) FROM (TABLE truth EXCEPT ALL TABLE answer) AS d) AS missing,
	   (SELECT count(*) FROM (TABLE answer EXCEPT ALL TABLE truth) AS d) AS too_many;

-- without details the same counts as with them, which bound supply asks for; also where refs are left out
INSERT INTO promise.supply (item, quantity) SELECT 'i' || n, 1000 FROM generate_series(0, 6) AS n;
CREATE TABLE erp.answer AS
SELECT n, q, mapped, refs, NULL::timestamptz AS lean
FROM generate_series(0, 6) AS n, generate_series(1, 4001, 80) AS q, unnest('{t,f}'::boolean[]) AS mapped,
	 (VALUES (NULL::text[]), ('{r8,r7}'), (ARRAY(SELECT 'r' || k FROM generate_series(1, 150, 3) AS k))) AS r (refs);
UPDATE erp.answer SET lean = promise.earliest('i' || n, q, exclude => refs) WHERE mapped;
SELECT promise.unmap('demand', 'erp.line');
UPDATE erp.answer SET lean = promise.earliest('i' || n, q, exclude => refs) WHERE NOT mapped;
INSERT INTO promise.supply (item, quantity, for_ref) SELECT 'i' || n, 1, 'nobody at all' FROM generate_series(0, 6) AS n;
SELECT count(*) FILTER (WHERE lean IS DISTINCT FROM promise.earliest('i' || n, q, exclude => refs)) AS wrong
FROM erp.answer WHERE NOT mapped;
SELECT promise.map('demand', 'erp.line', kind => 'NULL');
SELECT count(*) FILTER (WHERE lean IS DISTINCT FROM promise.earliest('i' || n, q, exclude => refs)) AS wrong
FROM erp.answer WHERE mapped;
SELECT count(lean) > 300 AS enough, count(*) - count(lean) > 300 AS never, count(DISTINCT lean) > 20 AS different
FROM erp.answer;
SELECT count(DISTINCT answers) AS different
FROM (SELECT array_agg(lean ORDER BY n, q) AS answers FROM erp.answer GROUP BY mapped, refs) AS a;
SELECT promise.unmap('demand', 'erp.line');

/*
 * Settled commitments cost a question nothing.
 */
CREATE FUNCTION erp.buffers(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	-- what is looked up once is looked up
	EXECUTE query;
	EXECUTE query;
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || query INTO plan;
	RETURN (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::bigint
		+ (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::bigint;
END
$$;
INSERT INTO promise.commitment (ref, item, at, quantity)
SELECT 'old' || n, 'settled', timestamptz '2026-12-01' + n * interval '1 second', 0
FROM generate_series(1, 100000) AS n;
INSERT INTO promise.commitment (ref, item, at, quantity)
SELECT item || n, item, timestamptz '2026-12-01' + n * interval '1 hour', 1
FROM unnest('{settled,fresh}'::text[]) AS item, generate_series(1, 20) AS n;
VACUUM ANALYZE promise.commitment;
-- (their rows may lie across the border of a page)
SELECT erp.buffers('SELECT promise.earliest(''settled'', 1)') > 0 AS counted,
	   erp.buffers('SELECT promise.earliest(''settled'', 1)')
	   <= erp.buffers('SELECT promise.earliest(''fresh'', 1)') + 2 AS lean,
	   erp.buffers('SELECT count(*) FROM promise.events(''settled'')')
	   <= erp.buffers('SELECT count(*) FROM promise.events(''fresh'')') + 2 AS detailed;
-- and once more while their rows are not visible to everybody
UPDATE promise.commitment SET quantity = 0 WHERE item = 'fresh' AND at < '2026-12-01 05:00+00';
SELECT count(*), min(at) FROM promise.events('fresh');

DELETE FROM promise.mapping;
DELETE FROM promise.commitment;
DELETE FROM promise.planned_flow;
DELETE FROM promise.supply;
DELETE FROM promise.location;
DROP SCHEMA erp CASCADE;
