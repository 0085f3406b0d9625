-- What the supplier says and what he does: those who buy see it, and those who sell
-- promise by it from then on.  Monday, 23 November 2026, eight in the morning.
BEGIN;
SELECT plan(17);
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

RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
