/*
 * One round of 1,000 lines that compete: each sees what those before it took.
 * The baseline's loop inserts a row for each line to tell the next one, and is
 * rolled back; what that leaves in the table is vacuumed away before ours.
 */
BEGIN;
SELECT ms * 1000 AS us, promised FROM bl.promise_lines('zipf') \gset loop_
ROLLBACK;
VACUUM bl.ev;

SELECT extract(epoch FROM clock_timestamp()) AS began \gset
SELECT count(available_at) FILTER (WHERE kind <> 'partial') AS promised FROM promise.quote_query(
	'SELECT il AS item, q AS quantity FROM bl.lines WHERE kind = ''zipf'' ORDER BY line') \gset our_
SELECT (extract(epoch FROM clock_timestamp()) - :began) * 1e6 AS us \gset our_

INSERT INTO bench.sample VALUES
	('1,000 lines that compete', 'loop', :round, :loop_us),
	('1,000 lines that compete', 'promise.quote_query', :round, :our_us);

-- as many lines must have got a date
SELECT 1 / (:loop_promised = :our_promised)::int \g /dev/null
\set round :round + 1
