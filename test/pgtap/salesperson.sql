-- What a salesperson asks on the phone.  A bicycle shop in Berlin, Monday, 23
-- November 2026, eight in the morning.
BEGIN;
SELECT plan(31);
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';
SET LOCAL promise.timezone = 'Europe/Berlin';
SET LOCAL TimeZone = 'Europe/Berlin';
SET LOCAL DateStyle = 'ISO, YMD';

INSERT INTO promise.location (location, zone, priority) VALUES
	('main', 'Europe/Berlin', 0), ('north', 'Europe/Berlin', 1);
INSERT INTO promise.supply (item, location, at, quantity, ref) VALUES
	('BIKE', 'main', '-infinity', 60, NULL),
	('BIKE', 'main', '2026-12-08 10:00', 50, 'PO-3'),
	('BIKE', 'north', '-infinity', 10, NULL);
INSERT INTO promise.commitment (ref, item, at, quantity, customer) VALUES
	('SO-7', 'BIKE', '2026-12-03 12:00', 30, 'Velo Weber');

-- 1. A customer calls for 25 bicycles by Friday.
SELECT ok(promise.feasible('BIKE', 25, '2026-11-27'),
          '25 bicycles by Friday: yes');
SELECT is((SELECT concat_ws(' ', kind, quantity, location, on_time) FROM promise.quote('BIKE', 25, '2026-11-27') LIMIT 1),
          'whole 25 main t', '... all at once, from the workshop, on time');

-- 2. Then another wants 40 by Friday: stock is there, but it is promised to
-- Velo Weber for next week.
SELECT ok(NOT promise.feasible('BIKE', 41, '2026-11-27', 'main'),
          '41 by Friday: no, although 60 are on the shelf');
SELECT is(promise.earliest('BIKE', 41), '2026-12-08 10:00',
          '... they can have them when the purchase order comes');
SELECT is((SELECT detail FROM promise.quote('BIKE', 41, '2026-11-27', ship_complete => true) LIMIT 1),
          '30 of 41 available by 2026-11-27; customer order "SO-7" takes 30 on 2026-12-03 12:00+01; '
          'receipt "PO-3" of 50 comes on 2026-12-08 10:00+01',
          '... and I can tell them why');

-- 3. Would they take some of them sooner?
SELECT results_eq(
	$$SELECT part, quantity, available_at::date, location FROM promise.quote('BIKE', 41, '2026-11-27', 'main')
	  WHERE kind = 'parts' AND option = (SELECT min(option) FROM promise.quote('BIKE', 41, '2026-11-27', 'main')
	                                     WHERE kind = 'parts' AND part = 2 AND location = 'main')
	  ORDER BY part$$,
	$$VALUES (1, 30::numeric, date '2026-11-23', 'main'), (2, 11, '2026-12-08', 'main')$$,
	'30 now and 11 in December');
SELECT is((SELECT count(*) FROM promise.quote('BIKE', 41, '2026-11-27', ship_complete => true) WHERE kind = 'parts'),
          0::bigint, '... but this customer wants one delivery');

-- 4. The shop in the north has ten: 38 by Friday come from both.
SELECT results_eq(
	$$SELECT location, quantity, on_time FROM promise.quote('BIKE', 38, '2026-11-27') WHERE option = 1 ORDER BY part$$,
	$$VALUES ('main', 30::numeric, true), ('north', 8, true)$$,
	'38 by Friday: 30 from here and 8 from the north');

-- 5. Somebody would fetch them in the north.
SELECT is((SELECT concat_ws(' ', kind, location) FROM promise.quote('BIKE', 12, '2026-11-27', 'north') LIMIT 1),
          'elsewhere main', '12 in the north: not there, but here');

-- 6. Two salespeople quote the last ones.  Both may say yes; when the first
-- order is entered, the second answer changes.
SELECT is(promise.earliest('BIKE', 30, 'main'), promise.now(), 'Anna quotes the last 30');
SELECT is(promise.earliest('BIKE', 30, 'main'), promise.now(), 'Bert quotes the last 30');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('ANNA', 'BIKE', '2026-11-27 17:00', 30);
SELECT is(promise.earliest('BIKE', 30, 'main'), '2026-12-08 10:00', 'Anna''s order is entered: Bert''s come in December');
SELECT is(promise.earliest('BIKE', 30, 'main', exclude => '{ANNA}'), promise.now(),
          'Anna looks at her order again: it still stands');
DELETE FROM promise.commitment WHERE ref = 'ANNA';

-- 7. One order, several lines: they compete, in their order.
SELECT results_eq(
	$$SELECT ref, kind, available_at::date FROM promise.quote_lines(ARRAY[
		promise.request('BIKE', 30, '2026-11-27', 'main', 'first'),
		promise.request('BIKE', 10, '2026-11-27', 'north', 'second'),
		promise.request('BIKE', 5, '2026-11-27', ref => 'third')])$$,
	$$VALUES ('first', 'whole', date '2026-11-23'), ('second', 'whole', '2026-11-23'), ('third', 'later', '2026-12-08')$$,
	'the lines of one order compete for the same bicycles');

-- 8. A bicycle and its bell leave in one parcel.
INSERT INTO promise.supply (item, at, quantity, ref) VALUES ('BELL', '2026-11-30 09:00', 100, 'PO-4');
SELECT results_eq(
	$$SELECT item, available_at FROM promise.quote_lines(ARRAY[
		promise.request('BIKE', 2), promise.request('BELL', 2)], together => true)$$,
	$$VALUES ('BIKE', timestamptz '2026-11-30 09:00'), ('BELL', '2026-11-30 09:00')$$,
	'together: the bicycles wait for the bells');
SELECT matches((SELECT detail FROM promise.quote_lines(ARRAY[
		promise.request('BIKE', 2, '2026-11-27'), promise.request('BELL', 2, '2026-11-27')], together => true) LIMIT 1),
	'^all wait for item "BELL"', '... and the answer says for what');

-- 9. A customer is not sure and asks for a day to think about it.
INSERT INTO promise.commitment (ref, item, at, quantity, kind, expires_at)
VALUES ('HOLD-1', 'BIKE', '2026-11-27 17:00', 30, 'hold', '2026-11-24 08:00');
SELECT ok(NOT promise.feasible('BIKE', 1, '2026-11-27', 'main'), 'the last 30 are held');
SET LOCAL promise.clock = '2026-11-24 08:00 Europe/Berlin';
SELECT ok(promise.feasible('BIKE', 30, '2026-11-27', 'main'), 'a day later the hold has ended by itself');
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';
DELETE FROM promise.commitment WHERE ref = 'HOLD-1';

-- 10. "By Friday" means until the end of Friday, here, not in London.
INSERT INTO promise.supply (item, at, quantity) VALUES ('LAMP', '2026-11-27 23:30', 1);
SELECT ok(promise.feasible('LAMP', 1, '2026-11-27'), 'what comes on Friday at half past eleven is there by Friday');
SELECT ok(NOT promise.feasible('LAMP', 1, '2026-11-26'), '... and not by Thursday');
SELECT ok(NOT promise.feasible('LAMP', 1, '2026-11-27 12:00'), '... nor by Friday noon');
SET LOCAL promise.timezone = 'Asia/Tokyo';
SELECT ok(NOT promise.feasible('LAMP', 1, '2026-11-27'), 'in Tokyo Friday has ended by then');
SET LOCAL promise.timezone = 'Europe/Berlin';

-- 11. A typing error, and something that we do not sell.
SELECT results_eq(
	$$SELECT kind, reason::text, detail FROM promise.quote('BYKE', 1, '2026-11-27')$$,
	$$VALUES ('none', 'unknown_item', 'item "BYKE" has no row in any role')$$,
	'an item that nobody knows is no mistake of the database');
SELECT throws_ok($$SELECT * FROM promise.quote('BIKE', 0, '2026-11-27')$$, 'PR006', NULL,
                 'nobody orders nothing');

-- 12. How long does the offer stand?
SET LOCAL promise.clock = '2026-11-23 08:10 Europe/Berlin';
SELECT is((SELECT valid_until FROM promise.quote('BIKE', 1) LIMIT 1), '2026-11-23 09:00',
          'an offer stands until the full hour');
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';

-- 13. A customer would take 40 from the day after tomorrow on: when could it be?
SELECT is(promise.windows('BIKE', 40, '[2026-11-25,2026-12-24)', 'main'),
          '{[2026-12-08 10:00,2026-12-24 00:00)}'::tstzmultirange, '40 could be delivered from the 8th until Christmas');
SELECT is(promise.earliest('BIKE', 5, after => '2026-11-30 00:00'), '2026-11-30 00:00',
          'and five not before Monday, if they are on holiday until then');

-- 14. The customer reads out the answer of every line of the open offer.
CREATE TABLE offer_line (no integer, product text, pieces integer, wish date);
INSERT INTO offer_line VALUES (1, 'BIKE', 20, '2026-11-27'), (2, 'BELL', 20, '2026-11-27'), (3, 'BIKE', 20, '2026-12-11');
SELECT results_eq(
	$$SELECT ref, on_time, available_at::date FROM promise.quote_query(
		'SELECT product AS item, pieces AS quantity, wish AS due, no AS ref FROM offer_line ORDER BY no')$$,
	$$VALUES ('1', true, date '2026-11-23'), ('2', false, '2026-11-30'), ('3', true, '2026-12-08')$$,
	'one query answers the whole offer');
SELECT results_eq(
	$$SELECT l.no, promise.feasible(l.product, l.pieces, l.wish) FROM offer_line AS l ORDER BY l.no$$,
	$$VALUES (1, true), (2, false), (3, true)$$,
	'... and a query of our own asks for each line by itself');

-- 15. Whatever was promised in these talks, nothing that was promised before is
-- in danger.
INSERT INTO promise.commitment (ref, item, location, at, quantity)
SELECT 'NEW-' || row_number() OVER (), item, location, available_at, quantity
FROM promise.quote('BIKE', 41, '2026-11-27') WHERE option = 1;
SELECT is_empty($$SELECT * FROM promise.check_balance('BIKE', location => 'main')$$, 'every order at the workshop is still met');
SELECT is_empty($$SELECT * FROM promise.check_balance('BIKE', location => 'north')$$, '... and in the north');

SELECT * FROM finish();
ROLLBACK;
