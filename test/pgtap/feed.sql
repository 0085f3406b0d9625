-- What sales promise in the shop's own table is told to those who deliver it, and
-- what they ship of it is not told to them again.  Monday, 23 November 2026.
BEGIN;
SELECT plan(21);
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';
SET LOCAL promise.timezone = 'Europe/Berlin';
SET LOCAL TimeZone = 'Europe/Berlin';
SET LOCAL DateStyle = 'ISO, YMD';

CREATE ROLE story_sales;
CREATE ROLE story_depot;
CREATE ROLE story_kim LOGIN IN ROLE story_sales;
CREATE ROLE story_dora LOGIN IN ROLE story_depot;
CREATE ROLE story_otto LOGIN;
CREATE SCHEMA story_shop;
CREATE TABLE story_shop.line (id text PRIMARY KEY, product text, site text, ordered numeric, shipped numeric DEFAULT 0,
	promised date, booked timestamptz);
CREATE INDEX ON story_shop.line (product, promised);
CREATE TABLE story_shop.shipment (line text, day date, quantity numeric);
CREATE INDEX ON story_shop.shipment (line);
SELECT promise.map('demand', 'story_shop.line', ref => 'id', item => 'product', location => 'site', quantity => 'ordered - shipped',
	at => 'promised', accepted_at => 'booked');
SELECT promise.map('delivery', 'story_shop.shipment', ref => 'line', at => 'day');
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT s FROM (VALUES ('seller', 'story_sales'), ('operations', 'story_depot'), ('operations', 'story_otto')) AS k (kind, role),
					  LATERAL promise.grant_script(k.kind, k.role) AS s
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;
GRANT INSERT, UPDATE, DELETE ON story_shop.line TO story_sales;
GRANT UPDATE (shipped) ON story_shop.line TO story_depot;
GRANT INSERT ON story_shop.shipment TO story_depot;
INSERT INTO promise.signatory (role_name, side, location) VALUES ('story_depot', 'operations', 'depot');

-- what a query answers to somebody, as text; or the SQLSTATE
CREATE FUNCTION pg_temp.sees(person name, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	owner constant name := session_user;
	result text;
BEGIN
	PERFORM set_config('session_authorization', person, true);
	BEGIN
		EXECUTE query INTO result;
	EXCEPTION WHEN OTHERS THEN
		result := SQLSTATE;
	END;
	PERFORM set_config('session_authorization', owner, true);
	RETURN COALESCE(result, 'nothing');
END
$$;
CREATE FUNCTION pg_temp.feed(person name) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.sees(person, $q$SELECT string_agg(format('%s %s %s', quantity, item, news), ', ' ORDER BY ref) FROM promise.feed$q$)
$$;

-- 1. Kim sells eight lamps from the depot and two from the shop.
SELECT is(pg_temp.sees('story_kim', $$INSERT INTO story_shop.line (id, product, site, ordered, promised, booked) VALUES
	('SO-1', 'LAMP', 'depot', 8, '2026-11-27', promise.now()), ('SO-2', 'LAMP', 'shop', 2, '2026-11-27', promise.now()) RETURNING id$$),
	'SO-1', 'Kim sells');
SELECT is(pg_temp.feed('story_dora'), '8 LAMP new', 'the depot is told of what it delivers');
SELECT is(pg_temp.feed('story_kim'), 'nothing', 'Kim has nothing to acknowledge');
SELECT is(pg_temp.feed('story_otto'), 'nothing', 'nor has Otto, who delivers something else');
SELECT is(pg_temp.sees('story_kim', $$SELECT acknowledge_by FROM promise.notices('{SO-1}')$$), '2026-11-24 08:00:00+01',
		  'Kim sees until when they are to have seen it');
SELECT is(pg_temp.sees('story_kim', $$SELECT promise.acknowledge('SO-1')$$), '42501', 'but cannot say it for them');
SELECT is(pg_temp.sees('story_otto', $$SELECT promise.acknowledge('SO-1')$$), 'P0002', 'nor can Otto');
SELECT is(pg_temp.sees('story_dora', $$SELECT promise.acknowledge('SO-1', 'on the shelf')$$), '1', 'Dora can');
SELECT is(pg_temp.sees('story_kim', $$SELECT concat(acknowledged_by, ': ', note) FROM promise.notices('{SO-1}')$$),
		  'story_dora: on the shelf', '... and Kim sees it');

-- 2. Dora ships three of the eight.
SELECT is(pg_temp.sees('story_dora', $$INSERT INTO story_shop.shipment VALUES ('SO-1', '2026-11-23', 3) RETURNING 'shipped'$$), 'shipped', 'three are shipped');
SELECT is(pg_temp.sees('story_dora', $$UPDATE story_shop.line SET shipped = 3 WHERE id = 'SO-1' RETURNING ordered - shipped$$), '5', '... and five are open');
SELECT is(pg_temp.feed('story_dora'), 'nothing', 'that is no news to who did it');
SELECT is(pg_temp.sees('story_kim', $$SELECT concat(quantity, ' open, seen by ', acknowledged_by) FROM promise.notices('{SO-1}')$$),
		  '5 open, seen by story_dora', '... and the order is still as it was seen');

-- 3. The customer takes three more: eight are open, as many as at first, and that is news.
SELECT is(pg_temp.sees('story_kim', $$UPDATE story_shop.line SET ordered = 11 WHERE id = 'SO-1' RETURNING ordered - shipped$$), '8', 'as many are open as at first');
SELECT is(pg_temp.feed('story_dora'), '8 LAMP changed', '... but more has to be delivered than the depot knew');
SELECT is(pg_temp.sees('story_kim', $$SELECT acknowledged_by FROM promise.notices('{SO-1}')$$), 'nothing', '... and Kim sees that they do not know yet');
SELECT is(pg_temp.sees('story_dora', $$SELECT promise.acknowledge('SO-1')$$), '1', 'now they do');

-- 4. The shop's order is moved to the depot and taken back again, before and after Dora has seen it.
UPDATE story_shop.line SET site = 'depot' WHERE id = 'SO-2';
SELECT is(pg_temp.sees('story_dora', $$SELECT promise.acknowledge('SO-2')$$), '1', 'Dora sees the other order');
DELETE FROM story_shop.line WHERE id = 'SO-2';
SELECT is(pg_temp.feed('story_dora'), '0 LAMP gone', '... which is taken back');
SELECT is(pg_temp.sees('story_dora', $$SELECT promise.acknowledge('SO-2')$$), '1', '... as Dora has seen');
SELECT is(pg_temp.sees('story_dora', $$SELECT promise.acknowledge('SO-2')$$), '0', '... and need not see twice');

SELECT * FROM finish();
ROLLBACK;
