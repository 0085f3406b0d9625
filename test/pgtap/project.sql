-- A consulting project, from the first call to the last invoice, seen by those who
-- sell it and by those who do it.
SELECT plan(48);
SET promise.timezone = 'Europe/Berlin';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';
SET client_min_messages = warning;
CREATE ROLE story_sales;
CREATE ROLE story_delivery;
CREATE ROLE story_management;
CREATE ROLE story_sue IN ROLE story_sales;
CREATE ROLE story_dan IN ROLE story_delivery, story_management;
CREATE ROLE story_pia IN ROLE story_management;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN SELECT s FROM (VALUES ('seller', 'story_sue'), ('operations', 'story_dan'), ('planner', 'story_pia')) AS r (kind, name),
		promise.grant_script(r.kind, r.name) AS s
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;
GRANT USAGE ON SCHEMA public TO story_sue, story_dan, story_pia;

SET promise.clock = '2026-12-01 08:00';
INSERT INTO promise.resource (resource, calendar) VALUES ('Dan', 'Europe/Berlin; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind) VALUES ('do weber', 'WEBER', 'make');
INSERT INTO promise.step (source, step, resource, setup) VALUES ('do weber', 1, 'Dan', '16 hours'), ('do weber', 2, 'Dan', '24 hours');
INSERT INTO promise.checklist (checklist, point, question) VALUES ('all', 'scope', 'Do the lists agree?'), ('all', 'staff', 'Does Dan know?');
INSERT INTO promise.project VALUES ('weber', 'WEBER', 'Velo Weber', 'all', 'story_sales', 'story_delivery', 'story_management');
SELECT promise.enforce_initiation();

-- 1. Sue has listened, Dan has scoped, and Sue has bid from memory.
SET SESSION AUTHORIZATION story_sue;
SELECT lives_ok($$INSERT INTO promise.deliverable (project, list, deliverable, description, quantity) VALUES
	('weber', 'requirement', 'shop', 'a web shop', 1), ('weber', 'requirement', 'training', 'days of training', 3)$$, 'Sue writes down what is required');
SET SESSION AUTHORIZATION story_dan;
SELECT lives_ok($$INSERT INTO promise.deliverable (project, list, deliverable, description, quantity) VALUES
	('weber', 'scope', 'shop', 'standard shop', 1), ('weber', 'scope', 'training', 'training in one group', 2)$$, 'Dan what he has understood');
SET SESSION AUTHORIZATION story_sue;
SELECT lives_ok($$INSERT INTO promise.deliverable (project, list, deliverable, description, quantity, price, cost, currency) VALUES
	('weber', 'bid', 'shop', 'shop', 1, 9000, 6000, 'EUR'), ('weber', 'bid', 'app', 'and an app', 1, 1000, 200, 'EUR')$$, 'and Sue what she has offered');
SELECT results_eq($$SELECT deliverable, kind, old_value, new_value FROM promise.scope_review('weber')$$,
	$$VALUES ('app', 'never required', NULL, '1'), ('training', 'other quantity', '3', '2'), ('training', 'not bid', '2', NULL)$$,
	'the app was never required, a day of training not scoped, training not bid');
SELECT throws_ok($$UPDATE promise.deliverable SET quantity = 3 WHERE list = 'scope'$$, '42501', NULL, 'Sue does not mend what Dan has written');
SELECT throws_ok($$INSERT INTO promise.deliverable (project, list, deliverable, quantity, who) VALUES ('weber', 'scope', 'training', 3, 'story_dan')$$,
	'42501', NULL, 'nor writes in his name');
SELECT lives_ok($$INSERT INTO promise.deliverable (project, list, deliverable, description, quantity, price, cost, currency) VALUES
	('weber', 'bid', 'training', 'training', 3, 800, 500, 'EUR'), ('weber', 'bid', 'app', NULL, 0, NULL, NULL, NULL)$$, 'she mends her own');
SET SESSION AUTHORIZATION story_dan;
SELECT lives_ok($$INSERT INTO promise.deliverable (project, list, deliverable, description, quantity) VALUES ('weber', 'scope', 'training', 'training in one group', 3)$$,
	'Dan agrees to the third day');
SELECT results_eq($$SELECT deliverable, kind, property, old_value, new_value FROM promise.scope_review('weber')$$,
	$$VALUES ('training', 'changed since', 'quantity', '2', '3')$$, 'which the bid has not seen: it was made before');
SET SESSION AUTHORIZATION story_sue;
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity, price, cost, currency) VALUES ('weber', 'bid', 'training', 'training', 3, 800, 500, 'EUR');
SELECT is_empty($$SELECT * FROM promise.scope_review('weber')$$, 'now all three agree');

-- 2. Dan estimates; ten earlier steps of his took half as long again as he had said.
SET SESSION AUTHORIZATION story_dan;
SELECT lives_ok($$INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES
	('do weber', 1, '12 hours', '16 hours', '20 hours'), ('do weber', 2, '16 hours', '24 hours', '32 hours')$$, 'Dan estimates');
SELECT throws_ok($$INSERT INTO promise.estimate_review (entry, agreed) SELECT entry, true FROM promise.step_estimate$$, '42501', NULL, 'he does not review himself');
RESET SESSION AUTHORIZATION;
SELECT throws_ok($$SELECT promise.apply_estimates('do weber')$$, '55000', NULL, 'without a review it does not count');
SET SESSION AUTHORIZATION story_pia;
SELECT lives_ok($$INSERT INTO promise.estimate_review (entry, agreed) SELECT entry, true FROM promise.step_estimate WHERE source = 'do weber'$$, 'Pia agrees');
RESET SESSION AUTHORIZATION;
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic, who, at_time)
	SELECT 'old ' || n, 1, '6 hours', '8 hours', '10 hours', 'story_dan', '2026-01-01' FROM generate_series(1, 10) AS n;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked)
	SELECT 'old ' || n, 1, '2026-02-01', '2026-02-08', 1, '12 hours' FROM generate_series(1, 10) AS n;
SELECT results_eq($$SELECT factor, enough FROM promise.estimator_bias() WHERE estimator = 'story_dan'$$, $$VALUES (1.5, true)$$, 'Dan''s hours are an hour and a half');
SELECT is((SELECT available_at FROM promise.quote('WEBER', 1)), '2026-12-07 16:00+01'::timestamptz, 'as planned it would be five days');
SET SESSION AUTHORIZATION story_pia;
SELECT results_eq($$SELECT step, setup FROM promise.apply_estimates('do weber')$$, $$VALUES (1, interval '24 hours'), (2, '36 hours')$$, 'Pia plans with what Dan''s hours are');
SELECT is((SELECT available_at FROM promise.quote('WEBER', 1)), '2026-12-10 12:00+01'::timestamptz, 'seven and a half');
SELECT ok((SELECT probability BETWEEN 0.81 AND 0.82 FROM promise.path_estimate('do weber', '64 hours')), 'with half a day to spare it is four to one');
SELECT results_eq($$SELECT step, start_at, end_at, critical FROM promise.path_dates('do weber', '2026-12-01 08:00+01')$$,
	$$VALUES (1, '2026-12-01 08:00+01'::timestamptz, '2026-12-03 16:00+01'::timestamptz, true), (2, '2026-12-04 08:00+01', '2026-12-10 12:00+01', true)$$,
	'Pia sees which days that would be');
SET SESSION AUTHORIZATION story_sue;
SELECT ok((SELECT probability BETWEEN 0.75 AND 0.85 FROM promise.simulate_dates('do weber', '2026-12-11 08:00+01')), 'Sue, that it is ready on Friday morning in four of five cases');
SELECT ok((SELECT in_9_of_10 BETWEEN '2026-12-11 08:00+01' AND '2026-12-11 16:00+01' FROM promise.simulate_dates('do weber')), 'and in nine of ten by Friday evening');
SELECT is((SELECT probability FROM promise.simulate_dates('do weber', '2026-12-07 16:00+01', corrected => false)) > 0.4, true, 'as Dan stated it, Monday had been even odds');
SELECT ok((SELECT probability < 0.05 FROM promise.simulate_dates('do weber', '2026-12-07 16:00+01')), 'with what Dan''s hours are it is hopeless');
RESET SESSION AUTHORIZATION;

-- What it costs: nobody knows until somebody says what Dan's hour does; then both can read it.
SELECT is_empty($$SELECT * FROM promise.project_labour('weber', 'estimated')$$, 'nobody has said what an hour of Dan''s costs');
INSERT INTO promise.hour_rate (resource, cost, currency) VALUES ('Dan', 110, 'EUR');
SET SESSION AUTHORIZATION story_sue;
SELECT results_eq($$SELECT cost, currency FROM promise.project_labour('weber', 'estimated')$$, $$VALUES (6600.00, 'EUR')$$, 'sixty hours of his, as corrected');
SELECT throws_ok($$UPDATE promise.hour_rate SET cost = 90$$, '42501', NULL, 'Sue does not make them cheaper');
SET SESSION AUTHORIZATION story_dan;
SELECT throws_ok($$DELETE FROM promise.hour_rate$$, '42501', NULL, 'nor does Dan make them unknown');
RESET SESSION AUTHORIZATION;

-- 3. Sue would rather have it promised today.
SET SESSION AUTHORIZATION story_sue;
SELECT throws_ok($$SELECT promise.commit('W-1', 'WEBER', 1, '2026-12-11', customer => 'Velo Weber', price => 11400, cost => 7500, currency => 'EUR')$$,
	'PR002', NULL, 'nobody has signed');
SELECT lives_ok($$SELECT promise.hold('W-1', 'WEBER', 1, '2026-12-11', '10 days', customer => 'Velo Weber', price => 11400, cost => 7500, currency => 'EUR')$$,
	'Dan''s days are held for it');
SELECT throws_ok($$SELECT promise.commit('W-1', 'WEBER', 1, '2026-12-11')$$, 'PR002', NULL, 'a hold is no way around it');
SET SESSION AUTHORIZATION story_dan;
INSERT INTO promise.checklist_answer (project, point, answer) VALUES ('weber', 'scope', 'yes'), ('weber', 'staff', 'yes');
SELECT is(promise.sign_project('weber', 'delivery manager'), false, 'Dan signs');
SELECT throws_ok($$SELECT promise.sign_project('weber', 'project manager')$$, '42501', NULL, 'but not for Pia, too, though he is one of them');
SET SESSION AUTHORIZATION story_sue;
SELECT is(promise.sign_project('weber', 'sales'), false, 'Sue signs');
SET SESSION AUTHORIZATION story_pia;
SELECT is(promise.sign_project('weber', 'project manager'), true, 'Pia signs: that is all');
SET SESSION AUTHORIZATION story_dan;
SELECT lives_ok($$INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('do weber', 1, '14 hours', '18 hours', '22 hours')$$,
	'now it occurs to Dan that it takes two hours more');
SET SESSION AUTHORIZATION story_sue;
SELECT throws_ok($$SELECT promise.commit('W-1', 'WEBER', 1, '2026-12-11')$$, 'PR002', NULL, 'that is not what was signed');
SELECT is(promise.sign_project('weber', 'sales'), false, 'Sue signs that, too');
SET SESSION AUTHORIZATION story_dan;
SELECT is(promise.sign_project('weber', 'delivery manager'), false, 'and Dan himself');
SET SESSION AUTHORIZATION story_pia;
SELECT is(promise.sign_project('weber', 'project manager'), true, 'and Pia');
SET SESSION AUTHORIZATION story_sue;
SELECT is((SELECT kind FROM promise.commit('W-1', 'WEBER', 1, '2026-12-11')), 'whole', 'and it is promised');
SELECT throws_ok($$SELECT promise.change('W-1', due => '2026-12-04')$$, 'PR001', NULL, 'sooner it cannot be');

-- 4. What came of it.
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-12-11 12:00';
SET SESSION AUTHORIZATION story_dan;
INSERT INTO promise.delivery (ref, at, quantity) VALUES ('W-1', '2026-12-11 11:00', 1);
SELECT is((SELECT cost FROM promise.project_profit('weber') WHERE stage = 'delivery'), 7500::numeric, 'while nobody has booked hours it cost what Sue had said');
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked) VALUES
	('do weber', 1, '2026-12-01', '2026-12-04', 1, '30 hours'), ('do weber', 2, '2026-12-04', '2026-12-11', 1, '50 hours');
SELECT is((SELECT cost FROM promise.project_profit('weber') WHERE stage = 'delivery'), 8800::numeric, 'eighty hours of Dan''s are more');
SET SESSION AUTHORIZATION story_sue;
SELECT results_eq($$SELECT step, kind, cost FROM promise.project_hours('weber') WHERE kind = 'worked'$$,
	$$VALUES (1, 'worked', 3300.00), (2, 'worked', 5500.00)$$, 'and Sue sees in which step');
RESET SESSION AUTHORIZATION;
DELETE FROM promise.delivery;
SET SESSION AUTHORIZATION story_dan;
INSERT INTO promise.delivery (ref, at, quantity, cost) VALUES ('W-1', '2026-12-11 11:00', 1, 10900);
SELECT results_eq($$SELECT stage, revenue, cost, margin FROM promise.project_profit('weber')$$,
	$$VALUES ('bid', 11400::numeric, 7500::numeric, 3900::numeric), ('promise', 11400, 7500, 3900), ('delivery', 11400, 10900, 500)$$, 'Dan sees what is left of the margin');
SET SESSION AUTHORIZATION story_sue;
SELECT is((SELECT margin FROM promise.project_profit('weber') WHERE stage = 'delivery'), 500::numeric, 'Sue sees the same');
SELECT throws_ok($$DELETE FROM promise.project_signature$$, '42501', NULL, 'and that she has signed it stays');
RESET SESSION AUTHORIZATION;

SELECT promise.enforce_initiation(false), promise.unprotect('promise.commitment');
SELECT promise.unprotect(relation, role) FROM promise.guards;
DELETE FROM promise.commitment;
DELETE FROM promise.planned_lot;
DELETE FROM promise.planned_flow;
DELETE FROM promise.planned_load;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.delivery;
DELETE FROM promise.outcome;
DELETE FROM promise.hour_rate;
DELETE FROM promise.estimate_review;
DELETE FROM promise.estimate;
DELETE FROM promise.project_signature;
DELETE FROM promise.checklist_answer;
DELETE FROM promise.checklist;
DELETE FROM promise.deliverable;
DELETE FROM promise.project;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
DROP OWNED BY story_sue, story_dan, story_pia;
DROP ROLE story_sue, story_dan, story_pia, story_sales, story_delivery, story_management;
SELECT * FROM finish();
