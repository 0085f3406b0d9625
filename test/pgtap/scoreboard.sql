-- One number for those who promise and those who deliver: an October of two
-- sellers and one warehouse.
SELECT plan(17);
SET promise.timezone = 'Europe/Berlin';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';
CREATE ROLE story_seller;
CREATE ROLE story_operations;
GRANT USAGE ON SCHEMA promise TO story_seller, story_operations;
GRANT SELECT ON promise.commitment, promise.customer, promise.seller, promise.ledger, promise.gone_order, promise.gone, promise.delivery, promise.delivered,
	promise.slip, promise.alert, promise.exception, promise.load, promise.planned_load, promise.outcome, promise.source, promise.step, promise.ref_resource, promise.item_resource
	TO story_seller, story_operations;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO story_seller, story_operations;

INSERT INTO promise.supply (item, location, quantity) VALUES ('BIKE', 'Ulm', 100), ('BIKE', 'Kiel', 100);
INSERT INTO promise.seller (seller, team) VALUES ('Kim', 'inside sales'), ('Pat', 'key accounts');

-- 1. Kim promises what she is asked for; Pat promises the end of the month, which is never late.
SET promise.clock = '2026-10-01 08:00';
SELECT lives_ok($$SELECT promise.commit('K-' || n, 'BIKE', 2, '2026-10-09', location => 'Ulm', customer => 'Weber', seller => 'Kim', price => 800, cost => 600, currency => 'EUR')
	FROM generate_series(1, 4) AS n$$, 'Kim promises four lines for the 9th');
SELECT lives_ok($$SELECT promise.commit('P-' || n, 'BIKE', 2, '2026-10-09', location => 'Kiel', customer => 'City', seller => 'Pat', price => 900, cost => 600, currency => 'CHF')
	FROM generate_series(1, 4) AS n$$, 'Pat promises four, too');
SELECT is((SELECT pending FROM promise.scoreboard()), 8::bigint, 'nobody is judged before the day');

-- 2. Ulm delivers three of four in time; Kiel cannot, and Pat moves the dates.
SET promise.clock = '2026-10-08 17:00';
SELECT lives_ok($$SELECT promise.change('P-' || n, due => '2026-10-30') FROM generate_series(1, 4) AS n$$, 'Pat tells his customer a day before');
SET promise.clock = '2026-10-30 08:00';
SELECT lives_ok($$SELECT promise.deliver('K-1', at => '2026-10-09 23:59'), promise.deliver('K-2', at => '2026-10-07 10:00'),
	promise.deliver('K-3', 1, '2026-10-08 10:00'), promise.deliver('K-3', 1, '2026-10-09 10:00'), promise.deliver('K-4', at => '2026-10-10 00:01'),
	promise.deliver('P-1'), promise.deliver('P-2'), promise.deliver('P-3')$$, 'everything but one line has left');
SELECT lives_ok($$SELECT promise.release('P-4')$$, 'the customer does not want the last one any more');
SET promise.clock = '2026-11-02 08:00';

-- 3. What both sides see.
SELECT results_eq($$SELECT name, lines, kept, early, last_kept, cancelled, cancelled_late FROM promise.scoreboard('seller')$$,
	$$VALUES ('Kim', 4::bigint, 3::bigint, 1::bigint, 3::bigint, 0::bigint, 0::bigint), ('Pat', 3, 0, 0, 3, 1, 1)$$,
	'Pat has kept all that he promised in the end, and nothing that he was asked for');
SELECT results_eq($$SELECT name, slips, slip_days, notice_days FROM promise.scoreboard('team')$$,
	$$VALUES ('inside sales', 0::bigint, NULL::numeric, NULL::numeric), ('key accounts', 4, 21.04, 1.29)$$,
	'three weeks later, and an hour as clocks went back; told a day before');
SELECT results_eq($$SELECT currency, booked, delivered, in_time, cancelled FROM promise.scoreboard_value() ORDER BY currency$$,
	$$VALUES ('CHF', 5400::numeric, 5400::numeric, 0::numeric, 1800::numeric), ('EUR', 6400, 6400, 4800, 0)$$, 'francs and euros apart');
CREATE TEMP TABLE seen AS SELECT 'owner' AS who, ref, kept, first_kept, last_kept FROM promise.scoreboard_lines();
GRANT ALL ON seen TO story_seller, story_operations;
SET ROLE story_seller;
INSERT INTO seen SELECT 'sales', ref, kept, first_kept, last_kept FROM promise.scoreboard_lines();
SELECT is((SELECT share FROM promise.scoreboard('seller') WHERE name = 'Kim'), 0.7500, 'sales asks by seller');
SET ROLE story_operations;
INSERT INTO seen SELECT 'operations', ref, kept, first_kept, last_kept FROM promise.scoreboard_lines();
SELECT is((SELECT share FROM promise.scoreboard('site') WHERE name = 'Ulm'), 0.7500, 'operations asks by site: the same number');
RESET ROLE;
SELECT is((SELECT count(*) FROM (SELECT ref FROM seen GROUP BY ref HAVING count(*) <> 3 OR count(DISTINCT (kept, first_kept, last_kept)) <> 1) AS d),
		  0::bigint, 'and the same for each order');

-- 4. Nobody is praised for three lines, and nobody repairs his number afterwards.
SELECT is((SELECT count(*) FROM promise.leaderboard('seller', '[2026-10-01,2026-11-01)') WHERE rank IS NOT NULL OR stands_out IS NOT NULL),
		  0::bigint, 'too few lines for a rank');
SELECT throws_ok($$UPDATE promise.commitment SET requested_at = '2026-10-31' WHERE ref = 'P-1'$$, 'PR006', NULL, 'what was asked for stays');
SET ROLE story_seller;
SELECT throws_ok($$INSERT INTO promise.delivery (ref, at, quantity) VALUES ('P-1', '2026-10-09 12:00', 2)$$, '42501', NULL,
				 'who may look may not book deliveries');
SELECT throws_ok($$SELECT promise.apply_lead_times()$$, '42501', NULL, '... nor change lead times');
RESET ROLE;
SELECT is((SELECT kept FROM promise.scoreboard('seller') WHERE name = 'Pat'), 0::bigint, 'the number is what it was');

SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.supply;
DELETE FROM promise.seller;
DROP OWNED BY story_seller, story_operations;
DROP ROLE story_seller, story_operations;
SELECT * FROM finish();
