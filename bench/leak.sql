/*
 * Does memory stay?  "calls" questions in one session, a third each of earliest,
 * feasible and quote, a transaction for every thousand.
 */
CREATE PROCEDURE bench.ask_often(first int, last int) LANGUAGE plpgsql AS $$
DECLARE
	items	int := (SELECT max(il) FROM bl.item);
	item	text;
BEGIN
	FOR i IN first .. last LOOP
		/* the many items of few events */
		item := (items - i % (items / 2))::text;
		CASE i % 3
			WHEN 0 THEN PERFORM promise.earliest(item, 100);
			WHEN 1 THEN PERFORM promise.feasible(item, 100, '2026-06-01'::promise.due);
			ELSE PERFORM promise.quote(item, 100);
		END CASE;
		IF i % 1000 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
END $$;

BEGIN;
CALL bench.touch();
COMMIT;
CREATE TEMP TABLE memory (calls int, private_kb bigint, contexts_kb bigint);
CALL bench.ask_often(1, :calls / 10);
INSERT INTO memory SELECT :calls / 10, bench.memory('RssAnon'), sum(total_bytes) / 1024 FROM pg_backend_memory_contexts;
CALL bench.ask_often(:calls / 10 + 1, :calls / 2);
INSERT INTO memory SELECT :calls / 2, bench.memory('RssAnon'), sum(total_bytes) / 1024 FROM pg_backend_memory_contexts;
CALL bench.ask_often(:calls / 2 + 1, :calls);
INSERT INTO memory SELECT :calls, bench.memory('RssAnon'), sum(total_bytes) / 1024 FROM pg_backend_memory_contexts;

\echo
\echo '-- private memory of a session after many questions, kB'
TABLE memory ORDER BY calls;
DROP PROCEDURE bench.ask_often;
