\echo
\echo '-- a load in one transaction'
SELECT way, lines, elapsed, cpu_ms, commit_ms, round(1000.0 * cpu_ms / lines, 2) AS cpu_us_per_line,
	before_kb, copied_kb, peak_kb
FROM bulk.load ORDER BY cpu_ms;

\echo
\echo '-- promises one by one in one session'
SELECT way, promises, cpu_ms, round(1000.0 * cpu_ms / promises, 1) AS cpu_us_per_promise,
	private_kb, contexts_kb
FROM bulk.session ORDER BY way, promises;
