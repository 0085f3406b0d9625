-- Where promises and deliveries part, seen from both sides of the table, and a
-- promotion that is asked about before it is printed.
SELECT plan(17);
SET promise.timezone = 'Europe/Berlin';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';
CREATE ROLE story_seller;
CREATE ROLE story_operations;
CREATE ROLE story_nobody;
SELECT s AS "the rights of a seller" FROM promise.grant_script('seller', 'story_seller') AS s \gexec
SELECT s AS "and of operations" FROM promise.grant_script('operations', 'story_operations') AS s \gexec
GRANT USAGE ON SCHEMA promise TO story_nobody;

-- 1. A year of 400 orders. Pat promises the large ones for the next day, as he does the small ones; the
--    warehouse needs three, which Kim has asked. Lou is new: four orders, of which two went wrong.
INSERT INTO promise.commitment (ref, item, location, at, quantity, requested_at, requested_quantity, accepted_at, delivered_at,
								seller, customer, price, cost, currency)
SELECT 'O-' || n, 'BIKE', 'Ulm', due, 0, due, size, due - CASE WHEN seller = 'Kim' AND size > 20 THEN interval '5 days' ELSE interval '1 day' END,
	due + CASE WHEN seller = 'Pat' AND size > 20 AND n % 5 > 0 OR n % 11 = 0 OR seller = 'Lou' AND n % 2 = 0 THEN interval '2 days' ELSE interval '-2 hours' END,
	seller, 'Weber', 800, 600, 'EUR'
FROM generate_series(1, 404) AS n,
	LATERAL (SELECT CASE WHEN n > 400 THEN 'Lou' WHEN n % 2 = 0 THEN 'Pat' ELSE 'Kim' END,
					CASE WHEN n % 6 < 2 THEN 24 ELSE 4 END, timestamptz '2026-01-07 18:00' + n % 300 * interval '1 day') AS o (seller, size, due);
SET promise.clock = '2026-12-01 08:00';

SET ROLE story_operations;
SELECT results_eq($$SELECT rank, grouped_by, name FROM promise.misalignments()$$,
	$$VALUES (1::bigint, 'lead_time', 'up to 1 day'), (2, 'size', 'over 5 times the usual'), (3, 'seller', 'Pat')$$, 'operations see where it goes wrong');
SELECT ok((SELECT share_low > rest_share FROM promise.misalignments('{seller}') WHERE name = 'Pat'), '... by more than an interval');
SELECT is((SELECT count(*) FROM promise.misalignments() AS m, unnest(m.examples) AS e (ref), promise.scoreboard_lines() AS l
	WHERE l.ref = e.ref AND NOT l.first_kept AND l.asked_quantity = 24), 9::bigint, 'the examples are broken promises, the largest first');
SELECT results_eq($$SELECT m.broken FROM promise.misalignments('{seller}') AS m WHERE m.name = 'Pat'$$,
	$$SELECT s.first_lines - s.first_kept FROM promise.scoreboard('seller') AS s WHERE s.name = 'Pat'$$, 'the number is that of the scoreboard');
SET ROLE story_seller;
SELECT results_eq($$SELECT rank, name FROM promise.misalignments()$$, $$VALUES (1::bigint, 'up to 1 day'), (2, 'over 5 times the usual'), (3, 'Pat')$$, 'sales see the same');

-- 2. Two of four is nothing to say of anybody.
SELECT is((SELECT count(*) FROM promise.misalignments('{seller}', level => NULL) WHERE name = 'Lou'), 0::bigint, 'four orders are not looked at');
SELECT is((SELECT q_value > 0.05 FROM promise.misalignments('{seller}', minimum => 4, level => NULL) WHERE name = 'Lou'), true, '... and would prove nothing');
SELECT is((SELECT count(*) FROM promise.misalignments('{seller}', '[2026-01-01,2026-01-15)')), 0::bigint, 'nor does a week');
RESET ROLE;

-- 3. Before Christmas: sixty bikes, a promotion and three quotations. Nothing has been announced.
INSERT INTO promise.supply (item, location, at, quantity) VALUES ('BIKE', 'Ulm', '-infinity', 40), ('BIKE', 'Ulm', '2026-12-15 08:00', 20);
SET ROLE story_seller;
SELECT lives_ok($$INSERT INTO promise.pipeline (ref, kind, item, quantity, due, probability, seller, price, currency) VALUES
	('XMAS', 'promotion', 'BIKE', 40, '2026-12-18', 0.5, 'Pat', 700, 'EUR'), ('Q1', 'quotation', 'BIKE', 15, '2026-12-11', 0.9, 'Kim', 800, 'EUR'),
	('Q2', 'quotation', 'BIKE', 10, '2026-12-11', 0.2, 'Kim', 820, 'EUR')$$, 'sellers keep the pipeline');
SELECT results_eq($$SELECT ref, promise.feasible(item, quantity, due) FROM promise.pipeline ORDER BY ref$$,
	$$VALUES ('Q1', true), ('Q2', true), ('XMAS', true)$$, 'each of them is possible');
SELECT results_eq($$SELECT ref, feasible, expected_feasible FROM promise.check_pipeline()$$,
	$$VALUES ('XMAS', true, true), ('Q1', true, true), ('Q2', false, true)$$, 'all of them are not; half of them are');
SET ROLE story_operations;
SELECT results_eq($$SELECT ref, feasible FROM promise.check_pipeline()$$, $$VALUES ('XMAS', true), ('Q1', true), ('Q2', false)$$, 'operations see it before the customers do');
SELECT throws_ok($$UPDATE promise.pipeline SET probability = 0.01$$, '42501', NULL, '... but do not talk it down');
RESET ROLE;

-- 4. The quotation becomes a promise, and the check knows.
SELECT lives_ok($$SELECT promise.commit('Q1', 'BIKE', 15, '2026-12-11', location => 'Ulm', seller => 'Kim')$$, 'Q1 is ordered');
SELECT results_eq($$SELECT ref, feasible FROM promise.check_pipeline()$$, $$VALUES ('XMAS', true), ('Q2', false)$$, 'it is not in the pipeline any more, and counts');
SET ROLE story_nobody;
SELECT throws_ok($$SELECT * FROM promise.check_pipeline()$$, '42501', NULL, 'others do not ask');
SELECT throws_ok($$SELECT * FROM promise.misalignments()$$, '42501', NULL, '... neither');
RESET ROLE;

SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.pipeline;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.supply;
DROP OWNED BY story_seller, story_operations, story_nobody;
DROP ROLE story_seller, story_operations, story_nobody;
SELECT * FROM finish();
