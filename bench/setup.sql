/*
 * The schema bench: how the measurements are timed and summed up.  Run once, in
 * the database that holds the data.
 */

CREATE EXTENSION IF NOT EXISTS promise;

DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

-- the clock stands before the first event; sessions that connect from now on see it
ALTER DATABASE :"DBNAME" SET promise.clock = '2025-12-31 00:00+00';
SELECT promise.map('supply', 'bl.ev', item => 'il', at => 't', quantity => 'qty') \g /dev/null

/* who takes part in a race: ours, a baseline, or the floor under both */
CREATE TABLE bench.contestant (
	race		text,
	name		text,
	side		text CHECK (side IN ('ours', 'baseline', 'floor')),
	statement	text,
	PRIMARY KEY (race, name)
);

CREATE TABLE bench.sample (
	race		text,
	name		text,
	round		int,
	us			float8
);

/*
 * Make a function bench.NAME that times one execution of a call, which may
 * refer to $1 (the item as an integer), $2 (the quantity as a bigint) and the
 * same as text and numeric, $3 and $4.  Prepared, it is planned once and
 * executed afresh each time; else each execution parses and plans it, too.
 */
CREATE FUNCTION bench.make_quote(name text, call text, prepared boolean)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($f$
		CREATE OR REPLACE FUNCTION bench.%I(int, bigint, text, numeric) RETURNS float8
		LANGUAGE plpgsql AS $body$
		DECLARE
			began	timestamptz;
			answer	timestamptz;
		BEGIN
			began := clock_timestamp();
			%s;
			RETURN extract(epoch FROM clock_timestamp() - began) * 1e6;
		END $body$ $f$,
		name,
		CASE WHEN prepared THEN format('SELECT %s INTO answer', call)
			ELSE format('EXECUTE %L INTO answer USING $1, $2, $3, $4', 'SELECT ' || call) END);
END $$;

/*
 * Time single quotes of one item, all contestants in turn in each round.
 */
CREATE FUNCTION bench.race_quotes(race text, contestants text[], il int, q bigint, rounds int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	contestant	text;
	us			float8;
BEGIN
	FOR round IN -5 .. rounds LOOP
		FOREACH contestant IN ARRAY contestants LOOP
			EXECUTE format('SELECT bench.%I($1, $2, $3, $4)', contestant)
				INTO us USING il, q, il::text, q::numeric;
			IF round > 0 THEN
				INSERT INTO bench.sample VALUES (race, contestant, round, us);
			END IF;
		END LOOP;
	END LOOP;
END $$;

/*
 * Time the statements of a race, all contestants in turn in each round, after
 * one round that does not count.
 */
CREATE FUNCTION bench.race_statements(race text, rounds int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	contestant	record;
	began		timestamptz;
BEGIN
	FOR round IN 0 .. rounds LOOP
		FOR contestant IN
			SELECT c.name, c.statement FROM bench.contestant AS c
			WHERE c.race = race_statements.race ORDER BY c.name
		LOOP
			began := clock_timestamp();
			EXECUTE contestant.statement;
			IF round > 0 THEN
				INSERT INTO bench.sample VALUES (race, contestant.name, round,
					extract(epoch FROM clock_timestamp() - began) * 1e6);
			END IF;
		END LOOP;
	END LOOP;
END $$;

CREATE VIEW bench.result AS
SELECT race, side, name, count(*) AS rounds,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY us) AS median,
	percentile_cont(0.95) WITHIN GROUP (ORDER BY us) AS p95
FROM bench.sample JOIN bench.contestant USING (race, name)
GROUP BY race, side, name;

/*
 * Each of ours against the baseline with the lowest median in the same race.
 * The ratio is that of the medians, its spread the quartiles of the ratios
 * round by round.
 */
CREATE VIEW bench.ratio AS
SELECT ours.race, ours.name, ours.median, ours.p95,
	best.name AS best_baseline, best.median AS best_median, best.p95 AS best_p95,
	best.median / ours.median AS ratio,
	spread.lower_quartile, spread.upper_quartile, ours.rounds
FROM bench.result AS ours
	JOIN LATERAL (
		SELECT r.name, r.median, r.p95 FROM bench.result AS r
		WHERE r.race = ours.race AND r.side = 'baseline' ORDER BY r.median LIMIT 1
	) AS best ON true
	JOIN LATERAL (
		SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY theirs.us / own.us) AS lower_quartile,
			percentile_cont(0.75) WITHIN GROUP (ORDER BY theirs.us / own.us) AS upper_quartile
		FROM bench.sample AS own JOIN bench.sample AS theirs USING (race, round)
		WHERE own.race = ours.race AND own.name = ours.name AND theirs.name = best.name
	) AS spread ON true
WHERE ours.side = 'ours';

/*
 * Memory of this backend in kB, as the kernel sees it.
 */
CREATE FUNCTION bench.memory(what text) RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT (regexp_match(pg_read_file('/proc/self/status'), what || ':\s+(\d+) kB'))[1]::bigint
$$;

/*
 * Touch every page that a question may read, so that what the process grows by
 * afterwards is its own memory and not its view of the shared one.
 */
CREATE PROCEDURE bench.touch() LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL max_parallel_workers_per_gather = 0;
	-- the tables, then their indexes
	PERFORM sum(qty) FROM bl.ev;
	PERFORM sum(il) FROM bl.item;
	SET LOCAL enable_seqscan = off;
	PERFORM sum(qty) FROM bl.ev WHERE il > 0;
	PERFORM sum(il) FROM bl.item WHERE il > 0;
END $$;
