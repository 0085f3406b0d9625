-- What a seller does all day: promise, reserve, change, deliver.  Monday, 23
-- November 2026, eight in the morning.
BEGIN;
SELECT plan(33);
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';
SET LOCAL promise.timezone = 'Europe/Berlin';
SET LOCAL TimeZone = 'Europe/Berlin';
SET LOCAL DateStyle = 'ISO, YMD';

INSERT INTO promise.location (location, zone, priority) VALUES
	('main', 'Europe/Berlin', 0), ('north', 'Europe/Berlin', 1);
INSERT INTO promise.supply (item, location, at, quantity, ref) VALUES
	('BIKE', 'main', '-infinity', 12, NULL),
	('BIKE', 'main', '2026-12-08 10:00', 50, 'PO-3'),
	('BIKE', 'north', '-infinity', 4, NULL);

-- 1. Velo Weber buys ten for Friday.
SELECT is((SELECT concat_ws(' ', kind, quantity, location, on_time)
           FROM promise.commit('SO-1', 'BIKE', 10, '2026-11-27', customer => 'Velo Weber', seller => 'Kim')),
          'whole 10 main t', 'ten for Friday: promised');
SELECT is((SELECT at FROM promise.commitment WHERE ref = 'SO-1'), '2026-11-27 23:59:59.999999',
          '... until the end of Friday');
SELECT ok(NOT promise.feasible('BIKE', 5, '2026-11-27'), '... and nobody else gets them');

-- 2. The line broke; Kim sends the order again.
SELECT is((SELECT quantity FROM promise.commit('SO-1', 'BIKE', 10, '2026-11-27', customer => 'Velo Weber', seller => 'Kim')),
          10::numeric, 'the same order again: the same answer');
SELECT is((SELECT sum(quantity) FROM promise.commitment WHERE item = 'BIKE'), 10::numeric, '... it counts once');
SELECT throws_ok($$SELECT promise.commit('SO-1', 'BIKE', 12, '2026-11-27')$$,
                 'PR007', 'ref "SO-1" is promised otherwise', 'twelve under the same number: no');

-- 3. The next one wants five by Friday.
SELECT throws_ok($$SELECT promise.commit('SO-2', 'BIKE', 5, '2026-11-27')$$,
                 'PR001', 'cannot promise 5 of item "BIKE" by 2026-11-27', 'five more by Friday: no');
SELECT is((SELECT location || ' ' || quantity FROM promise.commit('SO-2', 'BIKE', 4, '2026-11-27')),
          'north 4', 'four: yes, from the north');

-- 4. A cart in the web shop: two are held for fifteen minutes.
SELECT is((SELECT valid_until FROM promise.hold('CART-1', 'BIKE', 2, '2026-11-27', '15 minutes', location => 'main')),
          '2026-11-23 08:15', 'two are held until a quarter past');
SELECT ok(NOT promise.feasible('BIKE', 1, '2026-11-27'), '... nobody else gets them');
SET LOCAL promise.clock = '2026-11-23 08:14 Europe/Berlin';
SELECT is((SELECT valid_until FROM promise.commit('CART-1', 'BIKE', 2, '2026-11-27')), NULL,
          'paid in time: now it is a promise');
SELECT is((SELECT kind || ' ' || status FROM promise.commitment WHERE ref = 'CART-1'), 'customer open', '... for good');

-- 5. Another cart is forgotten.
SELECT lives_ok($$SELECT promise.release('CART-1')$$, 'the first customer changes his mind');
SELECT lives_ok($$SELECT promise.hold('CART-2', 'BIKE', 2, '2026-11-27', '15 minutes')$$, 'another fills a cart');
SET LOCAL promise.clock = '2026-11-23 09:00 Europe/Berlin';
SELECT ok(promise.feasible('BIKE', 2, '2026-11-27'), 'at nine the two are free again, though nobody did anything');
SELECT lives_ok($$SELECT promise.commit('SO-3', 'BIKE', 2, '2026-11-27')$$, '... and sold to somebody else');
SELECT throws_ok($$SELECT promise.commit('CART-2', 'BIKE', 2, '2026-11-27')$$,
                 'PR001', 'cannot promise 2 of item "BIKE" by 2026-11-27', 'who comes back too late has lost them');
SELECT throws_ok($$SELECT promise.deliver('CART-2')$$, 'PR006', 'hold "CART-2" has expired', '... and gets nothing');

-- 6. Velo Weber needs eight only, then twelve, a week later.
SELECT is((SELECT quantity FROM promise.change('SO-1', 8)), 8::numeric, 'less: of course');
SELECT throws_ok($$SELECT promise.change('SO-1', 12)$$, 'PR001', 'cannot promise 12 of item "BIKE" by 2026-11-27',
                 'twelve on Friday: no');
SELECT is((SELECT due FROM promise.change('SO-1', 12, '2026-12-08')), '2026-12-08 23:59:59.999999',
          'twelve on the 8th: yes');
SELECT is((SELECT requested_at FROM promise.commitment WHERE ref = 'SO-1'), '2026-11-27 23:59:59.999999',
          '... what he asked for first is not forgotten');
SELECT is((SELECT quantity FROM promise.commit('SO-1', 'BIKE', 10, '2026-11-27')), 10::numeric,
          '... and the first order still has its answer');

-- 7. Ten go out on the 2nd, early; the stock is booked in the same step.
SET LOCAL promise.clock = '2026-12-02 10:00 Europe/Berlin';
SELECT is(promise.deliver('SO-1', 10), 2::numeric, 'two are still open');
SELECT is((SELECT sum(quantity) FROM promise.supply WHERE location = 'main' AND at = '-infinity'), 2::numeric,
          '... and two are left on the shelf');
SELECT throws_ok($$SELECT promise.deliver('SO-1', 3)$$, 'PR006', 'cannot deliver 3 of commitment "SO-1"',
                 'more than was ordered does not go out');
SELECT is(promise.deliver('SO-3'), 0::numeric, 'the last two go to the other customer, late');
SELECT is((SELECT sum(quantity) FROM promise.supply WHERE location = 'main' AND at = '-infinity'), 0::numeric,
          '... the shelf is empty');
SET LOCAL promise.clock = '2026-12-08 12:00 Europe/Berlin';
UPDATE promise.supply SET at = '-infinity' WHERE ref = 'PO-3';
SELECT is(promise.deliver('SO-1'), 0::numeric, 'the purchase order is there; the rest goes out');
SELECT is((SELECT status || ' ' || delivered_at FROM promise.commitment WHERE ref = 'SO-1'),
          'delivered 2026-12-08 12:00:00+01', '... and that is that');

-- 8. Who did what?
SELECT results_eq(
	$$SELECT kind, at::date, change, open FROM promise.history('SO-1')$$,
	$$VALUES ('commit', date '2026-11-27', 10::numeric, 10::numeric),
			 ('change', '2026-11-27', -2, 8),
			 ('change', '2026-11-27', -8, 0), ('change', '2026-12-08', 12, 12),
			 ('deliver', '2026-12-08', -10, 2), ('deliver', '2026-12-08', -2, 0)$$,
	'the whole story of the order');
SELECT is((SELECT sum(change) FROM promise.ledger WHERE item = 'BIKE' AND at_time < '2026-11-23 08:30'), 16::numeric,
          'what was open at half past eight on the first day');
SELECT is_empty(
	$$SELECT ref, item, location, at
	  FROM (SELECT ref, item, location, at, quantity FROM promise.commitment
	        UNION ALL SELECT ref, item, location, at, -change FROM promise.ledger) AS n
	  GROUP BY ref, item, location, at HAVING sum(quantity) <> 0$$,
	'the ledger agrees with what is open');

SELECT * FROM finish();
ROLLBACK;
