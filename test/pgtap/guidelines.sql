-- Sales and operations agree on what may be promised without asking, and both
-- live with it.  Monday, 23 November 2026, eight in the morning.
--
-- Each order is a transaction of its own: within one, all that it has done is
-- judged as new.  So the story cleans up after itself.
SELECT plan(34);
SET promise.clock = '2026-11-23 08:00 Europe/Berlin';
SET promise.timezone = 'Europe/Berlin';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';

INSERT INTO promise.item (item, family) VALUES ('BIKE', 'bikes'), ('CARGO', 'bikes'), ('PUMP', 'parts');
INSERT INTO promise.customer (customer, customer_group, region) VALUES
	('Velo Weber', 'dealers', 'south'), ('City Bikes', 'chains', 'north');
INSERT INTO promise.seller (seller, team) VALUES ('Kim', 'inside sales'), ('Pat', 'key accounts');
INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('BIKE', '-infinity', 40, NULL), ('BIKE', '2026-12-08 10:00', 60, 'PO-3'), ('PUMP', '-infinity', 500, NULL);

-- 1. Operations says what it can live with; nothing happens to orders yet.
SELECT lives_ok($$INSERT INTO promise.policy (policy, lead_time, latest_order_time, calendar)
	VALUES ('standard', '3 days', '14:00', 'Europe/Berlin; Mon-Fri 08:00-17:00')$$, 'three working days, orders until two o''clock');
SELECT lives_ok($$INSERT INTO promise.policy (policy, family, lead_time, calendar)
	VALUES ('parts', 'parts', '0', 'Europe/Berlin; Mon-Fri 08:00-17:00')$$, 'parts go out the same day');
SELECT lives_ok($$INSERT INTO promise.policy (policy, family, minimum_margin) VALUES ('margin', 'bikes', 25)$$,
				'no bike under 25 percent margin');
SELECT lives_ok($$INSERT INTO promise.policy (policy, customer_group, maximum_quantity, maximum_share)
	VALUES ('dealers', 'dealers', 12, 40)$$, 'dealers: twelve with an order, and 40 percent of what there is');
SELECT lives_ok($$INSERT INTO promise.policy (policy, customer_group, may_promise)
	VALUES ('chains', 'chains', '{key accounts}')$$, 'chains are for key accounts');
SELECT lives_ok($$INSERT INTO promise.flexibility VALUES ('standard', '5 days', 0, '0'), ('standard', '21 days', 25, '1 day')$$,
				'nothing changes in the last five days');
SELECT lives_ok($$SELECT promise.commit('SO-0', 'PUMP', 30, '2026-11-23', customer => 'Velo Weber')$$, 'not yet in force');

-- 2. Kim asks what may be promised to Velo Weber.
SELECT results_eq($$SELECT limit_name, policy FROM promise.allowed('BIKE', customer => 'Velo Weber', seller => 'Kim')$$,
	$$VALUES ('lead_time', 'standard'), ('latest_order_time', 'standard'), ('maximum_quantity', 'dealers'),
			 ('minimum_margin', 'margin'), ('maximum_share', 'dealers'), ('flexibility', 'standard'),
			 ('flexibility', 'standard'), ('availability', NULL)$$, 'every limit and whose it is');
SELECT is((SELECT allowed_at FROM promise.allowed('BIKE', customer => 'Velo Weber') WHERE limit_name = 'lead_time'),
		  '2026-11-26 23:59:59.999999', '... from Thursday on');
SELECT is((SELECT allowed_quantity FROM promise.allowed('BIKE', customer => 'Velo Weber') WHERE limit_name = 'maximum_share'),
		  16::numeric, '... 16 of the 40 that there are in November');
SELECT is((SELECT allowed_quantity FROM promise.allowed('BIKE', customer => 'Velo Weber') WHERE limit_name = 'availability'),
		  40::numeric, '... though 40 are there');

-- 3. The customer wants twenty for Wednesday, cheaply.
SELECT results_eq($$SELECT policy, limit_name, allowed FROM promise.check_policy('BIKE', 20, '2026-11-25',
		customer => 'Velo Weber', seller => 'Kim', price => 800, cost => 640, currency => 'EUR')$$,
	$$VALUES ('dealers', 'maximum_quantity', '12'), ('margin', 'minimum_margin', '25 %'),
			 ('standard', 'lead_time', '2026-11-26'), ('dealers', 'maximum_share', '16')$$, 'all that is wrong with it, at once');
SELECT is((SELECT reason::text FROM promise.quote('BIKE', 20, '2026-11-25', customer => 'Velo Weber')), 'policy',
		  'a quote shows that it could be delivered, but not promised');
SELECT is((SELECT count(*) FROM promise.check_policy('BIKE', 12, '2026-11-26', customer => 'Velo Weber', seller => 'Kim',
		price => 800, cost => 600)), 0::bigint, 'twelve for Thursday at 800: nothing against it');

-- 4. From now on it is the rule.
SELECT lives_ok($$SELECT promise.enforce_policy()$$, 'in force');
SELECT throws_ok($$SELECT promise.commit('SO-1', 'BIKE', 12, '2026-11-25', customer => 'Velo Weber', seller => 'Kim', price => 800, cost => 600)$$,
	'PR002', 'limit "policy" does not allow promise "SO-1"', 'for Wednesday: no');
SELECT lives_ok($$SELECT promise.commit('SO-1', 'BIKE', 12, '2026-11-26', customer => 'Velo Weber', seller => 'Kim', price => 800, cost => 600)$$,
	'for Thursday: promised');
SELECT throws_ok($$SELECT promise.commit('SO-2', 'BIKE', 5, '2026-11-30', customer => 'Velo Weber', seller => 'Kim', price => 800, cost => 600)$$,
	'PR002', NULL, 'five more in November: more than the dealers'' share');
SELECT is((SELECT allowed_quantity FROM promise.check_policy('BIKE', 5, '2026-11-30', customer => 'Velo Weber', price => 800, cost => 600)),
		  4::numeric, '... four would do');
SELECT lives_ok($$SELECT promise.commit('SO-2', 'BIKE', 5, '2026-12-10', customer => 'Velo Weber', seller => 'Kim', price => 800, cost => 600)$$,
	'... or five in December');
SELECT throws_ok($$INSERT INTO promise.commitment (ref, item, at, quantity, customer, seller, price, cost)
	VALUES ('SO-3', 'BIKE', '2026-12-10', 5, 'City Bikes', 'Kim', 800, 600)$$, 'PR002', NULL, 'a chain is not for Kim, by plain SQL neither');
SELECT lives_ok($$INSERT INTO promise.commitment (ref, item, at, quantity, customer, seller, price, cost)
	VALUES ('SO-3', 'BIKE', '2026-12-10', 5, 'City Bikes', 'Pat', 800, 600)$$, '... but for Pat');
SELECT throws_ok($$SELECT promise.commit('SO-4', 'BIKE', 1, '2026-12-10', customer => 'City Bikes', seller => 'Pat')$$,
	'PR002', NULL, 'who does not say the price has no margin');

-- 5. Pumps go out today until two o'clock.
SELECT lives_ok($$SELECT promise.commit('SO-5', 'PUMP', 5, '2026-11-23')$$, 'pumps for today');
SET promise.clock = '2026-11-23 14:01 Europe/Berlin';
SELECT throws_ok($$SELECT promise.commit('SO-6', 'PUMP', 5, '2026-11-23')$$, 'PR002', NULL, 'too late for today');
SELECT is((SELECT limit_name || ' ' || policy FROM promise.check_policy('PUMP', 5, '2026-11-23')), 'latest_order_time standard',
		  '... by the latest order time of the house');
SELECT lives_ok($$SELECT promise.commit('SO-6', 'PUMP', 5, '2026-11-24')$$, '... for tomorrow');

-- 6. The customer changes his mind.
SELECT throws_ok($$SELECT promise.change('SO-2', 7)$$, 'PR002', NULL, 'from five to seven is too much in the last three weeks');
SELECT lives_ok($$SELECT promise.change('SO-2', 6)$$, '... six is within 25 percent');
SELECT lives_ok($$SELECT promise.change('SO-1', 10)$$, 'less is always possible, even in the last days');
SELECT throws_ok($$SELECT promise.change('SO-1', 11)$$, 'PR002', NULL, '... but more is not any more');

-- 7. A special offer for one item is more specific than all that.
SELECT lives_ok($$INSERT INTO promise.policy (policy, item, period, minimum_margin)
	VALUES ('Advent', 'BIKE', '[2026-12-01,2026-12-25)', 10)$$, 'in Advent ten percent will do');
SELECT is((SELECT policy || ' ' || allowed FROM promise.check_policy('BIKE', 1, '2026-12-10', price => 700, cost => 650)), 'Advent 10 %',
		  '... which is what counts then');
SELECT is((SELECT policy || ' ' || allowed FROM promise.check_policy('BIKE', 1, '2026-11-30', price => 700, cost => 650)), 'margin 25 %',
		  '... and not before');
SELECT * FROM finish();

DO $$
BEGIN
	PERFORM promise.enforce_policy(false);
	PERFORM promise.unprotect(relation, role, mapping) FROM promise.guard;
END
$$;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.supply;
DELETE FROM promise.policy;
DELETE FROM promise.customer;
DELETE FROM promise.seller;
DELETE FROM promise.item;
