/*
 * Lines that are delivered together where something must be made, bought or moved.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday

CREATE FUNCTION pg_temp.together(VARIADIC lines text[])
RETURNS TABLE (ref text, kind text, item text, location text, qty numeric, available_at timestamptz, on_time boolean, reason promise.reason, detail text)
LANGUAGE sql AS $$
	SELECT ref, kind, item, location, quantity, available_at, on_time, reason, detail FROM promise.quote_lines((
		SELECT array_agg(promise.request(split_part(l, ' ', 2), split_part(l, ' ', 3)::numeric,
			nullif(split_part(l, ' ', 4), '')::promise.due, nullif(split_part(l, ' ', 5), ''), split_part(l, ' ', 1)) ORDER BY n)
		FROM unnest(lines) WITH ORDINALITY AS t (l, n)), true)
$$;

BEGIN;
INSERT INTO promise.resource (resource, calendar) VALUES ('welding', 'UTC; Mon-Fri 08:00-16:00'), ('assembly', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, cost, currency) VALUES ('assemble', 'BIKE', 'make', '0', NULL, NULL), ('weld', 'FRAME', 'make', '0', NULL, NULL),
	('wheels', 'WHEEL', 'buy', '3 days', 12.5, 'EUR'), ('locks', 'LOCK', 'buy', '10 days', 5, 'EUR');
INSERT INTO promise.component (source, item, quantity) VALUES ('assemble', 'FRAME', 1), ('assemble', 'WHEEL', 2);
INSERT INTO promise.step (source, step, resource, run) VALUES ('assemble', 1, 'assembly', '00:30'), ('weld', 1, 'welding', '01:00');
INSERT INTO promise.supply (item, location, at, quantity) VALUES ('BIKE', 'main', '-infinity', 2), ('WHEEL', 'main', '-infinity', 20), ('FRAME', 'main', '-infinity', 4),
	('BAG', 'main', '-infinity', 3), ('BAG', 'main', '2026-12-20', 5), ('BAG', 'north', '2026-12-08', 4);

-- stock is enough; a bike is made; the slowest decides
SELECT * FROM pg_temp.together('a BIKE 2', 'b BAG 3 2026-12-01', 'c WHEEL 10');
SELECT * FROM pg_temp.together('a BIKE 3', 'b BAG 3 2026-12-01T07:00Z');
SELECT * FROM pg_temp.together('a BIKE 5 2026-12-01', 'b LOCK 1 2026-12-02', 'c BAG 1 2026-12-31');
SELECT * FROM promise.quote_lines(ARRAY[promise.request('BIKE', 12), promise.request('LOCK', 2)], true);
-- lines of one item compete: wheels for seven, frames for six more
SELECT * FROM pg_temp.together('a BIKE 6 2026-12-01', 'b BIKE 6 2026-12-01');
SELECT promise.earliest('BIKE', 12);
-- where stock is the slowest; from two locations, as it is dealt out
SELECT * FROM pg_temp.together('a BIKE 3 2026-12-02', 'b BAG 4 2026-12-02', 'c BAG 2 2026-12-02');
SELECT * FROM pg_temp.together('a BIKE 3 2026-12-02', 'b BAG 5 2026-12-02', 'c BAG 2 2026-12-02');
-- not before, leaving out, as late as the date allows
SELECT available_at, detail FROM promise.quote_lines(ARRAY[promise.request('BIKE', 3, '2026-12-02')], true, after => '2026-12-03 12:00+00');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SO 1', 'BIKE', '2026-12-01', 2);
SELECT DISTINCT available_at FROM promise.quote_lines(ARRAY[promise.request('BIKE', 3), promise.request('BAG', 2)], true);
SELECT DISTINCT available_at FROM promise.quote_lines(ARRAY[promise.request('BIKE', 3), promise.request('BAG', 2)], true, exclude => '{SO 1}');
DELETE FROM promise.commitment;

-- never: what is not known, what has no source, what is beyond a horizon; nobody is served alone
SELECT * FROM pg_temp.together('a BIKE 3', 'b HORN 1', 'c BAG 100');
SELECT * FROM pg_temp.together('a BIKE 3', 'b BAG 1 2026-12-31 south');
INSERT INTO promise.stocking (item, horizon) VALUES ('BIKE', '5 days');
SELECT * FROM pg_temp.together('a BIKE 3', 'b LOCK 1', 'c BAG 1');
DELETE FROM promise.stocking;
-- what spoils cannot wait
INSERT INTO promise.supply (item, at, quantity, expires_at) VALUES ('MILK', '-infinity', 5, '2026-12-05'), ('MILK', '2026-12-15', 5, '2026-12-20');
SELECT * FROM pg_temp.together('a MILK 4', 'b LOCK 1');
SELECT * FROM pg_temp.together('a MILK 4', 'b BIKE 3');
SELECT * FROM pg_temp.together('a MILK 4', 'b BIKE 300');
-- lines that ask for nothing
SELECT count(*) FROM promise.quote_lines(ARRAY[NULL, promise.request('BIKE', 3), promise.request('BIKE', NULL)], true);
SELECT count(*), count(DISTINCT available_at), max(available_at)
FROM promise.quote_query($$SELECT CASE WHEN n % 2 = 0 THEN 'BIKE' ELSE 'LOCK' END AS item, 1 AS quantity FROM generate_series(1, 40) AS n$$, true);
ROLLBACK;

/*
 * On random networks: never later than the lines one after another, never sooner
 * than any of them alone, and what is offered can be promised, in some order.
 */
CREATE FUNCTION pg_temp.random_network(seed float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM setseed(seed);
	INSERT INTO promise.resource (resource, calendar)
	SELECT 'R' || r, CASE WHEN random() < 0.5 THEN 'UTC; Mon-Fri 08:00-16:00'::promise.calendar END FROM generate_series(1, 2) AS r;
	INSERT INTO promise.source (source, item, kind, lead_time)
	SELECT 'make ' || i, 'I' || i, 'make', '0' FROM generate_series(1, 3) AS i UNION ALL
	SELECT 'buy ' || i, 'P' || i, 'buy', (1 + floor(random() * 3)) * interval '1 day' FROM generate_series(1, 2) AS i;
	INSERT INTO promise.component (source, item, quantity)
	SELECT 'make ' || i, 'P' || (1 + floor(random() * 2)), 1 + floor(random() * 2) FROM generate_series(1, 3) AS i;
	INSERT INTO promise.step (source, step, resource, setup, run)
	SELECT 'make ' || i, 1, 'R' || (1 + floor(random() * 2)), floor(random() * 2) * interval '1 hour', (1 + floor(random() * 4)) * interval '30 min'
	FROM generate_series(1, 3) AS i;
	INSERT INTO promise.supply (item, at, quantity)
	SELECT 'P' || (1 + floor(random() * 2)), CASE WHEN random() < 0.5 THEN '-infinity' ELSE promise.now() + floor(random() * 72) * interval '1 hour' END,
		1 + floor(random() * 5) FROM generate_series(1, 3) UNION ALL
	SELECT 'S', promise.now() + floor(random() * 48) * interval '1 hour', 3;
END $$;
CREATE FUNCTION pg_temp.can_be_promised(wanted promise.offer[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	placed text;
	sorted int[];
	i int;
BEGIN
	FOREACH placed IN ARRAY '{asap,jit}'::text[] LOOP
		FOR sorted IN SELECT ARRAY[a, b, c] FROM generate_series(1, 3) AS a, generate_series(1, 3) AS b, generate_series(1, 3) AS c
			WHERE a <> b AND b <> c AND a <> c LOOP
			BEGIN
				FOREACH i IN ARRAY sorted LOOP
					PERFORM promise.commit('line ' || i, wanted[i].item, wanted[i].quantity, wanted[i].available_at, placement => placed);
				END LOOP;
				RAISE EXCEPTION SQLSTATE 'UNDO0';
			EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
				RETURN true;
			WHEN SQLSTATE 'PR001' THEN
			END;
		END LOOP;
	END LOOP;
	RETURN false;
END $$;
CREATE FUNCTION pg_temp.compare(seed float8, OUT joint timestamptz, OUT in_order timestamptz, OUT alone timestamptz, OUT promised boolean) LANGUAGE plpgsql AS $$
DECLARE
	lines promise.request[];
	offers promise.offer[];
BEGIN
	PERFORM pg_temp.random_network(seed);
	SELECT array_agg(promise.request(CASE WHEN random() < 0.15 THEN 'S' ELSE 'I' || (1 + floor(random() * 3)) END, (1 + floor(random() * 3))::numeric)) INTO lines
	FROM generate_series(1, 3);
	SELECT array_agg(o), max(available_at) INTO offers, joint FROM promise.quote_lines(lines, true) AS o;
	SELECT CASE WHEN count(available_at) = 3 THEN max(available_at) END INTO in_order FROM promise.quote_lines(lines, ship_complete => true);
	SELECT max(promise.earliest(l.item, l.quantity)) INTO alone FROM unnest(lines) AS l;
	promised := pg_temp.can_be_promised(offers);
	RAISE EXCEPTION SQLSTATE 'UNDO0';
EXCEPTION WHEN SQLSTATE 'UNDO0' THEN
END $$;
CREATE TEMP TABLE compared AS SELECT n, c.* FROM generate_series(1, 40) AS n, pg_temp.compare(n / 100.0) AS c;
SELECT count(*), count(joint), bool_and(joint <= in_order) AS never_later, bool_and(joint >= alone) AS never_sooner, bool_and(promised) FILTER (WHERE joint IS NOT NULL) AS can_be_promised,
	count(*) FILTER (WHERE joint = alone) > 10 AS often_exact, count(*) FILTER (WHERE joint < in_order) > 0 AS sometimes_sooner_than_in_order
FROM compared;
SELECT * FROM compared WHERE joint IS NULL AND in_order IS NOT NULL;
