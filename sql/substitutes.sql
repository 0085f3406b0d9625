/*
 * What would do instead: in explanations, and for lines that compete.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday

BEGIN;
INSERT INTO promise.location VALUES ('south', NULL, 0), ('north', NULL, 1);
INSERT INTO promise.substitute (item, substitute, ratio, priority) VALUES
	('BELL', 'RING', 1.5, 1), ('BELL', 'HORN', 2, 2);
INSERT INTO promise.supply (item, location, at, quantity) VALUES
	('BELL', 'south', '-infinity', 5), ('BELL', 'south', '2026-12-10', 100),
	('HORN', 'south', '-infinity', 29), ('HORN', 'north', '-infinity', 8);
INSERT INTO promise.source (source, item, location, kind, lead_time) VALUES ('rings', 'RING', 'south', 'buy', '1 day');

-- at once, tomorrow, and where the item itself is sooner
SELECT promise.explain('BELL', 10, '2026-12-02', ship_complete => true);
SELECT promise.explain('BELL', 15, ship_complete => true);
SELECT promise.explain('BELL', 60, '2026-12-11');
-- in parts of the item itself, or whole of another
SELECT promise.explain('BELL', 10);

CREATE FUNCTION pg_temp.lines(VARIADIC lines text[])
RETURNS TABLE (ref text, kind text, item text, location text, qty numeric, available_at timestamptz, on_time boolean, reason promise.reason, detail text)
LANGUAGE sql AS $$
	SELECT ref, kind, item, location, quantity, available_at, on_time, reason, detail FROM promise.quote_lines((
		SELECT array_agg(promise.request(split_part(l, ' ', 2), split_part(l, ' ', 3)::numeric,
			nullif(split_part(l, ' ', 4), '')::promise.due, ref => split_part(l, ' ', 1)) ORDER BY n)
		FROM unnest(lines) WITH ORDINALITY AS t (l, n)))
$$;
-- five bells, then twenty horns, of which nine are left; two bells take four of these, and a horn is missing for the last line
SELECT * FROM pg_temp.lines('a BELL 5 2026-12-01', 'b BELL 10 2026-12-01', 'c HORN 5 2026-12-01', 'd BELL 2 2026-12-01', 'e HORN 9 2026-12-01');
-- who asks for horns first has them; rings are bought for both others, and the bells of the tenth stay
SELECT * FROM pg_temp.lines('e HORN 29 2026-12-01', 'f BELL 10 2026-12-01', 'g BELL 10 2026-12-03');
-- where nothing has sources, too
DELETE FROM promise.source;
SELECT * FROM pg_temp.lines('a BELL 5 2026-12-01', 'b BELL 10 2026-12-01', 'c HORN 9', 'd HORN 1');
-- from where it is asked for
SELECT ref, kind, item, location, quantity FROM promise.quote_lines(ARRAY[
	promise.request('BELL', 4, '2026-12-01', 'north', 'a'), promise.request('BELL', 1, '2026-12-01', 'north', 'b')]);
-- over batches, what was taken of a substitute stays taken: 5 bells, 14 for 28 horns in the south, 4 for 8 in the north
SELECT kind, item, location, count(*), sum(quantity), min(available_at)
FROM promise.quote_query($$SELECT 'BELL' AS item, 1 AS quantity, CASE WHEN n < 2000 THEN timestamptz '2026-12-12' ELSE '2026-12-01 09:00+00' END AS due
	FROM generate_series(1, 2040) AS n ORDER BY n DESC$$)
GROUP BY kind, item, location ORDER BY 1, 2, 3;
ROLLBACK;
