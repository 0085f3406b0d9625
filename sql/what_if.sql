/*
 * what_if: change anything, ask, roll back.  Nothing that an answer remembers
 * may survive the change, nor the rollback.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:00+00';

INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('BIKE', '-infinity', 5, NULL), ('BIKE', '2026-12-10 00:00+00', 20, 'PO-1');

/*
 * Every question in one row.
 */
CREATE VIEW pg_temp.answers AS
SELECT promise.earliest('BIKE', 10) AS earliest,
	   promise.feasible('BIKE', 10, '2026-12-05') AS feasible,
	   promise.windows('BIKE', 10, NULL)::text AS windows,
	   (SELECT string_agg(kind || ' ' || quantity || ' ' || available_at, ', ' ORDER BY option, part)
		FROM promise.quote('BIKE', 10, '2026-12-05')) AS quote,
	   (SELECT string_agg(quantity || ' ' || available_at, ', ')
		FROM promise.quote_lines(ARRAY[promise.request('BIKE', 5), promise.request('BIKE', 5)])) AS quote_lines,
	   (SELECT string_agg(quantity || ' ' || available_at, ', ')
		FROM promise.quote_query($$SELECT 'BIKE' AS item, 5 AS quantity UNION ALL SELECT 'BIKE', 5$$)) AS quote_query,
	   (SELECT string_agg(at || ' ' || atp, ', ') FROM promise.availability('BIKE')) AS availability,
	   (SELECT string_agg(e, '|') FROM promise.explain('BIKE', 10) AS e) AS explain,
	   (SELECT string_agg(c, '|') FROM promise.chart('BIKE') AS c) AS chart,
	   (SELECT string_agg(at || ' ' || missing, ', ') FROM promise.check_balance('BIKE', 10, '2026-12-05 00:00+00')) AS check_balance;

BEGIN ISOLATION LEVEL REPEATABLE READ;
CREATE TEMP TABLE first AS SELECT * FROM answers;
SELECT earliest, feasible, quote FROM first;

-- the purchase order comes a week sooner
SAVEPOINT sooner;
UPDATE promise.supply SET at = '2026-12-03 00:00+00' WHERE ref = 'PO-1';
CREATE TEMP TABLE second AS SELECT * FROM answers;
SELECT earliest, feasible, quote FROM second;
-- every answer takes part in the change
SELECT a.key AS unchanged
FROM jsonb_each((SELECT to_jsonb(f) FROM first AS f)) AS a
JOIN jsonb_each((SELECT to_jsonb(s) FROM second AS s)) AS b USING (key)
WHERE a.value = b.value;
ROLLBACK TO sooner;

SELECT first = third AS first_is_third FROM first, answers AS third;
-- and once more, with another change at the same place
UPDATE promise.supply SET at = '2026-12-24 00:00+00' WHERE ref = 'PO-1';
SELECT earliest, feasible, quote FROM answers;
ROLLBACK TO sooner;
SELECT first = third AS first_is_third FROM first, answers AS third;
ROLLBACK;

/*
 * The same within one function.  Its expressions are prepared once, and what a
 * call of earliest() remembers lives as long as they: one call site, asked
 * before, during and after each change.  The block with an exception clause is
 * a savepoint.  A memory that goes by the snapshot's xmin, xmax and command id
 * alone fails here and below.
 */
CREATE FUNCTION pg_temp.ask(step text) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN step || ': ' || coalesce(promise.earliest('BIKE', 10)::text, 'never');
END
$$;

CREATE FUNCTION pg_temp.what_if() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	outcome text;
BEGIN
	FOR round IN 0 .. 3 LOOP
		RETURN NEXT pg_temp.ask('before ' || round);
		BEGIN
			IF round = 1 THEN
				UPDATE promise.supply SET at = '2026-12-03 00:00+00' WHERE ref = 'PO-1';
			ELSIF round = 2 THEN
				DELETE FROM promise.supply WHERE ref = 'PO-1';
			ELSIF round = 3 THEN
				INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 5);
			END IF;
			outcome := pg_temp.ask('during ' || round);
			RAISE division_by_zero;
		EXCEPTION WHEN division_by_zero THEN
			RETURN NEXT outcome;
		END;
	END LOOP;
	RETURN NEXT pg_temp.ask('after');
END
$$;

BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM pg_temp.what_if();
ROLLBACK;
SELECT * FROM pg_temp.what_if();

-- the smallest case: two changes rolled back one after the other, each seen
-- under the same xmin, xmax and command id
CREATE FUNCTION pg_temp.try_dates(dates timestamptz[]) RETURNS SETOF timestamptz
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	arrives timestamptz;
	answer timestamptz;
BEGIN
	FOREACH arrives IN ARRAY dates LOOP
		BEGIN
			UPDATE promise.supply SET at = arrives WHERE ref = 'PO-1';
			answer := promise.earliest('BIKE', 10);
			RAISE division_by_zero;
		EXCEPTION WHEN division_by_zero THEN
			RETURN NEXT answer;
		END;
	END LOOP;
END
$$;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM pg_temp.try_dates('{2026-12-01 00:00+00,2026-12-02 00:00+00,2026-12-03 00:00+00}');
ROLLBACK;

/*
 * Within one statement the rows of an item are read once, however many lines
 * ask; what the statement itself writes it does not see.
 */
SELECT q, at FROM generate_series(1, 26, 5) AS q, LATERAL (SELECT promise.earliest('BIKE', q)) AS e (at);
SELECT q, kind, available_at
FROM generate_series(1, 26, 10) AS q, LATERAL promise.quote('BIKE', q, ship_complete => true);
WITH taken AS (
	INSERT INTO promise.commitment (ref, item, at, quantity)
	SELECT 'SO-' || q, 'BIKE', promise.earliest('BIKE', q), q
	FROM generate_series(3, 5) AS q
	RETURNING ref, at
)
SELECT ref, at, promise.earliest('BIKE', 4) FROM taken ORDER BY ref;
-- the next statement sees it
SELECT promise.earliest('BIKE', 4), promise.earliest('BIKE', 10);
-- a volatile function that changes and asks, called for each row
CREATE FUNCTION pg_temp.take(wanted numeric) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	promised timestamptz := promise.earliest('BIKE', wanted);
BEGIN
	INSERT INTO promise.commitment (ref, item, at, quantity)
	SELECT 'T-' || count(*), 'BIKE', promised, wanted FROM promise.commitment;
	RETURN promised;
END
$$;
DELETE FROM promise.commitment;
SELECT n, pg_temp.take(5) FROM generate_series(1, 5) AS n;
SELECT * FROM promise.check_balance('BIKE');
DELETE FROM promise.commitment;

/*
 * What changes besides the rows: the clock, the grain, the zone, the mappings,
 * the role.
 */
CREATE FUNCTION pg_temp.by_settings() RETURNS SETOF timestamptz
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	clock text;
BEGIN
	FOREACH clock IN ARRAY ARRAY['2026-11-22 08:00+00', '2026-11-23 08:30+00', '2026-11-22 08:00+00'] LOOP
		PERFORM set_config('promise.clock', clock, true);
		RETURN NEXT promise.earliest('BIKE', 5);
	END LOOP;
	INSERT INTO promise.supply (item, at, quantity) VALUES ('BELL', '2026-11-20 00:00+00', 1);
	PERFORM set_config('promise.clock', '2026-11-22 08:10+00', true);
	FOR minutes IN 10 .. 30 BY 10 LOOP
		PERFORM set_config('promise.grain', minutes || 'min', true);
		RETURN NEXT promise.earliest('BELL', 1);
	END LOOP;
	-- 150 days are an hour shorter where summer time begins
	INSERT INTO promise.stocking (item, overdue_after) VALUES ('BELL', '150 days');
	FOREACH clock IN ARRAY ARRAY['UTC', 'America/New_York', 'UTC'] LOOP
		PERFORM set_config('promise.timezone', clock, true);
		RETURN NEXT promise.earliest('BELL', 1);
	END LOOP;
	RETURN;
END
$$;
BEGIN;
SELECT * FROM pg_temp.by_settings();
ROLLBACK;

CREATE TABLE arrival (product text, on_day date, pieces integer);
INSERT INTO arrival VALUES ('BIKE', '2026-11-30', 40);
CREATE INDEX ON arrival (product);
CREATE FUNCTION pg_temp.by_mapping() RETURNS SETOF timestamptz
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	FOR round IN 1 .. 3 LOOP
		RETURN NEXT promise.earliest('BIKE', 10);
		IF round = 1 THEN
			PERFORM promise.map('supply', 'arrival', item => 'product', at => 'on_day',
								quantity => 'pieces');
		ELSIF round = 2 THEN
			PERFORM promise.unmap('supply', 'arrival');
		END IF;
	END LOOP;
END
$$;
SELECT * FROM pg_temp.by_mapping();
DROP TABLE arrival;

CREATE ROLE regress_promise_stranger;
GRANT USAGE ON SCHEMA promise TO regress_promise_stranger;
GRANT SELECT ON ALL TABLES IN SCHEMA promise TO regress_promise_stranger;
GRANT EXECUTE ON FUNCTION promise.earliest TO regress_promise_stranger;
ALTER TABLE promise.supply ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION pg_temp.by_role() RETURNS SETOF text
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	FOR round IN 1 .. 3 LOOP
		BEGIN
			IF round = 2 THEN
				SET LOCAL ROLE regress_promise_stranger;
			END IF;
			RETURN NEXT pg_temp.ask('round ' || round);
		EXCEPTION WHEN insufficient_privilege THEN
			RETURN NEXT 'round ' || round || ': ' || SQLERRM;
		END;
	END LOOP;
END
$$;
BEGIN;
SELECT * FROM pg_temp.by_role();
ROLLBACK;
ALTER TABLE promise.supply DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON ALL TABLES IN SCHEMA promise FROM regress_promise_stranger;
REVOKE ALL ON SCHEMA promise FROM regress_promise_stranger;
REVOKE ALL ON FUNCTION promise.earliest FROM regress_promise_stranger;
DROP ROLE regress_promise_stranger;

-- a cursor answers by its own snapshot, whatever happens after it was opened
BEGIN;
DECLARE early CURSOR FOR
	SELECT q, promise.earliest('BIKE', q) FROM generate_series(4, 6) AS q;
FETCH 1 FROM early;
DELETE FROM promise.supply WHERE item = 'BIKE';
SELECT promise.earliest('BIKE', 4);
FETCH 1 FROM early;
DELETE FROM promise.commitment;
FETCH 1 FROM early;
ROLLBACK;

DELETE FROM promise.supply;
