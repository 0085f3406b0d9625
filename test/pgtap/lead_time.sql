-- What the supplier says and what he does: those who buy see it, and those who sell
-- promise by it from then on.  Monday, 23 November 2026, eight in the morning.
BEGIN;
SELECT plan(33);
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';
SET LOCAL promise.timezone = 'Europe/Berlin';
SET LOCAL TimeZone = 'Europe/Berlin';
SET LOCAL DateStyle = 'ISO, YMD';

CREATE ROLE story_seller;
CREATE ROLE story_planner;
CREATE ROLE story_works;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT promise.grant_script(r.kind, r.role)
		FROM (VALUES ('seller', 'story_seller'::name), ('planner', 'story_planner'), ('operations', 'story_works')) AS r (kind, role)
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO story_seller, story_planner, story_works;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO story_seller, story_planner, story_works;

INSERT INTO promise.source (source, item, kind, lead_time) VALUES
	('wheels of Roth', 'WHEEL', 'buy', '5 days'), ('bells of Roth', 'BELL', 'buy', '5 days');

-- 1. Kim promises by what is stated.
SET LOCAL ROLE story_seller;
SELECT is(promise.earliest('WHEEL', 10)::date, '2026-11-28'::date, 'wheels can be had in five days');
SELECT is((SELECT due::date FROM promise.commit('SO-1', 'WHEEL', 10, '2026-11-30', customer => 'Velo Weber')),
	'2026-11-30'::date, '... so ten are promised for the thirtieth');

-- 2. Operations write down what happened, delivery by delivery.
SET LOCAL ROLE story_works;
SELECT lives_ok($$INSERT INTO promise.outcome (source, started_at, ended_at, ordered, yielded)
	SELECT 'wheels of Roth', '2026-09-01', timestamptz '2026-09-01' + (6 + n % 4) * interval '1 day', 100, 100
	FROM generate_series(1, 19) AS n$$, 'nineteen deliveries took six to nine days');
SET LOCAL ROLE story_planner;
SELECT is_empty($$SELECT * FROM promise.propose_lead_times()$$, '... too few to say anything');
SET LOCAL ROLE story_works;
SELECT lives_ok($$INSERT INTO promise.outcome (source, started_at, ended_at, ordered, yielded)
	SELECT 'wheels of Roth', timestamptz '2026-10-01', timestamptz '2026-10-01' + (6 + n % 4) * interval '1 day', 100, 100
	FROM generate_series(1, 21) AS n
	UNION ALL
	SELECT 'bells of Roth', timestamptz '2026-10-01', timestamptz '2026-10-06', 100, 98 FROM generate_series(1, 30)$$, 'then there are more');

-- 3. It is held against what is stated.
SET LOCAL ROLE story_planner;
SELECT results_eq($$SELECT source, property, lots, within_stated, stated, proposed FROM promise.propose_lead_times()
	ORDER BY source, property$$,
	$$VALUES ('bells of Roth', 'yield', 30::bigint, 0::bigint, 1::numeric, 0.98),
		('wheels of Roth', 'lead_time', 40::bigint, 0::bigint, 5::numeric, 9::numeric)$$,
	'of forty deliveries of wheels none came in five days, nine in ten came in nine');
SELECT results_eq($$SELECT proposed FROM promise.propose_lead_times(0.5) WHERE property = 'lead_time'$$,
	$$VALUES (7::numeric)$$, '... and half of them in seven');
SELECT is_empty($$SELECT * FROM promise.propose_lead_times(during => '[2026-11-01,)')$$, 'nothing was delivered in November');
SELECT is((SELECT lead_time FROM promise.source WHERE source = 'wheels of Roth'), '5 days'::interval,
	'nothing is changed by looking');

-- 4. Those who sell do not change it.
SET LOCAL ROLE story_seller;
SELECT throws_ok($$SELECT promise.apply_lead_times()$$, '42501', NULL, 'Kim cannot change what the supplier is held to');
SELECT throws_ok($$INSERT INTO promise.outcome (source, started_at, ended_at, ordered)
	VALUES ('wheels of Roth', '2026-10-01', '2026-10-02', 1)$$, '42501', NULL, '... nor what happened');

-- 5. Those who buy do, for the wheels.
SET LOCAL ROLE story_planner;
SELECT results_eq($$SELECT source, property, proposed FROM promise.apply_lead_times('{wheels of Roth}')$$,
	$$VALUES ('wheels of Roth', 'lead_time', 9::numeric)$$, 'the wheels get nine days');
SELECT results_eq($$SELECT source, lead_time FROM promise.source ORDER BY source$$,
	$$VALUES ('bells of Roth', '5 days'::interval), ('wheels of Roth', '9 days')$$, '... and nothing else changes');
SELECT is_empty($$SELECT * FROM promise.propose_lead_times() WHERE source = 'wheels of Roth'$$, '... and agrees with what happened');

-- 6. From now on the promises are such as can be kept, and what was promised is seen.
SELECT results_eq($$SELECT ref, rule FROM promise.check_plan()$$, $$VALUES ('SO-1', 'lead_time')$$,
	'SO-1 was planned with five days');
SET LOCAL ROLE story_seller;
SELECT is(promise.earliest('WHEEL', 10)::date, '2026-12-02'::date, 'the next wheels can be had in nine days');
SELECT throws_ok($$SELECT promise.commit('SO-2', 'WHEEL', 10, '2026-11-30', customer => 'City Bikes')$$, 'PR001', NULL,
	'... and are not promised for the thirtieth any more');

-- 7. Frames are bought by what the ERP says.  It is held against what happened like
-- anything else, and stays the business of those who keep the ERP.
RESET ROLE;
CREATE ROLE story_buyer;
CREATE SCHEMA story_erp;
CREATE TABLE story_erp.vendor_item (vendor text, product text PRIMARY KEY, lead interval, usable numeric);
INSERT INTO story_erp.vendor_item VALUES ('Holm', 'FRAME', '10 days', 1), ('Holm', 'FORK', '10 days', 1);
SELECT promise.map('source', 'story_erp.vendor_item', source => 'product', item => 'product', kind => $$'buy'$$, lead_time => 'lead');
SELECT promise.map('output', 'story_erp.vendor_item', source => 'product', item => 'product', quantity => 'usable');
GRANT USAGE ON SCHEMA story_erp TO story_seller, story_planner, story_works, story_buyer;
GRANT SELECT ON story_erp.vendor_item TO story_seller, story_planner, story_works, story_buyer;
GRANT UPDATE (lead, usable) ON story_erp.vendor_item TO story_buyer;
SET LOCAL ROLE story_works;
SELECT lives_ok($$INSERT INTO promise.outcome (source, started_at, ended_at, ordered, yielded)
	SELECT 'FRAME', timestamptz '2026-10-01', timestamptz '2026-10-01' + (11 + n % 4) * interval '1 day', 100, 97 + n % 4
	FROM generate_series(1, 40) AS n$$, 'frames come later than the ERP says, and not all of them are good');
SET LOCAL ROLE story_seller;
SELECT is(promise.earliest('FRAME', 10)::date, '2026-12-03'::date, 'Kim can promise frames in ten days');
SELECT results_eq($$SELECT property, stated, proposed, relation::text FROM promise.propose_lead_times() WHERE source = 'FRAME'$$,
	$$VALUES ('lead_time', 10::numeric, 14::numeric, 'story_erp.vendor_item'), ('yield', 1, 0.97, 'story_erp.vendor_item')$$,
	'... and sees that fourteen would be true');
SET LOCAL ROLE story_planner;
CREATE TEMP TABLE handed AS SELECT property, written, statement FROM promise.apply_lead_times('{FRAME}');
GRANT SELECT ON handed TO story_buyer;
SELECT results_eq($$SELECT property, written FROM handed$$, $$VALUES ('lead_time', false), ('yield', false)$$,
	'the planner is handed statements');
SELECT results_eq($$SELECT lead, usable FROM story_erp.vendor_item$$, $$VALUES ('10 days'::interval, 1::numeric), ('10 days', 1)$$,
	'... nothing in the ERP changes');
SELECT throws_ok((SELECT statement FROM handed WHERE property = 'lead_time'), '42501', NULL, '... nor may the planner change it');
SET LOCAL ROLE story_buyer;
SELECT lives_ok(h.statement, 'those who buy do: ' || h.property) FROM handed AS h;
SELECT results_eq($$SELECT product, lead, usable FROM story_erp.vendor_item ORDER BY product$$,
	$$VALUES ('FORK', '10 days'::interval, 1::numeric), ('FRAME', '14 days', 0.97)$$, '... of frames only');
SET LOCAL ROLE story_seller;
SELECT is(promise.earliest('FRAME', 10)::date, '2026-12-07'::date, 'from then on Kim promises what can be kept');
SET LOCAL ROLE story_planner;
SELECT is_empty($$SELECT * FROM promise.propose_lead_times() WHERE source = 'FRAME'$$, '... and both agree with what happened');

-- 8. The works say who painted, and how long it took to set up.
SET LOCAL ROLE story_planner;
INSERT INTO promise.resource (resource, pool, calendar) VALUES
	('booth 1', 'booths', 'Europe/Berlin; Mon-Fri 08:00-16:00'), ('booth 2', 'booths', 'Europe/Berlin; Mon-Fri 06:00-22:00');
INSERT INTO promise.source (source, item, kind) VALUES ('paint', 'BIKE', 'make');
INSERT INTO promise.step (source, step, resource, setup, run) VALUES ('paint', 1, 'booths', '30 minutes', '6 minutes');
SET LOCAL ROLE story_works;
INSERT INTO promise.outcome (source, step, started_at, set_up_at, ended_at, ordered)
SELECT 'paint', 1, '2026-11-02 15:00', '2026-11-02 16:00', '2026-11-03 09:00', 10 FROM generate_series(1, 20) AS n;
SET LOCAL ROLE story_planner;
SELECT is_empty($$SELECT * FROM promise.propose_lead_times() WHERE source = 'paint'$$, 'who painted is not said: nothing is known');
SET LOCAL ROLE story_works;
SELECT throws_ok($$UPDATE promise.outcome SET resource = 'booth 1' WHERE source = 'paint'$$, '42501', NULL,
	'what happened is not written anew');
SELECT lives_ok($$INSERT INTO promise.outcome (source, step, resource, started_at, set_up_at, ended_at, ordered)
	SELECT 'paint', 1, b, '2026-11-02 15:00', '2026-11-02 16:00', '2026-11-03 09:00', 10
	FROM unnest('{booth 1,booth 2}'::text[]) AS b, generate_series(1, 20) AS n$$, '... but said of the next lots');
SELECT results_eq($$SELECT resource, property, stated::integer, median::integer FROM promise.resource_times()$$,
	$$VALUES ('booth 1', 'run', 360, 360), ('booth 2', 'run', 360, 3240), ('booth 1', 'setup', 1800, 3600), ('booth 2', 'setup', 1800, 3600)$$,
	'setting up takes an hour in both booths, and the second is the slower one by its hours');
SET LOCAL ROLE story_planner;
SELECT results_eq($$SELECT property, proposed::integer, written FROM promise.apply_lead_times('{paint}', 0.5)$$,
	$$VALUES ('setup', 3600, true)$$, 'half of the lots were as fast as stated, but none was set up in half an hour');

RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
