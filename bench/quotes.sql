/*
 * One quote: each exact baseline and promise.earliest through the mapping, for
 * items of about 50, 178, 893 and 2,000 events, "rounds" times.
 */
\echo '-- answers that differ from those of the PL/pgSQL loop, of 300 items and 4 quantities:'
SELECT count(*) FILTER (WHERE bl.q_loop(il, q) IS DISTINCT FROM promise.earliest(il::text, q)) AS different,
	count(*) AS asked, count(promise.earliest(il::text, q)) AS answered
FROM (SELECT il FROM bl.item ORDER BY hashint4(il) LIMIT 300) AS i,
	(VALUES (1::bigint), (100), (1000), (20000)) AS v (q) \gset
\echo :different of :asked (:answered have a date)
SELECT 1 / (:different = 0)::int \g /dev/null

CREATE TEMP TABLE call AS VALUES
	('promise.earliest', 'ours', 'promise.earliest($3, $4)'),
	('loop', 'baseline', 'bl.q_loop($1, $2)'),
	('window_desc', 'baseline', 'bl.q_window_desc($1, $2)'),
	('lastbelow', 'baseline', 'bl.q_lastbelow($1, $2)'),
	('multirange', 'baseline', 'bl.q_multirange($1, $2)'),
	('empty function', 'floor', 'bl.q_nothing($1, $2)');

SELECT bench.make_quote(column1 || way, column3, way = ' prepared')
FROM call, unnest(ARRAY[' parsed', ' prepared']) AS way \g /dev/null

/* the item nearest to each size */
CREATE TEMP TABLE size AS
SELECT DISTINCT ON (wanted) wanted, il, n_events
FROM unnest(ARRAY[50, 178, 893, 2000]) AS wanted, bl.item
ORDER BY wanted, abs(n_events - wanted), il;

INSERT INTO bench.contestant (race, name, side)
SELECT format('quote, %s events,%s', to_char(wanted, 'FM0000'), way), column1 || way, column2
FROM call, size, unnest(ARRAY[' parsed', ' prepared']) AS way;

SELECT bench.race_quotes(race, array_agg(name ORDER BY name), il, 100, :rounds)
FROM bench.contestant
	JOIN size ON race LIKE format('quote, %s events,%%', to_char(wanted, 'FM0000'))
GROUP BY race, il ORDER BY race \g /dev/null

\echo
\echo '-- one quote, microseconds: against the best baseline (ratio of medians, quartiles round by round)'
SELECT race, (SELECT n_events FROM size WHERE race LIKE format('quote, %s %%', to_char(wanted, 'FM0000'))) AS events,
	round(median::numeric, 1) AS promise, round(p95::numeric, 1) AS p95,
	best_baseline, round(best_median::numeric, 1) AS baseline, round(best_p95::numeric, 1) AS p95,
	round(ratio::numeric, 2) AS ratio,
	format('%s .. %s', round(lower_quartile::numeric, 2), round(upper_quartile::numeric, 2)) AS quartiles
FROM bench.ratio WHERE race LIKE 'quote,%' ORDER BY race LIKE '% parsed', race;

\echo '-- one quote, microseconds (medians): every contestant'
SELECT name, round(min(median) FILTER (WHERE race LIKE '%, 0050 %')::numeric, 1) AS "50",
	round(min(median) FILTER (WHERE race LIKE '%, 0178 %')::numeric, 1) AS "178",
	round(min(median) FILTER (WHERE race LIKE '%, 0893 %')::numeric, 1) AS "893",
	round(min(median) FILTER (WHERE race LIKE '%, 2000 %')::numeric, 1) AS "2000"
FROM bench.result WHERE race LIKE 'quote,%' GROUP BY name ORDER BY name LIKE '% parsed', 2;
