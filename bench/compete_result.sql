/* what the rounds of compete.sql give */
INSERT INTO bench.contestant VALUES
	('1,000 lines that compete', 'loop', 'baseline', NULL),
	('1,000 lines that compete', 'promise.quote_query', 'ours', NULL);

\echo
\echo '-- 1,000 lines that compete, milliseconds'
SELECT name, round((median / 1e3)::numeric, 1) AS promise,
	best_baseline, round((best_median / 1e3)::numeric, 1) AS baseline, round(ratio::numeric, 2) AS ratio,
	format('%s .. %s', round(lower_quartile::numeric, 2), round(upper_quartile::numeric, 2)) AS quartiles, rounds
FROM bench.ratio WHERE race = '1,000 lines that compete';
