/*
 * Many lines: 1,000 order lines in one statement, each item's earliest date for
 * the whole book, and lines that compete.  The baselines' statements come in the
 * variables lateral_*, pass_* and curve.
 */
INSERT INTO bench.contestant VALUES
	('1,000 lines, uniform', 'LATERAL', 'baseline', :'lateral_uni'),
	('1,000 lines, uniform', 'one pass', 'baseline', :'pass_uni'),
	('1,000 lines, uniform', 'promise.earliest', 'ours',
		$$SELECT line, promise.earliest(il::text, q) FROM bl.lines WHERE kind = 'uni'$$),
	('1,000 lines, uniform', 'promise.quote_query', 'ours',
		$$SELECT ref, available_at FROM promise.quote_query(
			'SELECT il AS item, q AS quantity, line AS ref FROM bl.lines WHERE kind = ''uni'' ORDER BY line')$$),
	('1,000 lines, skewed', 'LATERAL', 'baseline', :'lateral_zipf'),
	('1,000 lines, skewed', 'one pass', 'baseline', :'pass_zipf'),
	('1,000 lines, skewed', 'promise.earliest', 'ours',
		$$SELECT line, promise.earliest(il::text, q) FROM bl.lines WHERE kind = 'zipf'$$),
	('1,000 lines, skewed', 'promise.quote_query', 'ours',
		$$SELECT ref, available_at FROM promise.quote_query(
			'SELECT il AS item, q AS quantity, line AS ref FROM bl.lines WHERE kind = ''zipf'' ORDER BY line')$$),
	('whole book', 'ATP curves', 'baseline', :'curve'),
	('whole book', 'promise.earliest', 'ours',
		$$SELECT il, promise.earliest(il::text, 100) FROM bl.item$$),
	('whole book', 'promise.quote_query', 'ours',
		$$SELECT item, CASE WHEN quantity = 100 THEN available_at END
		FROM promise.quote_query('SELECT il AS item, 100 AS quantity FROM bl.item')$$);

/* the same dates as the baselines give; those leave out lines without one */
CREATE FUNCTION pg_temp.check_dates(asked text, theirs text, ours text) RETURNS TABLE (
	question text, different bigint, answered bigint) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format(
		'SELECT %L, count(*) FILTER (WHERE a.at IS DISTINCT FROM b.at), count(b.at)
		 FROM (%s) AS a (key, at) FULL JOIN (%s) AS b (key, at) USING (key)', asked, theirs, ours);
END $$;

CREATE TEMP TABLE agreement AS
SELECT d.* FROM bench.contestant AS ours JOIN bench.contestant AS theirs USING (race),
	pg_temp.check_dates(race, theirs.statement, ours.statement) AS d
WHERE ours.name = 'promise.earliest' AND theirs.name IN ('LATERAL', 'one pass')
UNION ALL
SELECT d.* FROM bench.contestant AS ours JOIN bench.contestant AS theirs USING (race),
	/* the curve's first point that is high enough, not how many there are */
	pg_temp.check_dates(race,
		replace(theirs.statement, 'SELECT count(*)', 'SELECT il::text, min(t)') || ' GROUP BY il',
		format('SELECT il::text, at FROM (%s) AS o (il, at)', ours.statement)) AS d
WHERE ours.name LIKE 'promise.%' AND theirs.name = 'ATP curves';

\echo
\echo '-- dates that differ from the baseline''s:'
TABLE agreement;
SELECT 1 / (sum(different) = 0)::int FROM agreement \g /dev/null

SELECT bench.race_statements('1,000 lines, uniform', :line_rounds),
	bench.race_statements('1,000 lines, skewed', :line_rounds) \g /dev/null
SELECT bench.race_statements('whole book', :book_rounds) \g /dev/null

\echo '-- many lines, milliseconds: against the best baseline'
SELECT race, name, round((median / 1e3)::numeric, 1) AS promise, round((p95 / 1e3)::numeric, 1) AS p95,
	best_baseline, round((best_median / 1e3)::numeric, 1) AS baseline, round((best_p95 / 1e3)::numeric, 1) AS p95,
	round(ratio::numeric, 2) AS ratio,
	format('%s .. %s', round(lower_quartile::numeric, 2), round(upper_quartile::numeric, 2)) AS quartiles, rounds
FROM bench.ratio WHERE race NOT LIKE 'quote,%' ORDER BY race, name;

\echo '-- many lines, milliseconds (medians): every contestant'
SELECT race, name, round((median / 1e3)::numeric, 1) AS median, round((p95 / 1e3)::numeric, 1) AS p95, rounds
FROM bench.result WHERE race NOT LIKE 'quote,%' ORDER BY race, median;
