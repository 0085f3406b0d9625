/*
 * Own promises by the hundred thousand: does memory stay?  To be run by hand:
 *
 *	test/cluster psql -X -q -v calls=200000 -f bench/commitments.sql
 *
 * First each in a transaction of its own (of a thousand, to save time on the
 * disk), then all in one; and how long it takes to ask about an item whose
 * promises are all settled.
 */
\if :{?calls} \else \set calls 200000 \endif
CREATE EXTENSION IF NOT EXISTS promise;
CREATE FUNCTION pg_temp.kb(what text) RETURNS bigint LANGUAGE sql AS
	$$SELECT substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM what || ':\s+(\d+)')::bigint$$;
INSERT INTO promise.supply (item, quantity) SELECT 'item ' || k, 1000000 FROM generate_series(0, 999) AS k;
CREATE TEMP TABLE memory (how text, calls int, private_kb bigint, contexts_kb bigint, seconds numeric);

CREATE PROCEDURE pg_temp.commit_often(how text, first int, last int, every int) LANGUAGE plpgsql AS $$
DECLARE
	started timestamptz := clock_timestamp();
BEGIN
	FOR i IN first .. last LOOP
		PERFORM promise.commit(how || i, 'item ' || i % 1000, 1, timestamptz '2035-01-01' + i % 50 * interval '1 day');
		IF every > 0 AND i % every = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
	INSERT INTO memory SELECT how, last, pg_temp.kb('RssAnon'), sum(total_bytes) / 1024,
		round(extract(epoch FROM clock_timestamp() - started), 1)
	FROM pg_backend_memory_contexts;
END $$;
CALL pg_temp.commit_often('many transactions ', 1, :calls / 10, 1000);
CALL pg_temp.commit_often('many transactions ', :calls / 10 + 1, :calls / 2, 1000);
CALL pg_temp.commit_often('many transactions ', :calls / 2 + 1, :calls, 1000);
BEGIN;
CALL pg_temp.commit_often('one transaction ', 1, :calls / 10, 0);
CALL pg_temp.commit_often('one transaction ', :calls / 10 + 1, :calls / 2, 0);
CALL pg_temp.commit_often('one transaction ', :calls / 2 + 1, :calls, 0);
COMMIT;
\echo '-- private memory of the session, kB'
TABLE memory;
