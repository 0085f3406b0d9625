/*
 * verification: random networks, and every answer about them checked against
 * the rows by promise.check_balance and its kin, which share no code with the
 * engine.  A number that is not 0 is a wrong answer.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';

-- the checks by themselves, on figures that a reader can follow
BEGIN;
INSERT INTO promise.stocking (item, safety_stock, replenishment_lead_time)
VALUES ('BIKE', 2, '20 days');
INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('BIKE', '-infinity', 10, NULL), ('BIKE', '2026-12-05 10:00+00', 20, 'PO-1');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES
	('SO-1', 'BIKE', '2026-12-01 12:00+00', 7),
	('SO-2', 'BIKE', '2026-12-03 12:00+00', 4),
	('SO-3', 'BIKE', '2026-12-24 12:00+00', 90);
SELECT promise.now(), * FROM promise.node_rules('BIKE');
-- SO-2 lacks 1 until the receipt; SO-3 comes when it can be replenished
SELECT * FROM promise.check_balance('BIKE');
SELECT * FROM promise.check_balance('BIKE', 3);
SELECT * FROM promise.check_balance('BIKE', 3, exclude => '{SO-2}');
SELECT * FROM promise.check_balance('BIKE', 17, '2026-12-05 10:00+00');
SELECT * FROM promise.check_balance('BIKE', 18, '2026-12-05 10:00+00');
SELECT * FROM promise.check_balance('BIKE', 1000, '2026-12-12 09:00+00');
SELECT * FROM promise.check_deliveries('BIKE', '{5,10,4}',
	'{2026-12-06 00:00+00,2026-12-07 00:00+00,2026-12-08 00:00+00}');
SELECT * FROM promise.check_balance('BIKE', 1, location => 'nowhere');
SELECT * FROM promise.check_balance(NULL, 1);

-- an answer that was tampered with is found out
CREATE TEMP TABLE answer OF promise.offer;
INSERT INTO answer
SELECT * FROM promise.quote('BIKE', 17, '2026-12-01') WHERE option = 1;
CREATE TEMP VIEW answer_problems AS
SELECT * FROM promise.check_offers(ARRAY(SELECT a::promise.offer FROM answer AS a));
SELECT kind, available_at FROM answer;
SELECT line, item, location, at, missing, problem FROM answer_problems;
UPDATE answer SET available_at = available_at + interval '1 microsecond';
SELECT line, item, location, at, missing, problem FROM answer_problems;
UPDATE answer SET available_at = '2026-12-01 00:00+00';
SELECT line, item, location, at, missing, problem FROM answer_problems;
UPDATE answer SET available_at = '2026-11-21 00:00+00', on_time = true, quantity = 1;
SELECT line, item, location, at, missing, problem FROM answer_problems;
UPDATE answer SET available_at = NULL, on_time = false;
SELECT line, item, location, at, missing, problem FROM answer_problems;
UPDATE answer SET location = NULL;
SELECT line, item, location, at, missing, problem FROM answer_problems;
ROLLBACK;

-- first expired, first out: 3 of the early lot are lost, 1 of the late one
SELECT * FROM promise.check_walk(
	'{2026-01-01,2026-01-01,2026-01-02,2026-01-06}', '{5,4,-2,-3}',
	'{2026-01-08,2026-01-05,infinity,infinity}');

/*
 * Random networks.  What the generator makes is not the same on every release
 * of PostgreSQL, so the output only says that every kind of row occurs.
 */
BEGIN;
SELECT setseed(0.20261122);
CREATE TEMP TABLE node AS
SELECT 'N' || i AS item, l AS location, i % 10 < 3 AS expiring
FROM generate_series(1, 500) AS i, unnest('{main,east,west}'::text[]) AS l
WHERE l = 'main' OR random() + i * 0 < 0.4;

INSERT INTO promise.location (location, priority) VALUES
	('main', 0), ('east', 1), ('west', 1);
INSERT INTO promise.supply (item, location, at, quantity, ref, for_ref, expires_at)
SELECT item, location,
	   CASE WHEN random() < 0.3 THEN '-infinity'
			ELSE promise.now() + interval '1 hour' * floor(random() * 800 - 100) END,
	   round((random() * 20 + 0.001)::numeric, (random() * 3)::integer)
	   * CASE WHEN random() < 0.05 THEN -1 ELSE 1 END,
	   'PO-' || k,
	   CASE WHEN random() < 0.12
			THEN 'SO-' || item || '-' || location || '-' || ceil(random() * 4) END,
	   CASE WHEN expiring AND random() < 0.7
			THEN promise.now() + interval '1 hour' * floor(random() * 900) END
FROM node, generate_series(1, 6) AS k
WHERE random() < 0.6;
INSERT INTO promise.commitment (ref, item, location, at, quantity, kind, expires_at)
SELECT 'SO-' || item || '-' || location || '-' || k, item, location,
	   promise.now() + interval '1 hour' * floor(random() * 800 - 60),
	   round((random() * 9)::numeric, (random() * 3)::integer),
	   CASE WHEN k = 5 THEN 'hold' WHEN k = 4 THEN 'forecast' ELSE 'customer' END,
	   CASE WHEN k = 5 THEN promise.now() + interval '1 hour' * floor(random() * 3 - 1) END
FROM node, generate_series(1, 5) AS k
WHERE random() < 0.5;
INSERT INTO promise.planned_flow (ref, item, location, at, quantity)
SELECT 'MO-' || item, item, location,
	   promise.now() + interval '1 hour' * floor(random() * 500),
	   CASE WHEN random() < 0.5 THEN 4 ELSE -2 END
FROM node WHERE random() < 0.2;
INSERT INTO promise.stocking (item, location, safety_stock, horizon,
							  replenishment_lead_time, overdue_after, overdue_counts)
SELECT item, location, floor(random() * 6),
	   CASE WHEN random() < 0.3 THEN interval '1 hour' * floor(random() * 500) END,
	   CASE WHEN random() < 0.3 THEN interval '1 hour' * floor(random() * 500) END,
	   interval '1 hour' * floor(random() * 50), random() < 0.7
FROM node WHERE random() < 0.5;

-- one question for each node
CREATE TEMP TABLE question AS
SELECT node.*, row_number() OVER () AS n,
	   round((random() * 24 + 0.001)::numeric, (random() * 3)::integer) + 0.001 AS quantity,
	   CASE WHEN random() < 0.5
			THEN promise.now() + interval '1 hour' * floor(random() * 700 - 20) END AS due,
	   r.safety_stock, r.horizon_end, r.lead_end, r.overdue_at
FROM node, promise.node_rules(node.item, node.location) AS r;

SELECT count(*) > 600 AS nodes,
	   count(*) FILTER (WHERE expiring) > 150 AS expiring,
	   count(*) FILTER (WHERE safety_stock > 0) > 150 AS safety_stock,
	   count(*) FILTER (WHERE horizon_end < 'infinity') > 60 AS horizon,
	   count(*) FILTER (WHERE lead_end < 'infinity') > 60 AS lead_time,
	   count(*) FILTER (WHERE overdue_at = 'infinity') > 60 AS overdue_never
FROM question;

/*
 * Where supply spoils, an answer is as early as can be if all known demand is
 * met.  (With safety stock it may be later than the check allows, which asks
 * for balance only where a delivery lowers it.)
 */
ALTER TABLE question ADD exact boolean;
UPDATE question AS q SET exact = NOT expiring
	OR (safety_stock = 0
		AND NOT EXISTS (SELECT FROM promise.check_balance(q.item, location => q.location)));
SELECT count(*) FILTER (WHERE exact AND expiring) > 50 AS exact_expiring FROM question;

-- earliest: sound, within the horizon, and not a microsecond too late
CREATE TEMP TABLE earliest AS
SELECT q.*, promise.earliest(q.item, q.quantity, q.location) AS at FROM question AS q;
SELECT count(*) FILTER (WHERE at = promise.now()) > 50 AS now,
	   count(*) FILTER (WHERE at > promise.now()) > 50 AS later,
	   count(*) FILTER (WHERE at = lead_end) > 20 AS replenished,
	   count(*) FILTER (WHERE at IS NULL) > 50 AS never
FROM earliest;
SELECT count(*) AS unsound
FROM earliest AS e
WHERE at < promise.now() OR at > horizon_end
   OR EXISTS (SELECT FROM promise.check_balance(e.item, e.quantity, e.at, e.location)
			  WHERE e.at IS NOT NULL);
SELECT count(*) AS too_late
FROM earliest AS e
WHERE at > promise.now() AND NOT expiring
  AND NOT EXISTS (SELECT FROM promise.check_balance(e.item, e.quantity,
					e.at - interval '1 microsecond', e.location));
SELECT count(*) AS possible_after_all
FROM earliest AS e
WHERE at IS NULL AND NOT expiring
  AND NOT EXISTS (SELECT FROM promise.check_balance(e.item, e.quantity,
					least(e.horizon_end, e.lead_end, '2030-01-01'), e.location));
-- what spoils may cease to be possible, so every instant of a change is tried
CREATE TEMP TABLE instant AS
SELECT DISTINCT q.item, q.location, greatest(t, promise.now()) AS at
FROM question AS q,
	 promise.events(q.item, q.location) AS e,
	 unnest(ARRAY[promise.now(), e.at, e.expires_at, q.overdue_at, q.lead_end]) AS t
WHERE q.exact AND q.expiring AND t < 'infinity';
SELECT count(*) > 300 AS instants,
	   count(*) FILTER (WHERE i.at < e.at IS NOT FALSE AND i.at <= e.horizon_end
		AND NOT EXISTS (SELECT FROM promise.check_balance(
			e.item, e.quantity, i.at, e.location))) AS possible_before
FROM instant AS i JOIN earliest AS e USING (item, location);
SELECT count(*) AS not_the_best_location
FROM (SELECT e.item, e.quantity,
			 min(promise.earliest(e.item, e.quantity, n.location)) AS at
	  FROM earliest AS e JOIN node AS n USING (item)
	  GROUP BY e.item, e.quantity) AS best
WHERE at IS DISTINCT FROM promise.earliest(item, quantity);

-- feasible and windows say the same at instants of every kind
CREATE TEMP TABLE probe AS
SELECT e.*, p AS probed,
	   NOT EXISTS (SELECT FROM promise.check_balance(e.item, e.quantity, p, e.location))
	   AND p <= e.horizon_end AS sound
FROM earliest AS e,
	 LATERAL (VALUES (promise.now()), (promise.now() + interval '50 hours'),
			  (promise.now() + interval '300 hours'), (e.at)) AS p (p)
WHERE p IS NOT NULL AND exact;
SELECT count(*) FILTER (WHERE sound IS DISTINCT FROM
		probed <@ promise.windows(item, quantity, NULL, location)) AS windows_differ,
	   count(*) FILTER (WHERE NOT expiring AND sound IS DISTINCT FROM
		promise.feasible(item, quantity, probed, location)
		AND NOT (probed > horizon_end AND at IS NOT NULL)) AS feasible_differs
FROM probe;

-- availability: exactly so much can be promised, and no millionth more
CREATE TEMP TABLE step AS
SELECT n.item, n.location, n.exact, a.at, a.atp
FROM question AS n, promise.availability(n.item, n.location) AS a
WHERE a.atp > 0 AND a.atp < 'Infinity' AND right(n.item, 1) IN ('1', '4', '7');
SELECT count(*) > 200 AS steps FROM step;
SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM promise.check_balance(
		item, atp, step.at, location))) AS too_much,
	   count(*) FILTER (WHERE exact AND NOT EXISTS (SELECT FROM promise.check_balance(
		item, atp + 0.000001, step.at, location))) AS too_little
FROM step;

-- quote: every option, whole or in parts
CREATE TEMP TABLE quoted AS
SELECT q.n, q.location AS asked, o.*
FROM question AS q,
	 promise.quote(q.item, q.quantity, q.due, q.location,
				   parts_max => 1 + (q.n % 4)::integer,
				   part_minimum => 0.5) AS o;
SELECT string_agg(DISTINCT kind, ', ') AS kinds FROM quoted;
SELECT problem, count(*)
FROM (SELECT array_agg((ref, option, part, kind, item, location, quantity,
				available_at, due, on_time, reason, detail, cost, currency,
				valid_until)::promise.offer ORDER BY part) AS offers
	  FROM quoted GROUP BY n, option) AS options,
	 promise.check_offers(offers)
GROUP BY problem;
SELECT count(*) AS do_not_add_up
FROM (SELECT q.n, o.option, q.quantity, sum(o.quantity) AS quoted
	  FROM question AS q JOIN quoted AS o USING (n)
	  GROUP BY q.n, o.option, q.quantity) AS options
WHERE quantity <> quoted;
SELECT count(*) AS without_reason
FROM quoted WHERE (reason IS NULL) <> (available_at <= greatest(due, promise.now()))
  AND available_at IS NOT NULL;

-- after, and refs left out
SELECT problem, count(*)
FROM question AS q,
	 LATERAL (SELECT array_agg(o) AS offers
			  FROM promise.quote(q.item, q.quantity, q.due, q.location,
								 after => '2026-11-28 00:00+00',
								 exclude => ARRAY['SO-' || q.item || '-' || q.location || '-1'],
								 ship_complete => true) AS o
			  WHERE option = 1) AS a,
	 promise.check_offers(offers, '2026-11-28 00:00+00',
						  ARRAY['SO-' || q.item || '-' || q.location || '-1'])
GROUP BY problem;

-- lines that compete: the whole answer at once
CREATE TEMP TABLE order_lines AS
SELECT n / 8 AS order_no,
	   array_agg(promise.request('N' || (n / 8 * 3 + k), quantity / 3, due,
								 CASE WHEN k = 1 THEN location END, 'L' || n || k)
				 ORDER BY n, k) AS lines
FROM question, generate_series(1, 2) AS k
GROUP BY n / 8;
SELECT problem, count(*)
FROM order_lines,
	 LATERAL (SELECT array_agg(o) AS offers FROM promise.quote_lines(lines) AS o) AS a,
	 promise.check_offers(offers)
GROUP BY problem;

-- lines delivered together: sound, at one date, and for lines whose location
-- is given not a microsecond too late
CREATE TEMP TABLE together AS
SELECT order_no, a.*
FROM order_lines,
	 LATERAL (SELECT array_agg(o) AS offers, array_agg(item) AS items,
					 array_agg(quantity) AS quantities, array_agg(location) AS locations,
					 count(DISTINCT available_at) AS dates, min(available_at) AS at,
					 bool_or(available_at IS NULL) AS never
			  FROM promise.quote_lines(
					ARRAY(SELECT promise.request(item, quantity / 2, location => location)
						  FROM unnest(lines) WHERE location IS NOT NULL), true) AS o) AS a;
SELECT count(*) FILTER (WHERE at > promise.now()) > 20 AS later,
	   count(*) FILTER (WHERE never) > 20 AS never,
	   count(*) FILTER (WHERE dates > 1) AS not_together
FROM together;
SELECT problem, count(*)
FROM together, promise.check_offers(offers, earlier => false)
WHERE NOT never
GROUP BY problem;
SELECT count(*) AS too_late
FROM together AS t
WHERE at > promise.now()
  AND NOT EXISTS (SELECT FROM node
				  WHERE expiring AND item = ANY (t.items))
  AND NOT EXISTS (
	SELECT FROM (SELECT item, location, array_agg(quantity) AS quantities,
						array_fill(t.at - interval '1 microsecond',
								   ARRAY[count(*)::integer]) AS dates
				 FROM unnest(t.items, t.quantities, t.locations)
					AS l (item, quantity, location)
				 GROUP BY item, location) AS l,
		 promise.check_deliveries(l.item, l.quantities, l.dates, l.location));

/*
 * No steal: all the best offers are accepted, and whatever was met before is
 * met still; what was short before has not become shorter.
 */
CREATE TEMP TABLE before AS
SELECT n.item, n.location, c.at, c.missing
FROM node AS n, promise.check_balance(n.item, location => n.location) AS c;
CREATE TEMP TABLE accepted AS
SELECT DISTINCT ON (item) item, n
FROM quoted WHERE option = 1 AND available_at IS NOT NULL ORDER BY item, n;
INSERT INTO promise.commitment (ref, item, location, at, quantity)
SELECT 'NEW-' || n || '-' || part, item, location, available_at, quantity
FROM accepted JOIN quoted USING (item, n)
WHERE option = 1 AND available_at IS NOT NULL;
SELECT count(*) > 200 AS accepted FROM accepted;
SELECT count(*) AS stolen
FROM node AS n
CROSS JOIN promise.check_balance(n.item, location => n.location) AS c
LEFT JOIN before AS b ON (b.item, b.location, b.at) = (n.item, n.location, c.at)
WHERE c.missing > coalesce(b.missing, 0);
ROLLBACK;
