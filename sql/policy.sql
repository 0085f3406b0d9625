--
-- Guidelines: what may be promised without asking anybody
--
SET promise.clock = '2030-01-01 08:00+00';		-- a Tuesday
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET client_min_messages = warning;
\set SHOW_CONTEXT never

INSERT INTO promise.item (item, family) VALUES ('BIKE', 'bikes'), ('TRIKE', 'bikes'), ('PUMP', 'parts');
INSERT INTO promise.customer (customer, customer_group, region, zone) VALUES
	('Ada', 'dealers', 'south', NULL), ('Bob', 'dealers', 'north', NULL), ('Cy', 'shops', 'south', 'America/New_York');
INSERT INTO promise.seller (seller, team, role_name) VALUES
	('Kim', 'inside', NULL), ('Pat', 'field', NULL), ('Lee', 'inside', 'nobody of this name');

SELECT promise.check_policy(NULL, 1), promise.check_policy('BIKE', NULL);
SELECT promise.check_policy('BIKE', 0);
-- without guidelines nothing is said
SELECT * FROM promise.check_policy('BIKE', 1000000, '2030-01-01', customer => 'Ada', price => 1, cost => 2);
SELECT limit_name, policy, allowed, allowed_at, allowed_quantity FROM promise.allowed('BIKE');

--
-- The most specific guideline counts, for each kind of limit by itself
--
INSERT INTO promise.policy (policy, item, family, customer, customer_group, channel, region, period, effective, maximum_quantity) VALUES
	('any', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1),
	('since', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[2030-01-01,)', 2),
	('spring', NULL, NULL, NULL, NULL, NULL, NULL, '[2030-03-01,2030-06-01)', NULL, 3),
	('south', NULL, NULL, NULL, NULL, NULL, 'south', NULL, NULL, 4),
	('web', NULL, NULL, NULL, NULL, 'web', NULL, NULL, NULL, 5),
	('dealers', NULL, NULL, NULL, 'dealers', NULL, NULL, NULL, NULL, 6),
	('Ada', NULL, NULL, 'Ada', NULL, NULL, NULL, NULL, NULL, 7),
	('bikes', NULL, 'bikes', NULL, NULL, NULL, NULL, NULL, NULL, 8),
	('BIKE', 'BIKE', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 9),
	('BIKE too', 'BIKE', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 99),
	('BIKE for Ada', 'BIKE', NULL, 'Ada', NULL, NULL, NULL, NULL, NULL, 10),
	('all but ...', 'TRIKE', 'bikes', 'Ada', 'dealers', 'web', 'south', '[2030-03-01,2030-06-01)', '[2030-01-01,)', 11);
SELECT policy, promise.specificity(p) FROM promise.policy AS p ORDER BY 2 DESC, policy COLLATE "C";
SELECT q.*, (SELECT v.policy FROM promise.check_policy(q.item, 1000, q.due, customer => q.customer, channel => q.channel, at => q.at) AS v)
FROM (VALUES
	('PUMP', '2030-02-01'::date, 'nobody', 'phone', '2029-12-31'::timestamptz),
	('PUMP', '2030-02-01', 'nobody', 'phone', '2030-01-01'),
	('PUMP', '2030-03-01', 'nobody', NULL, '2030-01-01'),
	('PUMP', '2030-06-01', NULL, NULL, '2030-01-01'),
	('PUMP', NULL, NULL, NULL, '2030-03-01'),
	('PUMP', '2030-03-01', 'Cy', NULL, '2030-01-01'),
	('PUMP', '2030-03-01', 'Cy', 'web', '2030-01-01'),
	('PUMP', '2030-03-01', 'Bob', 'web', '2030-01-01'),
	('PUMP', '2030-03-01', 'Ada', 'web', '2030-01-01'),
	('TRIKE', '2030-03-01', 'Bob', 'web', '2030-01-01'),
	('TRIKE', '2030-03-01', 'Ada', 'web', '2030-01-01'),
	('BIKE', '2030-03-01', 'Bob', 'web', '2030-01-01'),
	('BIKE', '2030-03-01', 'Ada', 'web', '2030-01-01')) AS q (item, due, customer, channel, at);
-- kinds are apart
INSERT INTO promise.policy (policy, minimum_margin) VALUES ('margin', 20);
INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('PUMP', 'PUMP', 5);
SELECT policy, limit_name, wanted, allowed, detail, hint, allowed_at, allowed_quantity
FROM promise.check_policy('PUMP', 6, customer => 'Ada', price => 10, cost => 8.5, currency => 'EUR');
SELECT policy, limit_name FROM promise.check_policy('PUMP', 5, price => 10, cost => 8, currency => 'EUR');
SELECT policy, limit_name, wanted, detail, hint FROM promise.check_policy('PUMP', 5, price => 0, cost => 0.01);
SELECT policy, limit_name FROM promise.check_policy('PUMP', 5, price => 0, cost => 0);
SELECT policy, limit_name FROM promise.check_policy('PUMP', 5, price => 1);
-- what makes no sense is refused
INSERT INTO promise.policy (policy, calendar) VALUES ('x', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.policy (policy, maximum_load) VALUES ('x', 10);
INSERT INTO promise.policy (policy, lead_time) VALUES ('x', '1 month');
INSERT INTO promise.policy (policy, lead_time) VALUES ('x', '-1 day');
INSERT INTO promise.policy (policy, maximum_share) VALUES ('x', 101);
INSERT INTO promise.policy (policy, minimum_margin) VALUES ('x', 100);
INSERT INTO promise.policy (policy, may_promise) VALUES ('x', '{Kim,NULL}');
INSERT INTO promise.policy (policy, period) VALUES ('x', 'empty');
INSERT INTO promise.flexibility VALUES ('x', '1 day');
DELETE FROM promise.policy;

--
-- Dates
--
\set week '''Europe/Berlin; Mon-Fri 08:00-17:00; 2030-01-10 closed'''
-- an order counts for its day until the latest order time, or for the next open day
SELECT to_char(at AT TIME ZONE 'Europe/Berlin', 'Dy DD HH24:MI') AS ordered,
	   to_char(promise.order_day(at, '14:00', :week), 'Dy DD') AS counts_for,
	   to_char((promise.lead_time_end('2 days', :week, at, promise.order_day(at, '14:00', :week))).day, 'Dy DD') AS two_days,
	   to_char((promise.lead_time_end('2 days', NULL, at, promise.order_day(at, '14:00', NULL))).day, 'Dy DD') AS any_two,
	   to_char((promise.lead_time_end('4:00', :week, at, promise.order_day(at, '14:00', :week))).instant
			   AT TIME ZONE 'Europe/Berlin', 'Dy DD HH24:MI') AS four_hours
FROM unnest('{2030-01-07 00:00+01,2030-01-07 14:00+01,2030-01-07 14:00:01+01,2030-01-07 23:59+01,2030-01-08 09:00+01,
	2030-01-09 15:00+01,2030-01-10 09:00+01,2030-01-11 13:59+01,2030-01-11 14:01+01,2030-01-12 09:00+01,
	2030-01-13 23:00+01,2030-01-14 00:30+01}'::timestamptz[]) AS at;
-- a later order is never promised sooner, around the clock and the change of it
SELECT count(*), bool_and(day >= last) FROM (
	SELECT e.day, lag(e.day) OVER (PARTITION BY c ORDER BY at) AS last
	FROM unnest(ARRAY['Europe/Berlin; Mon-Fri 08:00-17:00', 'Europe/Berlin; Mon-Fri 00:00-24:00',
					  'America/New_York; Mon-Sat 06:00-10:00; Sun 12:00-13:00']::promise.calendar[]) AS c,
		 generate_series('2030-03-01'::timestamptz, '2030-04-15', '47 minutes') AS at,
		 promise.lead_time_end('3 days', c, at, promise.order_day(at, '11:30', c)) AS e) AS x;
INSERT INTO promise.policy (policy, lead_time, calendar) VALUES ('standard', '2 days', :week);
INSERT INTO promise.policy (policy, channel, latest_order_time) VALUES ('web', 'web', '08:59');
SELECT policy, limit_name, wanted, allowed, detail, hint, allowed_at FROM promise.check_policy('BIKE', 1, '2030-01-02');
SELECT policy, limit_name, wanted, allowed, detail, hint, allowed_at FROM promise.check_policy('BIKE', 1, '2030-01-03');
SELECT policy, limit_name, wanted, allowed, detail, hint, allowed_at FROM promise.check_policy('BIKE', 1, '2030-01-03', channel => 'web');
SELECT policy, limit_name, wanted, allowed, detail, hint, allowed_at FROM promise.check_policy('BIKE', 1, '2030-01-02', channel => 'web');
SELECT policy, limit_name FROM promise.check_policy('BIKE', 1, '2030-01-04', channel => 'web');
SELECT policy, limit_name FROM promise.check_policy('BIKE', 1, '2030-01-03', channel => 'web', at => '2030-01-01 07:59+00');
-- the day is that of the customer
SELECT policy, limit_name, wanted, allowed, allowed_at FROM promise.check_policy('BIKE', 1, '2030-01-03 04:59+00'::timestamptz, customer => 'Cy');
SELECT policy, limit_name FROM promise.check_policy('BIKE', 1, '2030-01-03 05:00+00'::timestamptz, customer => 'Cy');
SELECT policy, limit_name FROM promise.check_policy('BIKE', 1, '2030-01-03 00:00+00'::timestamptz, customer => 'Ada');
SELECT policy, limit_name FROM promise.check_policy('BIKE', 1, '2030-01-02 23:59+00'::timestamptz, customer => 'Ada');
-- a latest order time alone
DELETE FROM promise.policy WHERE policy = 'standard';
SELECT policy, limit_name, wanted, allowed, detail FROM promise.check_policy('BIKE', 1, '2030-01-01', channel => 'web', at => '2030-01-01 09:00+00');
SELECT policy, limit_name FROM promise.check_policy('BIKE', 1, '2030-01-01', channel => 'web');
-- hours
INSERT INTO promise.policy (policy, lead_time) VALUES ('express', '36:30');
SELECT policy, limit_name, wanted, allowed, detail, hint, allowed_at FROM promise.check_policy('BIKE', 1, '2030-01-02 20:00+00'::timestamptz);
SELECT policy, limit_name FROM promise.check_policy('BIKE', 1, '2030-01-02 20:30+00'::timestamptz);
DELETE FROM promise.policy;

--
-- Who may promise
--
INSERT INTO promise.policy (policy, may_promise) VALUES ('inside', '{inside,Ann}');
INSERT INTO promise.policy (policy, item, may_promise) VALUES ('nobody', 'TRIKE', '{}');
SELECT s.seller, v.policy, v.limit_name, v.allowed, v.hint
FROM (VALUES ('Kim'), ('Ann'), ('Pat'), ('Lee'), ('who?'), (NULL)) AS s (seller)
LEFT JOIN LATERAL promise.check_policy('BIKE', 1, seller => s.seller) AS v ON true;
SELECT policy, detail ~ 'seller "Kim" \(role' AS names_both, hint FROM promise.check_policy('TRIKE', 1, seller => 'Kim');
CREATE ROLE regress_policy_team;
CREATE ROLE regress_policy_seller IN ROLE regress_policy_team;
UPDATE promise.seller SET role_name = 'regress_policy_team' WHERE seller = 'Lee';
SELECT promise.may_act('regress_policy_seller', NULL, '{regress_policy_team}') AS member,
	   promise.may_act('regress_policy_team', NULL, '{regress_policy_seller}') AS not_member,
	   promise.may_act('regress_policy_seller', 'Lee', '{inside}') AS for_lee,
	   promise.may_act('regress_policy_seller', 'Lee', '{field}') AS other_team,
	   promise.may_act('regress_policy_seller', NULL, '{inside}') AS nobody,
	   promise.may_act('regress_policy_seller', 'Kim', '{}') AS empty;
DELETE FROM promise.policy;

--
-- Enforced by the guard
--
INSERT INTO promise.supply (item, at, quantity) VALUES
	('BIKE', '-infinity', 80), ('BIKE', '2030-01-20', 20), ('BIKE', '2030-02-10', 50), ('PUMP', '-infinity', 1000),
	('FRAME', '-infinity', 1000);
CREATE TABLE sale (
	id text PRIMARY KEY,
	product text NOT NULL,
	due date,
	qty numeric NOT NULL,
	buyer text,
	shop text,
	agent text,
	price numeric,
	cost numeric
);
CREATE INDEX ON sale (product, due) INCLUDE (qty);
SELECT promise.protect('sale', item => 'product', at => 'due', quantity => 'qty', ref => 'id',
	customer => 'buyer', channel => 'shop', seller => 'agent', price => 'price', cost => 'cost');
INSERT INTO promise.policy (policy, lead_time, maximum_quantity) VALUES ('standard', '3 days', 40);
INSERT INTO promise.policy (policy, family, minimum_margin) VALUES ('margin', 'bikes', 20);
-- guidelines that are not enforced bind nobody
INSERT INTO sale VALUES ('S0', 'PUMP', '2030-01-01', 100);
SELECT promise.enforce_policy();
SELECT promise.enforce_policy();
SELECT * FROM promise.guard_limit;
INSERT INTO sale VALUES ('S1', 'PUMP', '2030-01-03', 1);
INSERT INTO sale VALUES ('S1', 'PUMP', '2030-01-03', 41);
INSERT INTO sale VALUES ('S1', 'PUMP', '2030-01-04', 40);
INSERT INTO sale VALUES ('S2', 'BIKE', '2030-01-04', 1);
INSERT INTO sale VALUES ('S2', 'BIKE', '2030-01-04', 1, 'Ada', NULL, 'Kim', 10, 8.01);
INSERT INTO sale VALUES ('S2', 'BIKE', '2030-01-04', 1, 'Ada', NULL, 'Kim', 10, 8);
-- another price is judged, and what goes to another buyer as another promise
UPDATE sale SET price = 9.5 WHERE id = 'S2';
UPDATE sale SET price = 9.5, cost = 7 WHERE id = 'S2';
UPDATE sale SET price = NULL WHERE id = 'S2';
UPDATE sale SET price = 10, cost = 8 WHERE id = 'S2';
UPDATE sale SET agent = 'Pat' WHERE id = 'S0';
UPDATE sale SET buyer = 'Bob' WHERE id = 'S0';
UPDATE sale SET buyer = 'Bob' WHERE id = 'S2';
-- what asks for less, or later, passes, also what was there before
UPDATE sale SET qty = 50 WHERE id = 'S0';
UPDATE sale SET due = '2030-01-02' WHERE id = 'S0';
UPDATE sale SET qty = 51 WHERE id = 'S0';
UPDATE sale SET qty = 49, due = '2030-01-01' WHERE id = 'S0';
DELETE FROM sale WHERE id = 'S0';
-- more, or sooner, is judged
UPDATE sale SET qty = 41 WHERE id = 'S1';
UPDATE sale SET due = '2030-01-03' WHERE id = 'S1';
UPDATE sale SET due = '2030-01-06' WHERE id = 'S1';
UPDATE sale SET due = '2030-01-04' WHERE id = 'S1';
-- a transaction is judged by its sum so far; a deferred guard in the end
BEGIN;
INSERT INTO sale VALUES ('S3', 'PUMP', '2030-01-04', 40);
UPDATE sale SET qty = 30, due = '2030-01-05' WHERE id = 'S3';
ROLLBACK;
SELECT promise.protect('sale', deferred => true);
BEGIN;
INSERT INTO sale VALUES ('S3', 'PUMP', '2030-01-01', 50);
UPDATE sale SET due = '2030-01-05', qty = 40 WHERE id = 'S3';
COMMIT;
BEGIN;
UPDATE sale SET qty = 50 WHERE id = 'S3';
COMMIT;
-- modes
SELECT promise.protect('sale', mode => 'warn');
INSERT INTO sale VALUES ('S4', 'PUMP', '2030-01-01', 1);
-- a pending exception, and an approved one
SELECT promise.protect('sale', mode => 'except');
INSERT INTO sale VALUES ('S6', 'PUMP', '2030-01-02', 41);
SELECT ref, item, location, at, quantity, missing, reason, detail, status FROM promise.exception;
UPDATE promise.exception SET status = 'approved';
SELECT promise.protect('sale');
DELETE FROM sale WHERE id = 'S6';
INSERT INTO sale VALUES ('S7', 'PUMP', '2030-01-02', 41);
INSERT INTO sale VALUES ('S6', 'PUMP', '2030-01-02', 42);
INSERT INTO sale VALUES ('S6', 'PUMP', '2030-01-01', 41);
INSERT INTO sale VALUES ('S6', 'PUMP', '2030-01-02', 41), ('S7', 'PUMP', '2030-01-04', 40);
UPDATE sale SET qty = 42 WHERE id = 'S6';
DELETE FROM promise.exception;
DELETE FROM sale;
-- own promises, holds; what they are made of is no promise
SELECT quantity FROM promise.hold('H1', 'PUMP', 41, '2030-01-10', '1 hour');
SELECT quantity FROM promise.hold('H1', 'PUMP', 40, '2030-01-10', '1 hour');
SELECT quantity FROM promise.commit('H1', 'PUMP', 40, '2030-01-10');
SELECT quantity FROM promise.commit('C1', 'PUMP', 40, NULL);
SELECT quantity FROM promise.commit('C1', 'PUMP', 40, NULL, after => '2030-01-04');
SELECT quantity FROM promise.commit('C2', 'PUMP', 50, '2030-01-01', kind => 'component');
INSERT INTO promise.planned_flow (ref, item, at, quantity) VALUES ('C1', 'FRAME', '2030-01-02', -100);
DELETE FROM promise.planned_flow;
-- in one transaction: the guideline that it has made itself
BEGIN;
INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('none', 'PUMP', 0);
INSERT INTO sale VALUES ('S5', 'PUMP', '2030-01-10', 1);
ROLLBACK;
SELECT promise.release(ref) FROM promise.commitment ORDER BY ref;
DELETE FROM promise.policy;

--
-- Shares
--
INSERT INTO promise.policy (policy, channel, maximum_share) VALUES ('web', 'web', 30);
INSERT INTO promise.policy (policy, customer_group, maximum_share, share_period) VALUES ('dealers', 'dealers', 50, 'day');
INSERT INTO sale VALUES ('W1', 'BIKE', '2030-01-15', 20, NULL, 'web');
INSERT INTO sale VALUES ('W2', 'BIKE', '2030-01-31', 11, NULL, 'web');
INSERT INTO sale VALUES ('W2', 'BIKE', '2030-01-31', 6, NULL, 'web'), ('W3', 'BIKE', '2030-01-31', 5, NULL, 'web');
INSERT INTO sale VALUES ('W2', 'BIKE', '2030-01-31', 10, NULL, 'web');
UPDATE sale SET qty = qty + 1 WHERE id = 'W2';
-- the next month has what the last one leaves
SELECT limit_name, policy, allowed, allowed_quantity FROM promise.allowed('BIKE', channel => 'web') WHERE policy IS NOT NULL;
SELECT policy, allowed_quantity, detail, hint FROM promise.check_policy('BIKE', 37, '2030-02-01', channel => 'web');
SELECT policy, allowed_quantity FROM promise.check_policy('BIKE', 36, '2030-02-01', channel => 'web');
SELECT policy FROM promise.check_policy('BIKE', 36, 'infinity', channel => 'web');
SELECT policy, allowed_quantity FROM promise.check_policy('BIKE', 36, '-infinity', channel => 'web');
-- what others promise is not of it, but there is less for the next month
INSERT INTO sale VALUES ('P1', 'BIKE', '2030-01-31', 70);
SELECT policy, allowed_quantity, detail FROM promise.check_policy('BIKE', 16, '2030-02-01', channel => 'web');
-- by day: of what is there in the end of the day
SELECT policy, allowed_quantity, detail, hint FROM promise.check_policy('BIKE', 1000, '2030-02-12', customer => 'Ada', channel => 'web');
DELETE FROM sale;
-- rows without a ref, asked and in the guard
CREATE TABLE nameless (item text, at timestamptz, quantity numeric, channel text);
CREATE INDEX ON nameless (item, at) INCLUDE (quantity);
SELECT promise.protect('nameless');
INSERT INTO nameless VALUES ('BIKE', '2030-01-15', 20, 'web');
INSERT INTO nameless VALUES ('BIKE', '2030-01-15', 11, 'web');
INSERT INTO nameless VALUES ('BIKE', '2030-01-15', 10, 'web');
DELETE FROM nameless;
SELECT promise.unprotect('nameless'), promise.unmap('demand', 'nameless');
DROP TABLE nameless;
-- where it can be replenished by then, there is enough for all
INSERT INTO promise.stocking (item, replenishment_lead_time) VALUES ('BIKE', '10 days');
SELECT policy FROM promise.check_policy('BIKE', 1000, '2030-01-09', channel => 'web');
SELECT policy FROM promise.check_policy('BIKE', 1000, '2030-01-12', channel => 'web');
DELETE FROM promise.stocking;
DELETE FROM promise.policy;

-- of capacity: by plans, of own and mapped promises
INSERT INTO promise.resource (resource, units, calendar) VALUES ('saw', 1, 'UTC; Mon-Sun 08:00-18:00');
INSERT INTO promise.source (source, item, kind) VALUES ('make TABLE', 'TABLE', 'make');
INSERT INTO promise.step (source, step, resource, run) VALUES ('make TABLE', 1, 'saw', '1:00');
INSERT INTO promise.policy (policy, channel, maximum_load, load_resource, share_period) VALUES ('web saw', 'web', 40, 'saw', 'week');
-- what is planned for a promise makes it no less of one
INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('tables', 'TABLE', 15);
SELECT promise.commit('T1', 'TABLE', 16, '2030-01-06', channel => 'phone');
INSERT INTO sale VALUES ('T1', 'TABLE', '2030-01-06', 16);
DELETE FROM promise.policy WHERE policy = 'tables';
SELECT kind, quantity, due FROM promise.commit('T1', 'TABLE', 15, '2030-01-06', channel => 'web');
INSERT INTO sale VALUES ('T2', 'TABLE', '2030-01-06', 10, NULL, 'web');
INSERT INTO sale VALUES ('T2', 'TABLE', '2030-01-06', 9, NULL, 'web');
SELECT p.policy, u.* FROM promise.policy AS p, promise.load_used(p, 'saw', '[2029-12-31,2030-01-07)', NULL) AS u;
SELECT * FROM promise.load_promises('{T1,T2}') ORDER BY ref;
-- asked about: what would be planned counts with what is
SELECT wanted, allowed, detail, hint FROM promise.check_policy('TABLE', 2, '2030-01-06', channel => 'web');
SELECT wanted FROM promise.check_policy('TABLE', 2, '2030-01-06', channel => 'phone');
SELECT kind, on_time, reason, detail FROM promise.quote('TABLE', 1, '2030-01-06', channel => 'web');
SELECT reason FROM promise.quote('TABLE', 1, '2030-01-06', channel => 'phone');
SELECT kind, quantity, reason FROM promise.quote_query($$ SELECT 'TABLE' AS item, 1 AS quantity, '2030-01-06'::promise.due AS due, 'web' AS channel $$);
-- a change takes the place of what was planned for it
SELECT wanted FROM promise.check_policy('TABLE', 10, ref => 'T2');
SELECT wanted FROM promise.check_policy('TABLE', 9, ref => 'T2');
-- it begins this week, and 24 of its hours are left for the next one
SELECT wanted, detail FROM promise.check_policy('TABLE', 60, '2030-01-20', channel => 'web');
SELECT wanted FROM promise.check_policy('TABLE', 65, 'infinity', channel => 'web');
INSERT INTO sale VALUES ('T3', 'TABLE', '2030-01-06', 1, NULL, 'web');
INSERT INTO sale VALUES ('T3', 'TABLE', '2030-01-06', 10, NULL, 'phone');
INSERT INTO promise.exception (ref, item, status) VALUES ('T4', 'TABLE', 'approved');
INSERT INTO sale VALUES ('T4', 'TABLE', '2030-01-06', 1, NULL, 'web');
DELETE FROM promise.exception;
SELECT limit_name, policy, allowed FROM promise.allowed('TABLE', channel => 'web') WHERE policy IS NOT NULL;
DELETE FROM sale;
SELECT promise.release('T1');
DELETE FROM promise.policy;

--
-- Changes
--
INSERT INTO promise.policy (policy, lead_time) VALUES ('standard', '5 days');
INSERT INTO promise.flexibility (policy, distance, maximum_change, maximum_sooner, maximum_times) VALUES
	('standard', '7 days', 0, '0', NULL), ('standard', '14 days', 20, '2 days', 2);
SELECT quantity FROM promise.commit('F1', 'PUMP', 10, '2030-01-30');
-- far away: as one likes, but it is new where nothing else is said
SELECT quantity FROM promise.change('F1', 100, '2030-01-25');
SELECT quantity FROM promise.change('F1', due => '2030-01-10');
-- within 14 days
SET promise.clock = '2030-01-15 08:00+00';
SELECT policy, limit_name, wanted, allowed, detail, hint, allowed_at, allowed_quantity
FROM promise.check_policy('PUMP', 121, '2030-01-22', ref => 'F1');
SELECT promise.change('F1', 121);
SELECT promise.change('F1', due => '2030-01-22');
SELECT quantity FROM promise.change('F1', 105, '2030-01-24');
-- changed twice already
SELECT promise.change('F1', 106);
UPDATE promise.flexibility SET maximum_times = 3 WHERE distance = '14 days';
SELECT quantity FROM promise.change('F1', 106);
SELECT promise.change('F1', 107);
-- within 7 days nothing; less and later pass, though they are asked about
SET promise.clock = '2030-01-19 08:00+00';
SELECT promise.change('F1', 107);
SELECT promise.change('F1', due => '2030-01-23');
SELECT limit_name, detail, hint, allowed_quantity FROM promise.check_policy('PUMP', 100, ref => 'F1');
SELECT quantity FROM promise.change('F1', 100, '2030-01-31');
SELECT limit_name, policy, allowed FROM promise.allowed('PUMP');
-- a new date that is near counts as well as an old one
SELECT limit_name, detail FROM promise.check_policy('PUMP', 100, '2030-01-21', ref => 'F1');
-- mapped promises, whose changes nobody counts
INSERT INTO sale VALUES ('F2', 'PUMP', '2030-01-26', 10);
UPDATE sale SET qty = 11 WHERE id = 'F2';
UPDATE sale SET qty = 13 WHERE id = 'F2';
UPDATE sale SET qty = 12.1, due = '2030-01-24' WHERE id = 'F2';
DELETE FROM sale;
SELECT promise.release('F1');
DELETE FROM promise.policy;
SELECT count(*) FROM promise.flexibility;
SET promise.clock = '2030-01-01 08:00+00';

--
-- Quotes show it
--
INSERT INTO promise.policy (policy, lead_time) VALUES ('standard', '5 days');
INSERT INTO promise.policy (policy, customer_group, lead_time, maximum_quantity) VALUES ('dealers', 'dealers', '2 days', 90);
INSERT INTO promise.policy (policy, minimum_margin) VALUES ('margin', 20);
SELECT option, part, kind, quantity, available_at, on_time, reason, detail FROM promise.quote('BIKE', 10);
SELECT option, part, kind, quantity, on_time, reason, detail FROM promise.quote('BIKE', 10, '2030-01-05');
SELECT option, part, kind, quantity, on_time, reason, detail FROM promise.quote('BIKE', 10, '2030-01-05', customer => 'Ada');
SELECT option, part, kind, quantity, on_time, reason, detail
	FROM promise.quote('BIKE', 100, '2030-01-05', customer => 'Ada', price => 10, cost => 9, ship_complete => true);
SELECT kind, reason, detail FROM promise.quote('nothing', 100, '2030-01-05');
-- also those who may not read guidelines
GRANT USAGE ON SCHEMA promise TO regress_policy_seller;
GRANT EXECUTE ON FUNCTION promise.quote TO regress_policy_seller;
GRANT SELECT ON promise.supply, promise.commitment, promise.planned_flow, promise.stocking, promise.item, promise.location,
	promise.planned_load, promise.source, promise.output, promise.substitute, sale TO regress_policy_seller;
SET ROLE regress_policy_seller;
SELECT reason FROM promise.quote('BIKE', 10);
SELECT count(*) FROM promise.policy;
SELECT * FROM promise.check_policy('BIKE', 10);
SELECT promise.enforce_policy(false);
RESET ROLE;

-- no more
SELECT promise.enforce_policy(false);
INSERT INTO sale VALUES ('S9', 'BIKE', '2030-01-01', 1);
DELETE FROM promise.policy;
SELECT reason FROM promise.quote('BIKE', 10);

DROP OWNED BY regress_policy_seller;
DROP ROLE regress_policy_seller, regress_policy_team;
DELETE FROM promise.customer;
DELETE FROM promise.seller;
DELETE FROM sale;
DELETE FROM promise.commitment;
SELECT promise.unprotect(relation, role, mapping) FROM promise.guard ORDER BY guard;
SELECT promise.unmap('demand', 'sale');
DROP TABLE sale;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
DELETE FROM promise.supply;
DELETE FROM promise.item;
