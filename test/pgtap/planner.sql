-- What a planner asks: what is late, what it holds up, and what would help.
-- Monday, 23 November 2026, eight in the morning.
BEGIN;
SELECT plan(26);
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';
SET LOCAL promise.timezone = 'Europe/Berlin';
SET LOCAL TimeZone = 'Europe/Berlin';
SET LOCAL DateStyle = 'ISO, YMD';

INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('FRAME', '-infinity', 12, NULL),
	('FRAME', '2026-11-20 10:00', 20, 'PO-9'),
	('FRAME', '2026-12-07 10:00', 40, 'PO-10');
INSERT INTO promise.commitment (ref, item, at, quantity, kind) VALUES
	('WO-1', 'FRAME', '2026-11-25 06:00', 10, 'component'),
	('WO-2', 'FRAME', '2026-12-02 06:00', 5, 'component');

-- 1. Which receipt is late, and when is it counted on?
SELECT results_eq(
	$$SELECT trim(line) FROM promise.explain('FRAME', 15, '2026-11-23') AS line WHERE line LIKE '%overdue:%'$$,
	$$VALUES ('-> overdue: receipt "PO-9" of 20 was due on 2026-11-20 10:00+01, counts on 2026-11-24 08:00+01')$$,
	'PO-9 is late, and counted on tomorrow');
-- 2. What does it hold up?
SELECT results_eq(
	$$SELECT reason::text, available_at FROM promise.quote('FRAME', 15, '2026-11-23', ship_complete => true)$$,
	$$VALUES ('receipt_overdue', timestamptz '2026-11-24 08:00')$$,
	'fifteen more frames today: they wait for PO-9');
-- 3. The supplier does not answer the phone: do not count on it.
INSERT INTO promise.stocking (item, overdue_counts) VALUES ('FRAME', false);
SELECT is(promise.earliest('FRAME', 5), '2026-12-07 10:00', 'without PO-9, five frames have to wait for PO-10');
SELECT results_eq(
	$$SELECT at, missing FROM promise.check_balance('FRAME')$$,
	$$VALUES (timestamptz '2026-12-02 06:00', 3::numeric)$$,
	'... and work order 2 lacks 3');
-- 4. They promise it for the 1st.
UPDATE promise.supply SET at = '2026-12-01 10:00' WHERE ref = 'PO-9';
SELECT is_empty($$SELECT * FROM promise.check_balance('FRAME')$$, 'with a new date for PO-9 nobody lacks anything');

-- 5. What if the other purchase order came a week sooner?
SELECT is(promise.earliest('FRAME', 30), '2026-12-07 10:00', '30 more frames: in December');
SAVEPOINT what_if;
UPDATE promise.supply SET at = at - interval '7 days' WHERE ref = 'PO-10';
SELECT is(promise.earliest('FRAME', 30), '2026-11-30 10:00', 'a week sooner, if PO-10 came a week sooner');
ROLLBACK TO what_if;
SELECT is(promise.earliest('FRAME', 30), '2026-12-07 10:00', 'it was only a question');

-- 6. What if a work order were put off, or cancelled?
SELECT is(promise.earliest('FRAME', 12, exclude => '{WO-1,WO-2}'), promise.now(),
          'without the work orders all frames could go now');
SAVEPOINT what_if;
UPDATE promise.commitment SET at = '2026-12-10 06:00' WHERE ref = 'WO-1';
SELECT is((SELECT atp FROM promise.availability('FRAME') LIMIT 1), 12::numeric,
          'if work order 1 is put off until PO-10, all 12 on the shelf are free');
ROLLBACK TO what_if;

-- 7. The picture of the item.
SELECT results_eq(
	$$SELECT at, supply, demand, balance, atp FROM promise.availability('FRAME')$$,
	$$VALUES (timestamptz '2026-11-23 08:00', 12::numeric, 0::numeric, 12::numeric, 2::numeric),
			 ('2026-11-25 06:00', 0, 10, 2, 2),
			 ('2026-12-01 10:00', 20, 0, 22, 17),
			 ('2026-12-02 06:00', 0, 5, 17, 17),
			 ('2026-12-07 10:00', 40, 0, 57, 57)$$,
	'supply, demand, balance and what can be promised, day by day');
SELECT is((SELECT max(length(line)) <= 80 FROM promise.chart('FRAME') AS line), true,
          'a chart fits the terminal');

-- 8. A safety stock limits new promises, and breaks no old one.
UPDATE promise.stocking SET safety_stock = 5 WHERE item = 'FRAME';
SELECT is((SELECT atp FROM promise.availability('FRAME') LIMIT 1), 0::numeric, 'with a safety stock of 5 nothing is free today');
SELECT is_empty($$SELECT * FROM promise.check_balance('FRAME')$$, '... and the work orders keep their frames');

-- 9. A horizon: sales shall not sell what arrives in the far future.
UPDATE promise.stocking SET safety_stock = 0, horizon = '10 days' WHERE item = 'FRAME';
SELECT is(promise.earliest('FRAME', 30), NULL, 'PO-10 is beyond the horizon');
SELECT is((SELECT reason::text FROM promise.quote('FRAME', 30, ship_complete => true)
           WHERE available_at IS NULL), 'horizon', '... and sales is told so');
UPDATE promise.stocking SET horizon = NULL WHERE item = 'FRAME';

-- 10. Frames can be bought in three weeks: far orders do not bind today.
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SPRING', 'FRAME', '2027-03-01 06:00', 500);
SELECT is(promise.earliest('FRAME', 1), NULL, 'an order for spring takes every frame');
UPDATE promise.stocking SET replenishment_lead_time = '21 days' WHERE item = 'FRAME';
SELECT is(promise.earliest('FRAME', 2), promise.now(), 'but frames can be had in three weeks, so it does not bind');
SELECT is(promise.earliest('FRAME', 1000), '2026-12-14 08:00', '... and a thousand can be promised for then');
DELETE FROM promise.commitment WHERE ref = 'SPRING';

-- 11. A frame made for one customer is not sold to another.
INSERT INTO promise.supply (item, at, quantity, ref, for_ref) VALUES
	('TANDEM', '2026-11-30 12:00', 1, 'WO-5', 'SO-50');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SO-50', 'TANDEM', '2026-12-04 12:00', 1);
SELECT is(promise.earliest('TANDEM', 1), NULL, 'the tandem is made for SO-50');
DELETE FROM promise.commitment WHERE ref = 'SO-50';
SELECT is(promise.earliest('TANDEM', 1), NULL, '... and stays so until somebody says otherwise');
UPDATE promise.supply SET for_ref = NULL WHERE ref = 'WO-5';
SELECT is(promise.earliest('TANDEM', 1), '2026-11-30 12:00', 'SO-50 was cancelled: now it can be sold');

-- 12. Glue dries out: what expires before it is used cannot be promised.
INSERT INTO promise.supply (item, at, quantity, expires_at) VALUES
	('GLUE', '-infinity', 10, '2026-12-01 00:00'), ('GLUE', '2026-11-30 08:00', 10, '2027-06-01 00:00');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('WO-6', 'GLUE', '2026-12-15 06:00', 8);
SELECT is(promise.feasible('GLUE', 3, '2026-12-02 12:00', after => '2026-12-02 06:00'), false,
		  'of 20 tins, 10 dry out and 8 are needed later: not 3 in December');
SELECT is(promise.windows('GLUE', 3, NULL), '{["2026-11-23 08:00", "2026-12-01 00:00")}',
		  '... but until then, of the tins that would dry out');

-- 13. A quantity is counted again, and some is missing.
UPDATE promise.supply SET quantity = 9 WHERE item = 'FRAME' AND at = '-infinity';
SELECT results_eq($$SELECT at, missing FROM promise.check_balance('FRAME')$$,
	$$VALUES (timestamptz '2026-11-25 06:00', 1::numeric)$$, 'one frame less on the shelf: work order 1 lacks one');
INSERT INTO promise.supply (item, quantity, ref) VALUES ('FRAME', 1, 'COUNT-1');
SELECT is_empty($$SELECT * FROM promise.check_balance('FRAME')$$, 'it was behind the door');

SELECT * FROM finish();
ROLLBACK;
