/*
 * One load: "way" is plain, immediate or deferred.  It is undone by TRUNCATE
 * afterwards, so that every load finds the same.
 */
SELECT :'way' = 'plain' AS plain, CASE :'way' WHEN 'plain' THEN 'bulk.plain' ELSE 'bulk.line' END AS target \gset
\if :plain
\else
SELECT promise.protect('bulk.line', item => 'il', at => 't', quantity => 'qty', deferred => :'way' = 'deferred')
	\g /dev/null
\endif
CHECKPOINT;
\c

/* the library is loaded and the plans are made beforehand */
BEGIN;
INSERT INTO :target (il, t, qty) VALUES (1, now() + interval '2 hours', 1);
ROLLBACK;

BEGIN;
SELECT clock_timestamp() AS began, bulk.cpu() AS cpu, bulk.memory('RssAnon') AS before \gset
COPY :target (il, t, qty) FROM :'file';
SELECT bulk.cpu() AS copied, bulk.memory('RssAnon') AS copied_kb \gset
COMMIT;
INSERT INTO bulk.load
	SELECT :'way', :lines, clock_timestamp() - :'began', bulk.cpu() - :cpu, bulk.cpu() - :copied,
		:before, :copied_kb, bulk.memory('VmHWM') - bulk.memory('RssShmem');

\if :plain
TRUNCATE bulk.plain;
\else
SELECT promise.unprotect('bulk.line') \g /dev/null
TRUNCATE bulk.line;
\endif
