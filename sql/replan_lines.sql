/*
 * Plans of other promises are moved also for substitutes, for lines that compete
 * and for those that are accepted late; and who is promised something is told.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
CREATE VIEW pg_temp.lots AS
	SELECT ref, source, quantity, start_at, end_at FROM promise.planned_lot ORDER BY start_at, ref;

BEGIN;
SET LOCAL promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday
INSERT INTO promise.resource (resource) VALUES ('machine'), ('press');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES
	('sewing', 'TENT', 'make', '0'), ('stitching', 'BAG', 'make', '0'), ('cutting', 'FLAG', 'make', '0'), ('pressing', 'DISC', 'make', '0'), ('stamping', 'PLATE', 'make', '0');
INSERT INTO promise.step (source, step, resource, run) VALUES
	('sewing', 1, 'machine', '1 hour'), ('stitching', 1, 'machine', '1 hour'), ('cutting', 1, 'machine', '1 hour'), ('pressing', 1, 'press', '10 hours'), ('stamping', 1, 'press', '10 hours');
-- tents that have time until Thursday, and bags until Friday
SELECT available_at, detail FROM promise.commit('SO-1', 'TENT', 8, '2026-12-03 08:00');
SELECT available_at, detail FROM promise.commit('SO-2', 'BAG', 8, '2026-12-04 08:00');

-- what a promise moves it says, a change too
SAVEPOINT s;
SELECT available_at, detail FROM promise.commit('SO-3', 'FLAG', 4, '2026-12-01 12:00');
SELECT available_at, detail FROM promise.commit('SO-3', 'FLAG', 4, '2026-12-01 12:00');
SELECT available_at, detail FROM promise.change('SO-3', 12, '2026-12-01 20:00');
SELECT * FROM pg_temp.lots;
SELECT * FROM promise.check_plan();
ROLLBACK TO s;
SELECT available_at, detail FROM promise.hold('SO-3', 'FLAG', 4, '2026-12-01 12:00', '1 day');
ROLLBACK TO s;

-- lines compete: the second one finds moved what the first one has moved
SELECT ref, kind, available_at, on_time, detail FROM promise.quote_lines(ARRAY[
	promise.request('FLAG', 4, '2026-12-01 12:00', ref => '1'),
	promise.request('FLAG', 6, '2026-12-01 18:00', ref => '2'),
	promise.request('FLAG', 30, '2026-12-02 20:00', ref => '3'),
	promise.request('TENT', 1, '2026-12-03 08:00', ref => '4')], parts_max => 1);
SET LOCAL promise.replan = off;
SELECT ref, kind, available_at, on_time, detail FROM promise.quote_lines(ARRAY[
	promise.request('FLAG', 4, '2026-12-01 12:00', ref => '1')], parts_max => 1);
SET LOCAL promise.replan = on;
-- nothing was moved by asking
SELECT * FROM pg_temp.lots;

-- what is accepted late is late only if moving others does not help
SAVEPOINT s;
SELECT ref, available_at, due, on_time, detail FROM promise.commit_query($$
	SELECT * FROM (VALUES ('L-1', 'FLAG', 4::numeric, '2026-12-01 12:00+00'::timestamptz),
		('L-2', 'FLAG', 6, '2026-12-01 18:00+00'),
		('L-3', 'FLAG', 20, '2026-12-01 20:00+00'),
		('L-4', 'TENT', 1, '2026-12-03 09:00+00')) AS l (ref, item, quantity, due)$$, late => true);
SELECT * FROM pg_temp.lots;
SELECT ref, at FROM promise.commitment ORDER BY ref;
SELECT * FROM promise.check_plan();
SELECT * FROM promise.conflicts();
SELECT * FROM promise.verify();
ROLLBACK TO s;
SET LOCAL promise.replan = off;
SELECT ref, available_at, on_time, detail FROM promise.commit_query($$
	SELECT 'L-1' AS ref, 'FLAG' AS item, 4 AS quantity, '2026-12-01 12:00+00'::timestamptz AS due$$, late => true);
ROLLBACK TO s;
-- one line of a query is moved for a later one, which has no time
SELECT ref, available_at, on_time, detail FROM promise.commit_query($$
	SELECT * FROM (VALUES ('L-1', 'DISC', 4::numeric, '2026-12-20'::timestamptz),
		('L-2', 'PLATE', 1, '2026-12-01 18:00+00')) AS l (ref, item, quantity, due)$$, late => true);
SELECT * FROM pg_temp.lots;
SELECT * FROM promise.check_plan();
ROLLBACK TO s;

-- discs and flags would do instead of pennants, but somebody has the press and the
-- machine; a hold is moved as well
INSERT INTO promise.substitute (item, substitute, priority) VALUES ('PENNANT', 'DISC', 1), ('PENNANT', 'FLAG', 2);
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('ordering', 'PENNANT', 'buy', '30 days');
SELECT available_at FROM promise.hold('SO-4', 'PLATE', 3, '2026-12-09', '1 day');
SELECT option, kind, item, available_at, on_time, detail FROM promise.quote('PENNANT', 1, '2026-12-01 18:00', parts_max => 1);
-- where one is there in time without that, nobody is moved
INSERT INTO promise.supply (item, quantity) VALUES ('FLAG', 1);
SELECT option, kind, item, available_at, on_time, detail FROM promise.quote('PENNANT', 1, '2026-12-01 18:00', parts_max => 1);
SELECT ref, item, available_at, detail FROM promise.quote_lines(ARRAY[
	promise.request('PENNANT', 1, '2026-12-01 18:00', ref => '1'),
	promise.request('PENNANT', 1, '2026-12-01 18:00', ref => '2'),
	promise.request('PENNANT', 1, '2026-12-01 18:00', ref => '3')], parts_max => 1);
ROLLBACK;
