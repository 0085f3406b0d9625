-- Orders that stay in the table of the business, and what is remembered of them: a
-- seller who promises in his own table, a warehouse that delivers from its own, and
-- the auditor between them.  October and November 2026.
SELECT plan(21);
SET promise.timezone = 'Europe/Berlin';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, YMD';
CREATE ROLE story_seller;
CREATE ROLE story_works;
CREATE ROLE story_auditor;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT promise.grant_script(r.kind, r.role)
		FROM (VALUES ('seller', 'story_seller'::name), ('operations', 'story_works'), ('auditor', 'story_auditor')) AS r (kind, role)
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;

-- 1. The tables are there, and full of orders; their history begins today.
CREATE SCHEMA shop;
CREATE TABLE shop.line (id integer PRIMARY KEY, item text, ordered numeric, shipped numeric DEFAULT 0, promised date, customer text, rep text);
CREATE TABLE shop.shipment (line integer, at timestamptz, quantity numeric);
CREATE INDEX ON shop.line (item, promised) INCLUDE (ordered, shipped);
CREATE INDEX ON shop.shipment (line);
INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 100);
INSERT INTO shop.line VALUES (1, 'BIKE', 2, 0, '2026-10-09', 'Weber', 'Kim');
GRANT USAGE ON SCHEMA shop TO story_seller, story_works, story_auditor;
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.line TO story_seller;
GRANT SELECT, UPDATE (shipped) ON shop.line TO story_works;
GRANT INSERT ON shop.shipment TO story_works;
GRANT SELECT ON shop.shipment TO story_seller, story_works;
SET promise.clock = '2026-10-01 08:00';
SELECT lives_ok($$SELECT promise.protect('shop.line', ref => 'id', quantity => 'ordered - shipped', at => 'promised', seller => 'rep'),
	promise.map('delivery', 'shop.shipment', ref => 'line')$$, 'the tables are mapped, orders are guarded');
SET ROLE story_seller;
SELECT throws_ok($$SELECT promise.keep_history('shop.line')$$, '42501', NULL, 'the seller does not decide whether history is kept');
RESET ROLE;
SELECT lives_ok($$SELECT promise.keep_history('shop.line')$$, '... the administrator does');

-- 2. The seller promises, and moves what he has promised.
SET ROLE story_seller;
SELECT lives_ok($$INSERT INTO shop.line SELECT n, 'BIKE', 2, 0, '2026-10-09', 'City', 'Pat' FROM generate_series(2, 5) AS n$$, 'Pat promises four lines for the 9th');
RESET ROLE;
SET promise.clock = '2026-10-08 17:00';
SET ROLE story_seller;
SELECT lives_ok($$UPDATE shop.line SET promised = '2026-10-30' WHERE rep = 'Pat'$$, 'a day before he moves them to the end of the month');
SELECT lives_ok($$DELETE FROM shop.line WHERE id = 5$$, 'and the customer does not want one of them any more');
SELECT throws_ok($$DELETE FROM promise.ledger WHERE ref = '5'$$, '42501', NULL, 'that is on record');
SELECT throws_ok($$DELETE FROM promise.gone_order WHERE ref = '5'$$, '42501', NULL, '... with what the order was');
SELECT throws_ok($$SELECT promise.keep_history('shop.line', false)$$, '42501', NULL, '... and goes on being kept');

-- 3. The warehouse delivers: the line first, the shipment in the evening.
SET ROLE story_works;
SELECT lives_ok($$UPDATE shop.line SET shipped = 2 WHERE id IN (1, 2, 3)$$, 'two orders of Pat and Kim''s leave');
SELECT is((SELECT count(*) FROM promise.ledger WHERE who = 'story_works'), 3::bigint, 'three entries say that less is open, and by whom');
SELECT lives_ok($$INSERT INTO shop.shipment VALUES (1, '2026-10-08 17:00', 2), (2, '2026-10-30 10:00', 2), (3, '2026-10-30 10:00', 2)$$, '... and the shipments that it was delivered');

-- 4. Both sides see the same.
RESET ROLE;
SET promise.clock = '2026-11-02 08:00';
SET ROLE story_works;
SELECT results_eq($$SELECT name, lines, kept, last_kept, cancelled, slips FROM promise.scoreboard('seller')$$,
	$$VALUES ('Kim', 1::bigint, 1::bigint, 1::bigint, 0::bigint, 0::bigint), ('Pat', 3, 0, 2, 1, 4)$$,
	'Pat has kept what he promised in the end but for one, and nothing that he promised first');
SET ROLE story_seller;
SELECT results_eq($$SELECT name, lines, kept, last_kept, cancelled, slips FROM promise.scoreboard('seller')$$,
	$$VALUES ('Kim', 1::bigint, 1::bigint, 1::bigint, 0::bigint, 0::bigint), ('Pat', 3, 0, 2, 1, 4)$$, 'sellers and operations read the same numbers');
SELECT results_eq($$SELECT ref, first_at::date, last_at::date, cancelled FROM promise.scoreboard_lines() WHERE ref IN ('2', '5') ORDER BY ref$$,
	$$VALUES ('2', '2026-10-09'::date, '2026-10-30'::date, false), ('5', '2026-10-09', '2026-10-30', true)$$, 'first and last promise, and what was cancelled');

-- 5. The auditor needs no right on the orders to see who promised what.
SET ROLE story_auditor;
SELECT throws_ok($$SELECT * FROM shop.line$$, '42501', NULL, 'the auditor reads no orders');
SELECT results_eq($$SELECT kind, promised_at::date, customer, seller, who FROM promise.audit WHERE ref = '5' ORDER BY entry$$,
	$$VALUES ('insert', '2026-10-09'::date, 'City', 'Pat', 'story_seller'), ('update', '2026-10-30', 'City', 'Pat', 'story_seller')$$,
	'he reads who promised whom what, also of an order that is gone');

-- 6. The guideline says how often an order may be changed; a delivery is no change.
RESET ROLE;
INSERT INTO promise.policy (policy, item) VALUES ('bikes', 'BIKE');
INSERT INTO promise.flexibility (policy, distance, maximum_times) VALUES ('bikes', '30 days', 1);
SELECT promise.enforce_policy();
SET ROLE story_seller;
SELECT is(promise.times_changed('3'), 1::bigint, 'order 3 was changed once, and delivered');
SELECT throws_ok($$UPDATE shop.line SET promised = '2026-11-02', ordered = 3 WHERE id = 4$$, 'PR002', NULL, 'order 4 was changed once, and that is enough');
SELECT lives_ok($$INSERT INTO shop.line VALUES (6, 'BIKE', 2, 0, '2026-11-06', 'Weber', 'Kim')$$, 'another is promised');
SELECT lives_ok($$UPDATE shop.line SET ordered = 3 WHERE id = 6$$, '... and may be changed once');
RESET ROLE;
SELECT promise.enforce_policy(false);
DELETE FROM promise.policy;

SELECT promise.unprotect('shop.line'), promise.unmap('demand', 'shop.line'), promise.unmap('delivery', 'shop.shipment'), promise.unprotect('promise.commitment');
DELETE FROM promise.ledger;
DELETE FROM promise.supply;
DROP OWNED BY story_seller, story_works, story_auditor;
DROP ROLE story_seller, story_works, story_auditor;
DROP SCHEMA shop CASCADE;
SELECT * FROM finish();
