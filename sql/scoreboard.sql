/*
 * The scoreboard: each line with its own case, then the sums of them.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.clock = '2026-11-02 08:00+00';
SET promise.timezone = 'UTC';
INSERT INTO promise.supply (item, quantity) VALUES ('lamp', 1000), ('desk', 1000);
INSERT INTO promise.seller (seller, team) VALUES ('Kim', 'inside'), ('Pat', 'inside'), ('Lou', 'field');
INSERT INTO promise.customer (customer, zone) VALUES ('Tokyo', 'Asia/Tokyo'), ('Quito', 'America/Guayaquil');

CREATE FUNCTION public.sell(ref text, quantity numeric, due promise.due, customer text DEFAULT 'Ada',
							seller text DEFAULT 'Kim', item text DEFAULT 'lamp', currency text DEFAULT 'EUR')
RETURNS SETOF timestamptz LANGUAGE sql AS $$
	SELECT o.due FROM promise.commit(sell.ref, sell.item, sell.quantity, sell.due, customer => sell.customer,
		seller => sell.seller, price => 10, cost => 6, currency => sell.currency) AS o
$$;
SELECT public.sell('in time', 10, '2026-11-10');
SELECT public.sell('late', 10, '2026-11-10');
SELECT public.sell('early', 10, '2026-11-10');
SELECT public.sell('in parts', 10, '2026-11-10', seller => 'Pat');
SELECT public.sell('short', 10, '2026-11-10', seller => 'Pat');
SELECT public.sell('cancelled', 10, '2026-11-10', seller => 'Lou', item => 'desk', currency => 'USD');
SELECT public.sell('cancelled late', 10, '2026-11-10', seller => 'Lou', item => 'desk', currency => 'USD');
SELECT public.sell('moved', 10, '2026-11-10', seller => 'Lou');
SELECT public.sell('moved twice', 10, '2026-11-10', seller => 'Lou');
SELECT public.sell('cut', 10, '2026-11-10', seller => NULL);
SELECT public.sell('tokyo', 10, '2026-11-10 14:59+00', customer => 'Tokyo');
SELECT public.sell('quito', 10, '2026-11-10 14:59+00', customer => 'Quito');
SELECT public.sell('open', 10, '2026-11-10', seller => 'Pat');
SELECT public.sell('december', 10, '2026-12-10');
SELECT quantity FROM promise.commit('any date', 'lamp', 3, NULL, seller => 'Pat');
SELECT quantity FROM promise.hold('cart', 'lamp', 2, '2026-11-10', '1 day', seller => 'Pat');
SELECT quantity FROM promise.hold('kept cart', 'lamp', 2, '2026-11-10', '1 day', seller => 'Pat');
SELECT quantity FROM promise.commit('kept cart', 'lamp', 2, '2026-11-10', seller => 'Pat');

-- what became of them
SET promise.clock = '2026-11-08 08:00+00';
SELECT due FROM promise.change('moved', due => '2026-11-13');
SELECT due FROM promise.change('moved twice', due => '2026-11-12');
SELECT due FROM promise.change('cut', 6);
SELECT promise.release('cancelled');
SET promise.clock = '2026-11-14 08:00+00';
SELECT due FROM promise.change('moved twice', due => '2026-11-14');
SELECT promise.deliver('in time', at => '2026-11-10 23:30+00'), promise.deliver('late', at => '2026-11-11 00:30+00'),
	promise.deliver('early', at => '2026-11-09 12:00+00'), promise.deliver('in parts', 4, '2026-11-09 12:00+00'),
	promise.deliver('in parts', 6, '2026-11-10 12:00+00'), promise.deliver('short', 9, '2026-11-10 12:00+00'),
	promise.deliver('moved', at => '2026-11-13 12:00+00'), promise.deliver('moved twice', at => '2026-11-13 12:00+00'),
	promise.deliver('cut', at => '2026-11-10 12:00+00'), promise.deliver('tokyo', at => '2026-11-10 15:01+00'),
	promise.deliver('quito', at => '2026-11-10 15:01+00'), promise.deliver('kept cart', at => '2026-11-10 09:00+00');
SELECT promise.release('cancelled late');
SELECT promise.deliver('any date', at => '2026-11-02 09:00+00');
SET promise.clock = '2026-11-20 08:00+00';
SELECT promise.deliver('short', 1);

SELECT ref, asked_day, asked_quantity AS asked, first_quantity AS first, last_quantity AS last, delivered, in_time,
	pending AS p, cancelled AS c, cancelled_late AS cl, kept, early, first_kept AS fk, last_kept AS lk
FROM promise.scoreboard_lines() ORDER BY ref COLLATE "C";
SELECT ref FROM promise.scoreboard_lines('[2026-12-01,2027-01-01)');
SELECT ref, was_at::date, now_at::date, told_at, known_at FROM promise.slip ORDER BY entry;

-- by everything
SELECT name, lines, kept, share, share_low AS low, share_high AS high, early, first_lines AS fl, first_kept AS fk, last_lines AS ll,
	last_kept AS lk, pending AS p, cancelled AS c, cancelled_late AS cl FROM promise.scoreboard('seller');
SELECT name, slipped, slips, slip_days, notice_days, silent_days FROM promise.scoreboard('team');
SELECT 'site' AS "by", name, lines, kept FROM promise.scoreboard('site')
UNION ALL SELECT 'item', name, lines, kept FROM promise.scoreboard('item')
UNION ALL SELECT 'customer', name, lines, kept FROM promise.scoreboard('customer')
UNION ALL SELECT 'channel', name, lines, kept FROM promise.scoreboard('channel')
UNION ALL SELECT 'resource', name, lines, kept FROM promise.scoreboard('resource');
SELECT name, first_day, lines, pending FROM promise.scoreboard(period => 'month');
SELECT name, lines, pending FROM promise.scoreboard(during => '[2026-11-10,2026-11-11)');
SELECT * FROM promise.scoreboard_value('team');

-- a line counts for each resource that its loads name, else for those of its routing
INSERT INTO promise.source (source, item, kind) VALUES ('make', 'lamp', 'make');
INSERT INTO promise.step (source, step, resource) VALUES ('make', 1, 'press'), ('make', 2, 'paint');
INSERT INTO promise.load (resource, during, ref) VALUES ('saw', '[2026-11-05,2026-11-06)', 'late');
SELECT name, lines, kept FROM promise.scoreboard('resource');
-- who has worked on it counts, too
INSERT INTO promise.outcome (source, step, resource, started_at, ended_at, ordered, ref) VALUES
	('make', 1, 'lathe', '2026-11-05', '2026-11-06', 1, 'late'), ('make', 2, NULL, '2026-11-05', '2026-11-06', 1, 'late'), ('make', 1, 'lathe', '2026-11-05', '2026-11-06', 1, NULL);
SELECT name, lines, kept FROM promise.scoreboard('resource') WHERE name IN ('lathe', 'saw');
DELETE FROM promise.outcome;

-- exceptions of the lines
INSERT INTO promise.exception (ref, item, status) VALUES ('late', 'lamp', 'approved'), ('late', 'lamp', 'rejected'), ('late', 'lamp', 'pending');
SELECT name, exceptions, refused, overridden FROM promise.scoreboard('seller') WHERE name = 'Kim';

-- deliveries that somebody else books count instead, with what they have cost
INSERT INTO promise.delivery (ref, at, quantity, cost) VALUES ('late', '2026-11-10 12:00+00', 12, 7), ('late', '2026-11-15 12:00+00', -2, 7);
SELECT ref, delivered, in_time, delivered_at, delivered_cost, kept FROM promise.scoreboard_lines() WHERE ref IN ('late', 'in time') ORDER BY ref;
SELECT currency, margin_promised, margin_delivered FROM promise.scoreboard_value('seller') WHERE name = 'Kim';

-- what was promised first, however it was changed since
SET promise.clock = '2026-11-21 08:00+00';
SELECT quantity FROM promise.hold('changed hold', 'lamp', 2, '2026-11-25', '1 day');
SELECT quantity, due FROM promise.change('changed hold', due => '2026-11-26');
SELECT quantity, due FROM promise.commit('changed hold', 'lamp', 2, '2026-11-25');
SELECT due FROM promise.change('changed hold', due => '2026-11-27');
SELECT quantity FROM promise.hold('expired hold', 'lamp', 2, '2026-11-25', '1 hour');
SELECT quantity FROM promise.hold('larger hold', 'lamp', 2, '2026-11-25', '1 day');
UPDATE promise.commitment SET kind = 'customer', quantity = 3, expires_at = NULL WHERE ref = 'larger hold';
SELECT quantity FROM promise.commit('revived', 'lamp', 4, '2026-11-25');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('by hand', 'lamp', '2026-11-25 12:00+00', 5);
SET promise.clock = '2026-11-22 08:00+00';
SELECT quantity FROM promise.commit('expired hold', 'lamp', 2, '2026-11-25');
SELECT promise.release('revived');
UPDATE promise.commitment SET quantity = 2, at = '2026-11-28 12:00+00' WHERE ref = 'revived';
UPDATE promise.commitment SET quantity = 0, delivered_at = '2026-11-24 12:00+00', at = '2026-11-24 12:00+00' WHERE ref = 'by hand';
SELECT ref, first_at, first_quantity AS first, last_at, last_quantity AS last, delivered
FROM promise.scoreboard_lines('[2026-11-21,2026-12-01)') ORDER BY ref COLLATE "C";
SELECT ref, was_at::date, now_at::date FROM promise.slip WHERE told_at >= '2026-11-21';
-- ... and added up as sum() does
SELECT promise.add_up(v), promise.add_up(v) FILTER (WHERE v > 9) FROM (VALUES (0.000001), (NULL), (-3), (2.5)) AS t (v);

-- a promise in parts is one line: all of it, by the end of the day
SET promise.clock = '2026-12-01 08:00+00';
INSERT INTO promise.location (location) VALUES ('north'), ('south');
INSERT INTO promise.supply (item, location, at, quantity)
SELECT r, l, '-infinity', q
FROM unnest('{both early,one late,one cut,none left,booked,basket}'::text[]) AS r, (VALUES ('north', 6), ('south', 5)) AS v (l, q)
UNION ALL
SELECT r, 'north', t, q FROM unnest('{as promised,sent}'::text[]) AS r, (VALUES ('-infinity'::timestamptz, 6), ('2026-12-12 09:00+00', 5)) AS v (t, q);
SELECT o.ref, o.quantity, o.location
FROM unnest('{both early,one late,one cut,none left,booked,as promised,sent}'::text[]) AS r,
	promise.commit(r, r, 11, '2026-12-10', parts_max => 2, lateness_max => '9 days', channel => 'parts', price => 10, cost => 6) AS o;
SELECT o.ref, o.quantity FROM promise.hold('basket', 'basket', 11, '2026-12-10', '1 day', parts_max => 2, channel => 'parts') AS o;
INSERT INTO promise.supply (item, location, quantity) VALUES ('basket', 'north', 5);
SET promise.clock = '2026-12-03 08:00+00';
SELECT o.ref, o.quantity FROM promise.commit('basket', 'basket', 11, '2026-12-10', parts_max => 2, channel => 'parts') AS o;
SELECT ref, quantity, requested_quantity FROM promise.commitment WHERE item = 'basket' ORDER BY ref;
SET promise.clock = '2026-12-06 08:00+00';
SELECT promise.release('one cut part 2'), promise.release('none left');
-- ... and slips when its last date does
INSERT INTO promise.alert (raised_at, raised_by, item, location, ref, promised_at, quantity, missing, reason, detail, transaction)
VALUES ('2026-12-04 08:00+00', 'somebody', 'sent', 'north', 'sent part 2', '2026-12-12 09:00+00', 5, 5, 'stock', 'late', '1');
SELECT due::date FROM promise.change('sent part 2', due => '2026-12-14');
UPDATE promise.commitment SET at = '2026-12-13 12:00+00' WHERE ref = 'sent';
UPDATE promise.commitment SET at = '2026-12-15 12:00+00' WHERE ref = 'sent';
UPDATE promise.commitment SET at = '2026-12-16 12:00+00' WHERE 'sent' IN (ref, part_of);
SELECT ref, was_at::date, now_at::date, told_at::date, known_at::date FROM promise.slip WHERE ref LIKE 'sent%' AND told_at >= '2026-12-01' ORDER BY entry;
SET promise.clock = '2026-12-20 08:00+00';
SELECT promise.deliver('both early', 6, '2026-12-08 12:00+00'), promise.deliver('both early', 5, '2026-12-09 12:00+00'),
	promise.deliver('one late', 6, '2026-12-09 12:00+00'), promise.deliver('one late', 5, '2026-12-11 12:00+00'),
	promise.deliver('as promised', 6, '2026-12-09 12:00+00'), promise.deliver('as promised', 5, '2026-12-12 12:00+00'),
	promise.deliver('one cut', 6, '2026-12-09 12:00+00');
INSERT INTO promise.delivery (ref, at, quantity, cost) VALUES ('booked', '2026-12-09 12:00+00', 8, 7), ('booked part 2', '2026-12-10 12:00+00', 3, 5);
SELECT ref, asked_quantity AS asked, first_at::date, first_quantity AS first, last_at::date, last_quantity AS last, delivered, in_time,
	cancelled AS c, cancelled_late AS cl, kept, early, first_kept AS fk, last_kept AS lk, delivered_cost AS cost
FROM promise.scoreboard_lines('[2026-12-10,2026-12-11)') WHERE channel = 'parts' ORDER BY ref COLLATE "C";
INSERT INTO promise.exception (ref, item, status) VALUES ('one late', 'one late', 'approved'), ('one late part 2', 'one late', 'rejected');
INSERT INTO promise.load (resource, during, ref) VALUES ('van', '[2026-12-05,2026-12-06)', 'one late'), ('van', '[2026-12-05,2026-12-06)', 'one late part 2');
SELECT name, lines, kept, slipped, slips, slip_days, exceptions, refused, overridden FROM promise.scoreboard('channel', '[2026-12-10,2026-12-11)') WHERE name = 'parts';
SELECT name, lines, kept FROM promise.scoreboard('resource') WHERE name = 'van';
-- ... also if the ledger knows nothing of it
SELECT promise.unprotect('promise.commitment');
INSERT INTO promise.commitment (ref, item, at, quantity, requested_at, requested_quantity, delivered_at, part_of) VALUES
	('old', 'bed', '2026-11-30 12:00+00', 0, '2026-12-02 12:00+00', 3, '2026-11-30 12:00+00', NULL),
	('old b', 'bed', '2026-12-02 12:00+00', 0, '2026-12-02 12:00+00', 4, '2026-12-03 12:00+00', 'old');
SELECT ref, asked_quantity AS asked, first_at::date, first_quantity AS first, last_quantity AS last, delivered, delivered_at::date, in_time, kept, first_kept AS fk
FROM promise.scoreboard_lines() WHERE item = 'bed';

-- what does not exist
SELECT promise.scoreboard('weather');
SELECT promise.scoreboard(period => 'decade');
SELECT h, n, w.* FROM (VALUES (0, 0), (0, 10), (10, 10), (1, 2), (90, 100), (900, 1000)) AS v (h, n), promise.wilson(h, n) AS w;
SELECT w.* FROM promise.wilson(90, 100, 2.575829) AS w;

SELECT promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.delivery;
DELETE FROM promise.exception;
DELETE FROM promise.alert;
DELETE FROM promise.supply;
DELETE FROM promise.load;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.seller;
DELETE FROM promise.customer;
DELETE FROM promise.location;
DROP FUNCTION public.sell;
RESET promise.clock;
