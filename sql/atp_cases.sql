/*
 * atp_cases: worked examples of available-to-promise that others published.
 *
 * Each figure stands beside what we compute, twice: by the profile functions,
 * from plain rows, and by promise.availability, from the own tables.  "source"
 * says where the figure comes from: "printed" in the source that is named, or
 * "by hand" from the source's data where it prints none for that method.
 *
 * The methods: cumulative is the balance at the end of a period, look-ahead
 * (ours) the least balance from then on, discrete what a receipt leaves after
 * the orders before the next receipt.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
-- now is the first instant of period 1
SET promise.clock = '2027-01-04 00:00+00';

BEGIN;
-- period 0 is what is there at the start
CREATE FUNCTION pg_temp.start_of(period integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN period = 0 THEN '-infinity'
	   ELSE '2027-01-04 00:00+00'::timestamptz + (period - 1) * interval '168 hours' END;

CREATE TEMP TABLE flow (name text, period integer, supply numeric, demand numeric);
CREATE TEMP TABLE published (
	name text, method text, source text, quantities numeric[],
	n integer GENERATED ALWAYS AS IDENTITY);

CREATE FUNCTION pg_temp.load(name text, opening numeric, supply numeric[], demand numeric[])
RETURNS void LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO flow VALUES (name, 0, opening, 0);
	INSERT INTO flow
	SELECT load.name, f.n, f.s, f.d
	FROM ROWS FROM (unnest(supply), unnest(demand)) WITH ORDINALITY AS f (s, d, n);
	INSERT INTO promise.supply (item, at, quantity)
	SELECT f.name, pg_temp.start_of(f.period), f.supply
	FROM flow AS f WHERE f.name = load.name AND f.supply <> 0;
	INSERT INTO promise.commitment (ref, item, at, quantity)
	SELECT f.name || '/' || f.period, f.name, pg_temp.start_of(f.period), f.demand
	FROM flow AS f WHERE f.name = load.name AND f.demand <> 0;
END;

-- for each period, from the rows alone
CREATE FUNCTION pg_temp.by_profile(name text, method text) RETURNS numeric[]
LANGUAGE sql
BEGIN ATOMIC
	SELECT array_agg(promise.value_at(p.profile, pg_temp.start_of(n)) ORDER BY n)
	FROM (SELECT CASE method
				 WHEN 'lookahead' THEN promise.atp(promise.profile(at, supply - demand))
				 WHEN 'cumulative' THEN promise.cumulative(promise.profile(at, supply - demand))
				 WHEN 'discrete' THEN promise.discrete_atp(promise.profile(at, supply),
														   promise.profile(at, demand),
														   promise.now())
				 END AS profile,
				 max(period) AS periods
		  FROM (SELECT pg_temp.start_of(f.period) AS at, f.* FROM flow AS f
				WHERE f.name = by_profile.name) AS f) AS p,
		 generate_series(1, periods) AS n;
END;

-- for each period, from the own tables
CREATE FUNCTION pg_temp.by_tables(name text, method text) RETURNS numeric[]
LANGUAGE sql
BEGIN ATOMIC
	SELECT array_agg(
		(SELECT CASE method WHEN 'cumulative' THEN a.balance ELSE a.atp END
		 FROM promise.availability(name, method => method) AS a
		 WHERE a.at <= pg_temp.start_of(n)
		 ORDER BY a.at DESC LIMIT 1) ORDER BY n)
	FROM generate_series(1, (SELECT max(period) FROM flow AS f WHERE f.name = by_tables.name)) AS n;
END;

-- the figures side by side; what the source leaves out is left out, and what
-- availability offers is never below 0
CREATE VIEW pg_temp.compared AS
SELECT n, name, method, source, quantities AS published, profile, tables,
	   quantities = profile
	   AND (SELECT array_agg(CASE WHEN method <> 'cumulative' AND q < 0 THEN 0 ELSE q END
							 ORDER BY i)
			FROM unnest(quantities) WITH ORDINALITY AS q (q, i)) = tables AS same
FROM published AS p,
	 LATERAL (SELECT array_agg(CASE WHEN q IS NOT NULL THEN a END ORDER BY i) AS profile,
					 array_agg(CASE WHEN q IS NOT NULL THEN b END ORDER BY i) AS tables
			  FROM ROWS FROM (unnest(p.quantities),
							  unnest(pg_temp.by_profile(p.name, p.method)),
							  unnest(pg_temp.by_tables(p.name, p.method)))
				WITH ORDINALITY AS u (q, a, b, i)) AS c;

/*
 * A1: Stevenson, Operations Management, chapter on master scheduling: pumps.
 * The source prints the discrete figures of weeks 1 and 3, 11 and 56.
 */
SELECT pg_temp.load('A1', 64, '{0,0,70,0,70,0,70,70}', '{33,20,10,4,2,0,0,0}');
INSERT INTO published (name, method, source, quantities) VALUES
	('A1', 'discrete', 'printed', '{11,NULL,56,NULL,NULL,NULL,NULL,NULL}'),
	('A1', 'discrete', 'by hand', '{NULL,NULL,NULL,NULL,68,NULL,70,70}'),
	('A1', 'cumulative', 'by hand', '{31,11,71,67,135,135,205,275}'),
	('A1', 'lookahead', 'by hand', '{11,11,67,67,135,135,205,275}');

/*
 * A2: a master schedule record, before and after 10 more are booked in
 * period 3.  The source prints the discrete figures.
 */
SELECT pg_temp.load('A2', 65, '{250,0,0,200,0,0,150,0}', '{25,150,49,26,75,22,68,10}');
SELECT pg_temp.load('A2 after', 65, '{250,0,0,200,0,0,150,0}', '{25,150,59,26,75,22,68,10}');
INSERT INTO published (name, method, source, quantities) VALUES
	('A2', 'discrete', 'printed', '{91,NULL,NULL,77,NULL,NULL,72,NULL}'),
	('A2 after', 'discrete', 'printed', '{81,NULL,NULL,77,NULL,NULL,72,NULL}'),
	('A2', 'cumulative', 'by hand', '{290,140,91,265,190,168,250,240}'),
	('A2', 'lookahead', 'by hand', '{91,91,91,168,168,168,240,240}');

/*
 * A3: JD Edwards, cumulative ATP.  The source computes its available figures
 * from the orders alone and its ending balance with the greater of order and
 * forecast from period 5 on.  Its cumulative ATP is the sum of its discrete
 * figures so far; on these data that is our look-ahead.
 */
SELECT pg_temp.load('A3 orders', 80, '{0,0,60,0,0,60,0,0}', '{30,25,30,10,0,35,0,0}');
SELECT pg_temp.load('A3 forecast', 80, '{0,0,60,0,0,60,0,0}', '{30,25,30,10,20,35,20,20}');
UPDATE promise.commitment SET kind = 'forecast'
WHERE ref IN ('A3 forecast/5', 'A3 forecast/7', 'A3 forecast/8');
INSERT INTO published (name, method, source, quantities) VALUES
	('A3 forecast', 'cumulative', 'printed', '{50,25,55,45,25,50,30,10}'),
	('A3 orders', 'discrete', 'printed', '{25,NULL,20,NULL,NULL,25,NULL,NULL}'),
	('A3 orders', 'lookahead', 'printed', '{25,25,45,45,45,70,70,70}'),
	('A3 orders', 'cumulative', 'by hand', '{50,25,55,45,45,70,70,70}');

/*
 * A4: Oracle Inventory, backward consumption.  Every period has a receipt, so
 * its "period ATP" is the discrete method.  Its row after backward consumption
 * (0,0,0,-1,2,3,2,2) is not ours to have: a shortage eats what earlier periods
 * have left, period by period, where the look-ahead takes the least balance
 * from each period on.  Both leave nothing to promise before period 5.
 */
SELECT pg_temp.load('A4', 0, '{6,4,2,4,8,4,4,4}', '{6,2,3,6,6,1,2,2}');
INSERT INTO published (name, method, source, quantities) VALUES
	('A4', 'cumulative', 'printed', '{0,2,1,-1,1,4,6,8}'),
	('A4', 'discrete', 'printed', '{0,2,-1,-2,2,3,2,2}'),
	('A4', 'lookahead', 'by hand', '{-1,-1,-1,-1,1,4,6,8}');

/*
 * A14: the discrete method goes negative, and so must not sell its first 20.
 */
SELECT pg_temp.load('A14', 30, '{0,20,0}', '{10,15,15}');
INSERT INTO published (name, method, source, quantities) VALUES
	('A14', 'discrete', 'by hand', '{20,-10,NULL}'),
	('A14', 'cumulative', 'by hand', '{20,25,10}'),
	('A14', 'lookahead', 'by hand', '{10,10,10}');

/*
 * A15: netting by hand.
 */
SELECT pg_temp.load('A15', 0, '{75,75,75,0,75,75,0,75}', '{52,35,20,12,0,0,0,0}');
INSERT INTO published (name, method, source, quantities) VALUES
	('A15', 'discrete', 'by hand', '{23,40,43,NULL,75,75,NULL,75}'),
	('A15', 'cumulative', 'by hand', '{23,63,118,106,181,256,256,331}'),
	('A15', 'lookahead', 'by hand', '{23,63,106,106,181,256,256,331}');

SELECT name, method, source, published, profile, tables, same FROM compared ORDER BY n;

-- A4 goes on: Oracle's accumulation reports 9 in period 8, where all supply
-- less all demand is 8; the ninth cannot be promised, the eighth can
SELECT quantity, published, promise.earliest('A4', quantity) AS computed,
	   promise.earliest('A4', quantity) IS NOT DISTINCT FROM published AS same
FROM (VALUES (8, pg_temp.start_of(8)), (9, NULL)) AS asked (quantity, published);

-- A14 goes on: 20 are not sold in period 1, 10 are
SELECT quantity, published, promise.feasible('A14', quantity, promise.now()) AS computed,
	   promise.feasible('A14', quantity, promise.now()) = published AS same
FROM (VALUES (10, true), (20, false)) AS asked (quantity, published);
ROLLBACK;

/*
 * A5: NetSuite, discrete against cumulative.  The source prints the discrete
 * figures 20, 0, 40, 50 and the dates of 10 and of 30; 100 it promises on today
 * plus the lead time, which we set to 90 days.  By look-ahead 100 are there on
 * 1 March.
 */
BEGIN;
SET LOCAL promise.clock = '2027-01-01 00:00+00';
INSERT INTO promise.stocking (item, replenishment_lead_time) VALUES ('A5', '90 days');
INSERT INTO promise.supply (item, at, quantity) VALUES
	('A5', '2027-01-01 00:00+00', 50), ('A5', '2027-02-10 00:00+00', 40),
	('A5', '2027-02-15 00:00+00', 50), ('A5', '2027-03-01 00:00+00', 50);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('SO-1', 'A5', '2027-01-20 00:00+00', 30), ('SO-2', 'A5', '2027-02-12 00:00+00', 40),
	('SO-3', 'A5', '2027-02-20 00:00+00', 10);
SELECT method, at::date, published,
	   (SELECT a.atp FROM promise.availability('A5', method => p.method) AS a
		WHERE a.at <= p.at ORDER BY a.at DESC LIMIT 1) AS computed,
	   (SELECT a.atp FROM promise.availability('A5', method => p.method) AS a
		WHERE a.at <= p.at ORDER BY a.at DESC LIMIT 1) = published AS same
FROM (VALUES ('discrete', timestamptz '2027-01-01 00:00+00', 20), ('discrete', '2027-02-10 00:00+00', 0),
			 ('discrete', '2027-02-15 00:00+00', 40), ('discrete', '2027-03-01 00:00+00', 50),
			 ('lookahead', '2027-01-01 00:00+00', 20), ('lookahead', '2027-02-10 00:00+00', 20),
			 ('lookahead', '2027-02-15 00:00+00', 60), ('lookahead', '2027-03-01 00:00+00', 110))
	 AS p (method, at, published);
SELECT method, source, quantity, published,
	   promise.earliest('A5', quantity, method => method)::date AS computed,
	   promise.earliest('A5', quantity, method => method)::date = published AS same
FROM (VALUES ('discrete', 'printed', 10, date '2027-01-01'),
			 ('discrete', 'printed', 30, '2027-02-15'),
			 ('discrete', 'printed', 100, '2027-04-01'),
			 ('lookahead', 'by hand', 10, '2027-01-01'),
			 ('lookahead', 'by hand', 30, '2027-02-15'),
			 ('lookahead', 'by hand', 100, '2027-03-01')) AS p (method, source, quantity, published);
-- the same by profiles, without the lead time, which a profile does not know
SELECT quantity, published,
	   promise.profile_earliest(profile, quantity, promise.now())::date AS computed,
	   promise.profile_earliest(profile, quantity, promise.now())::date = published AS same
FROM (SELECT promise.profile(at, quantity) AS profile
	  FROM (SELECT at, quantity FROM promise.supply WHERE item = 'A5'
			UNION ALL SELECT at, - quantity FROM promise.commitment WHERE item = 'A5') AS f) AS f,
	 (VALUES (10, date '2027-01-01'), (30, '2027-02-15'), (100, '2027-03-01'))
	 AS p (quantity, published);
ROLLBACK;

/*
 * A6: SAP, look-ahead and replenishment lead time.  Stock 100, 100 confirmed in
 * 10 months: today 0 can be confirmed; with a lead time of 3 months, 100.
 */
BEGIN;
INSERT INTO promise.supply (item, quantity) VALUES ('A6', 100);
INSERT INTO promise.commitment (ref, item, at, quantity)
VALUES ('SO-1', 'A6', promise.now() + interval '10 months', 100);
SELECT 'no lead time' AS rule, 0 AS published, atp AS computed, atp = 0 AS same
FROM promise.availability('A6') WHERE at = promise.now();
SELECT 'no lead time' AS rule, false AS published, promise.feasible('A6', 1, promise.now()) AS computed,
	   NOT promise.feasible('A6', 1, promise.now()) AS same;
INSERT INTO promise.stocking (item, replenishment_lead_time) VALUES ('A6', '3 months');
SELECT '3 months' AS rule, 100 AS published, atp AS computed, atp = 100 AS same
FROM promise.availability('A6') WHERE at = promise.now();
SELECT '3 months' AS rule, quantity, published, promise.feasible('A6', quantity, promise.now()) AS computed,
	   promise.feasible('A6', quantity, promise.now()) = published AS same
FROM (VALUES (100, true), (100.000001, false)) AS p (quantity, published);
ROLLBACK;

/*
 * A8: Oracle, a split by date: 100 are asked for, 80 come on 1 March and 40 on
 * 10 March: 80 and 20.  (The split with a substitute is not asked here: a
 * substitute is offered whole.)
 */
BEGIN;
INSERT INTO promise.supply (item, at, quantity) VALUES
	('A8', '2027-03-01 00:00+00', 80), ('A8', '2027-03-10 00:00+00', 40);
SELECT part, kind, p.published_at::date, o.available_at::date AS computed_at,
	   p.published, o.quantity AS computed,
	   (o.available_at, o.quantity) = (p.published_at, p.published) AS same
FROM (VALUES (1, timestamptz '2027-03-01 00:00+00', 80), (2, '2027-03-10 00:00+00', 20))
	 AS p (part, published_at, published)
FULL JOIN (SELECT * FROM promise.quote('A8', 100, '2027-03-01') WHERE kind = 'parts') AS o
	USING (part)
ORDER BY part;
-- who ships complete waits for the second receipt
SELECT kind, quantity, available_at::date
FROM promise.quote('A8', 100, '2027-03-01', ship_complete => true);
ROLLBACK;

/*
 * A10: a purchase order of 100 of which 30 are received today: 100 in all, not
 * 130.  As a business keeps it: the order, its receipts, and the stock.
 */
BEGIN;
SET LOCAL client_min_messages = warning;	-- no index is needed here
CREATE TABLE purchase (id integer PRIMARY KEY, product text, ordered numeric, arrives date);
CREATE TABLE received (purchase integer, quantity numeric);
CREATE TABLE stock (product text PRIMARY KEY, on_hand numeric);
CREATE VIEW open_purchase AS
SELECT p.product, p.arrives, 'PO-' || p.id AS ref,
	   p.ordered - coalesce((SELECT sum(r.quantity) FROM received AS r WHERE r.purchase = p.id), 0) AS open
FROM purchase AS p;
SELECT promise.map('supply', 'open_purchase', item => 'product', at => 'arrives', quantity => 'open');
SELECT promise.map('supply', 'stock', item => 'product', quantity => 'on_hand');
INSERT INTO purchase VALUES (1, 'A10', 100, '2027-01-20');
SELECT 'before' AS receipt, 100 AS published, max(atp) AS computed, max(atp) = 100 AS same
FROM promise.availability('A10');
INSERT INTO received VALUES (1, 30);
INSERT INTO stock VALUES ('A10', 30);
SELECT 'after' AS receipt, 100 AS published, max(atp) AS computed, max(atp) = 100 AS same
FROM promise.availability('A10');
SELECT 'now' AS receipt, 30 AS published, atp AS computed, atp = 30 AS same
FROM promise.availability('A10') WHERE at = promise.now();
ROLLBACK;

/*
 * A12: stock 20 and an order for 11; checking that order again must not count
 * it against itself.
 */
BEGIN;
INSERT INTO promise.supply (item, quantity) VALUES ('A12', 20);
INSERT INTO promise.commitment (ref, item, at, quantity)
VALUES ('SO-1', 'A12', '2027-01-10 00:00+00', 11);
SELECT question, published, computed, computed = published AS same
FROM (VALUES ('the same order again', true,
			  promise.feasible('A12', 11, '2027-01-10', exclude => '{SO-1}')),
			 ('another order', false, promise.feasible('A12', 11, '2027-01-10')))
	 AS p (question, published, computed);
ROLLBACK;

/*
 * A13: stock 1 and two lines of 1 in one request: refused, as a whole if the
 * lines are one delivery, for the second line if they are not.
 */
BEGIN;
INSERT INTO promise.supply (item, quantity) VALUES ('A13', 1);
SELECT together, ref, published, kind AS computed, kind = published AS same
FROM (VALUES (true, 'line 1', 'none'), (true, 'line 2', 'none'),
			 (false, 'line 1', 'whole'), (false, 'line 2', 'none')) AS p (together, ref, published)
JOIN (SELECT t.together, o.ref, o.kind
	  FROM (VALUES (true), (false)) AS t (together),
		   promise.quote_lines(ARRAY[promise.request('A13', 1, ref => 'line 1'),
									 promise.request('A13', 1, ref => 'line 2')],
							   t.together) AS o) AS o USING (together, ref)
ORDER BY together DESC, ref;
ROLLBACK;
