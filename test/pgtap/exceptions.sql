-- A customer wants what neither side may promise alone.  Sales ask, operations say
-- how, both sign; and what nobody should be able to do fails.  Monday, 23 November
-- 2026, nine in the morning.
--
-- What is signed is a transaction of its own, so the story cleans up after itself.
SELECT plan(46);
SET promise.clock = '2026-11-23 09:00 Europe/Berlin';
SET promise.timezone = 'Europe/Berlin';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';

CREATE ROLE story_sales;
CREATE ROLE story_works;
CREATE ROLE story_board;
CREATE ROLE story_kim LOGIN;
CREATE ROLE story_sam LOGIN IN ROLE story_sales;
CREATE ROLE story_olga LOGIN IN ROLE story_works;
CREATE ROLE story_otto LOGIN IN ROLE story_works, story_sales;
CREATE ROLE story_vera LOGIN IN ROLE story_board;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT promise.grant_script(r.kind, r.role)
		FROM (VALUES ('seller', 'story_kim'::name), ('seller', 'story_sam'), ('operations', 'story_olga'),
					 ('seller', 'story_otto'), ('seller', 'story_vera')) AS r (kind, role)
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;
GRANT ALL ON SCHEMA public TO story_kim, story_sam, story_olga, story_otto, story_vera;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO story_kim, story_sam, story_olga, story_otto, story_vera;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO story_kim, story_sam, story_olga, story_otto, story_vera;
-- the number of the last exception
CREATE FUNCTION latest() RETURNS bigint LANGUAGE sql STABLE
AS 'SELECT max(exception) FROM promise.exception';

INSERT INTO promise.signatory (role_name, side) VALUES ('story_sales', 'sales'), ('story_works', 'operations');
INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('BIKE', '-infinity', 20, NULL), ('BIKE', '2026-12-14 10:00', 30, 'PO-7');
INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('careful', 'BIKE', 15);
SELECT promise.enforce_policy();

-- 1. Kim over-promises, and is stopped.
SET SESSION AUTHORIZATION story_kim;
SELECT lives_ok($$SELECT promise.commit('SO-1', 'BIKE', 12, '2026-12-04', customer => 'Velo Weber', seller => 'Kim')$$, 'twelve bikes are promised');
SELECT throws_ok($$SELECT promise.commit('SO-2', 'BIKE', 14, '2026-12-04', customer => 'City Bikes', seller => 'Kim')$$,
	'PR001', NULL, 'fourteen more are not there');
SELECT throws_ok($$SELECT promise.ask_exception('SO-3', 'BIKE', 2, '2026-12-04', 'just because')$$,
	'55000', 'promise "SO-3" needs no exception', 'what can be promised needs no exception');
SELECT lives_ok($$SELECT promise.ask_exception('SO-2', 'BIKE', 14, '2026-12-04', 'Their season starts on the fifth.',
	urgency => 'urgent', customer => 'City Bikes', seller => 'Kim', price => 900, cost => 600, currency => 'EUR')$$, 'so Kim asks');
SELECT results_eq($$SELECT standing, missing, value, currency FROM promise.exceptions$$,
	$$VALUES ('pending', 6::numeric, 12600::numeric, 'EUR')$$, '... six are missing, for 12,600 euros');
SELECT is((SELECT answer_by FROM promise.exceptions), '2026-11-23 13:00 Europe/Berlin'::timestamptz, '... to be answered by one o''clock');
SELECT ok(EXISTS (SELECT FROM promise.exception_history(latest()) WHERE kind = 'alternative' AND what LIKE '14 of "BIKE" by 2026-12-14%'),
	'... all of them would be there on the fourteenth');
SELECT is((SELECT count(*) FROM promise.commitment WHERE ref = 'SO-2'), 0::bigint, 'nothing is promised meanwhile');

-- 2. Operations look at it from their side of the table.
SET SESSION AUTHORIZATION story_olga;
SELECT lives_ok($$SELECT promise.comment_exception(latest(), 'Weber picks up in two goes anyway.', 'operations')$$, 'operations have an idea');
SELECT lives_ok($$SELECT promise.plan_move(latest(), 'SO-1', '2026-12-15', 'the second half is late enough')$$, '... and a plan');
SELECT throws_ok($$SELECT promise.sign_exception(latest(), 'sales')$$, '42501', NULL, 'they do not sign for sales');
SELECT is((SELECT promise.sign_exception(latest(), 'operations')), 'pending', 'they sign for themselves');
SELECT throws_ok($$SELECT promise.sign_exception(latest(), 'operations')$$, '55000', NULL, '... once');
SELECT is((SELECT at FROM promise.commitment WHERE ref = 'SO-1'), '2026-12-04 23:59:59.999999'::timestamptz, 'one signature moves nothing');

-- 3. Who must not decide.
SET SESSION AUTHORIZATION story_kim;
SELECT throws_ok($$SELECT promise.sign_exception(latest(), 'sales')$$, '42501',
	'role "story_kim" may not decide on its own request', 'nobody signs what he has asked for');
SELECT throws_ok($$UPDATE promise.exception SET status = 'approved', sales_signed_by = 'story_sam'$$, '42501', NULL, '... nor by plain SQL');
SELECT throws_ok($$INSERT INTO promise.exception_entry (exception, kind, side, who, session_who, at_time, expires_at)
	VALUES (latest(), 'sign', 'sales', 'story_sam', 'story_sam', now(), 'infinity')$$, '42501', NULL, '... nor in somebody else''s name');
SELECT throws_ok($$UPDATE promise.exception_entry SET note = NULL$$, '42501', NULL, 'history is not edited');
SELECT throws_ok($$DELETE FROM promise.exception_entry$$, '42501', NULL, '... nor deleted');

-- 4. Sales sign, and it is done.
SET SESSION AUTHORIZATION story_sam;
SELECT is((SELECT promise.sign_exception(latest(), 'sales', plan => (SELECT plan FROM promise.exceptions WHERE exception = latest()))),
	'approved', 'sales sign that very plan');
SELECT results_eq($$SELECT ref, at, quantity FROM promise.commitment ORDER BY ref$$,
	$$VALUES ('SO-1', '2026-12-15 23:59:59.999999'::timestamptz, 12::numeric), ('SO-2', '2026-12-04 23:59:59.999999', 14)$$,
	'one promise has moved, the other is given');
SELECT is((SELECT count(*) FROM promise.conflicts()), 0::bigint, '... and both can be kept');
SELECT throws_ok($$SELECT promise.sign_exception(latest(), 'sales')$$, '55000', NULL, 'what is approved is approved');
SELECT throws_ok($$SELECT promise.reject_exception(latest(), 'sales', 'no')$$, '55000', NULL, '... and not rejected any more');

-- 5. Operations are told.
SET SESSION AUTHORIZATION story_olga;
SELECT results_eq($$SELECT ref, news, exception = latest() FROM promise.feed ORDER BY ref$$,
	$$VALUES ('SO-1', 'changed', NULL), ('SO-2', 'new', true)$$, 'both are news, one of them by exception');
SELECT lives_ok($$SELECT promise.acknowledge('SO-2', 'on the truck of the third')$$, 'seen');
SET SESSION AUTHORIZATION story_kim;
SELECT is((SELECT note FROM promise.notices WHERE ref = 'SO-2'), 'on the truck of the third', 'Kim sees that, too');
SELECT throws_ok($$SELECT promise.acknowledge('SO-1')$$, '42501', NULL, '... but cannot say so for operations');

-- 6. Nobody alone, even with two hats.
SELECT lives_ok($$SELECT promise.ask_exception('SO-4', 'BIKE', 10, '2026-12-05', 'They pay more.', reserve => false)$$, 'another one, for the shop system to give');
SET SESSION AUTHORIZATION story_otto;
SELECT is((SELECT promise.sign_exception(latest(), 'operations')), 'pending', 'Otto may sign for both');
SELECT throws_ok($$SELECT promise.sign_exception(latest(), 'sales')$$, '42501', 'role "story_otto" may not sign for both sides', '... but not both');
SET ROLE story_sales;
SELECT throws_ok($$SELECT promise.sign_exception(latest(), 'sales')$$, '42501', NULL, '... by SET ROLE neither');
RESET ROLE;
SET SESSION AUTHORIZATION story_sam;
SELECT is((SELECT promise.sign_exception(latest(), 'sales')), 'approved', 'Sam signs');
SET SESSION AUTHORIZATION story_kim;
SELECT throws_ok($$SELECT promise.commit('SO-5', 'BIKE', 10, '2026-12-05')$$, 'PR001', NULL, 'it is not for another order');
SELECT throws_ok($$SELECT promise.commit('SO-4', 'BIKE', 11, '2026-12-05')$$, 'PR001', NULL, '... nor for more');
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-12-01 09:00 Europe/Berlin';
SET SESSION AUTHORIZATION story_kim;
SELECT throws_ok($$SELECT promise.commit('SO-4', 'BIKE', 10, '2026-12-05')$$, 'PR001', NULL, '... nor a week later');
SELECT is((SELECT standing FROM promise.exceptions WHERE ref = 'SO-4'), 'expired', 'it has expired');

-- 7. A guideline in the way; rejected, with what would do.
SELECT lives_ok($$SELECT promise.ask_exception('SO-6', 'BIKE', 16, '2026-12-18', 'A fleet.', urgency => 'urgent')$$, 'sixteen at once');
SELECT results_eq($$SELECT reason::text, guidelines FROM promise.exceptions WHERE exception = latest()$$,
	$$VALUES ('policy', '{careful}'::text[])$$, '... are outside of a guideline');
SET SESSION AUTHORIZATION story_olga;
SELECT is((SELECT promise.reject_exception(latest(), 'operations', 'Not in one go.')), 'rejected', 'operations say no');
SELECT results_eq($$SELECT at, quantity FROM promise.exception_entry WHERE exception = latest() AND kind = 'reject'$$,
	$$VALUES ('2026-12-18 23:59:59.999999'::timestamptz, 15::numeric)$$, '... but fifteen would do');

-- 8. Nobody answers.
SET SESSION AUTHORIZATION story_kim;
SELECT lives_ok($$SELECT promise.ask_exception('SO-6', 'BIKE', 16, '2026-12-18', 'Please.', urgency => 'urgent')$$, 'Kim asks again');
RESET SESSION AUTHORIZATION;
INSERT INTO promise.urgency (urgency, answer_within, escalates_to) VALUES ('urgent', '4 hours', 'story_board');
SET promise.clock = '2026-12-01 14:00 Europe/Berlin';
SELECT results_eq($$SELECT side, role_names FROM promise.escalations ORDER BY side$$,
	$$VALUES ('operations', '{story_board,story_works}'::text[]), ('sales', '{story_board,story_sales}')$$, 'after four hours it escalates');
SET SESSION AUTHORIZATION story_vera;
SELECT is((SELECT promise.sign_exception(latest(), 'sales', 'I have talked to them.')), 'pending', 'the board signs for sales');
SET SESSION AUTHORIZATION story_olga;
SELECT throws_ok($$SELECT promise.sign_exception(latest(), 'operations')$$, '42501', NULL,
	'operations cannot promise, so they do not sign last');
RESET SESSION AUTHORIZATION;
SELECT results_eq($$SELECT guideline, asked, approved, rejected, overdue FROM promise.exception_statistics() WHERE guideline IS NOT NULL$$,
	$$VALUES ('careful', 2::bigint, 0::bigint, 1::bigint, 1::bigint)$$, 'how that guideline does');

SELECT * FROM finish();

DELETE FROM promise.exception;
DELETE FROM promise.acknowledgement;
DELETE FROM promise.urgency;
DELETE FROM promise.policy;
DELETE FROM promise.signatory;
DELETE FROM promise.commitment;
DO $$
BEGIN
	PERFORM promise.enforce_policy(false);
	PERFORM promise.unprotect(relation, role, mapping) FROM promise.guard;
END
$$;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.supply;
DROP FUNCTION latest();
DROP OWNED BY story_kim, story_sam, story_olga, story_otto, story_vera;
DROP ROLE story_kim, story_sam, story_olga, story_otto, story_vera, story_sales, story_works, story_board;
