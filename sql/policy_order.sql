--
-- Lines that use up shares of availability and capacity for those after them: many
-- at once are answered as if they were promised one by one, whatever the guidelines
--
SET promise.clock = '2030-01-01 08:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET client_min_messages = warning;
SELECT setseed(0.25);

-- one of n names, or null
CREATE FUNCTION any_of(prefix text, n integer, nulls double precision) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() >= nulls THEN prefix || floor(random() * n)::integer END
$$;
-- I3 and I4 are made on a saw; I4 also of I2, in lots that leave a rest
INSERT INTO promise.item (item, family) SELECT 'I' || g, 'F' || g % 2 FROM generate_series(0, 4) AS g;
INSERT INTO promise.customer (customer, customer_group) SELECT 'C' || g, 'G' || g % 2 FROM generate_series(0, 3) AS g;
INSERT INTO promise.resource (resource, units, calendar) VALUES ('saw', 2, 'UTC; Mon-Fri 08:00-18:00');
INSERT INTO promise.source (source, item, kind, lot_multiple) VALUES ('make I3', 'I3', 'make', NULL), ('make I4', 'I4', 'make', 5);
INSERT INTO promise.step (source, step, resource, run) VALUES ('make I3', 1, 'saw', '2:00'), ('make I4', 1, 'saw', '1:00');
INSERT INTO promise.component (source, item, quantity) VALUES ('make I4', 'I2', 1);
CREATE TABLE line (n integer PRIMARY KEY, ref text, item text, quantity numeric, due promise.due, customer text, channel text,
				   price numeric, cost numeric);
CREATE TABLE answer (round integer, how text, ref text, location text, quantity numeric, available_at timestamptz,
					 kind text, reason text, detail text);

/*
 * Where there is plenty, in percent, guidelines alone refuse: only I3 is made then.
 */
CREATE FUNCTION make_round(plenty integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM promise.policy;
	DELETE FROM promise.supply;
	DELETE FROM line;
	UPDATE promise.resource SET units = 2 * plenty;
	INSERT INTO promise.supply (item, location, at, quantity)
	SELECT s.item, any_of('L', 2, 0), '2030-01-01'::timestamptz + floor(random() * 30) * interval '1 day',
		   (5 + floor(random() * 20)) * plenty
	FROM (SELECT any_of('I', 5, 0) AS item FROM generate_series(1, 8)) AS s
	WHERE plenty = 1 OR s.item <> 'I3';
	INSERT INTO promise.supply (item, location, quantity)
	SELECT 'I' || g, 'L' || l, floor(random() * 40) * plenty FROM generate_series(0, 4) AS g, generate_series(0, 1) AS l
	WHERE plenty = 1 OR g <> 3;
	INSERT INTO promise.policy (policy, item, family, customer, customer_group, channel, period, lead_time, maximum_quantity,
								minimum_margin, maximum_share, share_period)
	SELECT 'P' || g, any_of('I', 5, 0.7), any_of('F', 2, 0.7), any_of('C', 4, 0.8), any_of('G', 2, 0.8), any_of('H', 2, 0.7),
		   CASE WHEN random() < 0.2 THEN tstzrange('2030-01-08', '2030-01-20') END,
		   CASE WHEN random() < 0.2 THEN floor(random() * 6) * interval '1 day' END,
		   CASE WHEN random() < 0.2 THEN 5 + floor(random() * 5) END,
		   CASE WHEN random() < 0.1 THEN 20 END,
		   CASE WHEN random() < 0.6 THEN round((5 + floor(random() * 60))::numeric / plenty, 2) END,
		   (ARRAY['day', 'week', 'month'])[1 + floor(random() * 3)]
	FROM generate_series(1, 8) AS g;
	INSERT INTO promise.policy (policy, channel, customer_group, maximum_load, load_resource, share_period)
	SELECT 'S' || g, any_of('H', 2, 0.7), any_of('G', 2, 0.5), (5 + floor(random() * 30))::numeric / plenty, 'saw',
		   (ARRAY['day', 'week', 'month'])[1 + floor(random() * 3)]
	FROM generate_series(1, 3) AS g;
	INSERT INTO line
	SELECT g, 'R' || g, 'I' || least(floor(random() * 7), 4), 1 + floor(random() * 9),
		   ('2030-01-02'::date + floor(random() * 30)::integer)::promise.due, any_of('C', 4, 0.2), any_of('H', 2, 0.3),
		   10, 7 + floor(random() * 3)
	FROM generate_series(1, 40) AS g;
END $$;
CREATE FUNCTION forget() RETURNS void LANGUAGE sql AS $$
	DELETE FROM promise.commitment;
	DELETE FROM promise.planned_flow;
	DELETE FROM promise.planned_load;
	DELETE FROM promise.planned_lot;
	DELETE FROM promise.ledger;
$$;
SELECT promise.enforce_policy();
DO $$
DECLARE
	line_ref text;
BEGIN
	FOR round IN 1 .. 15 LOOP
		PERFORM make_round(CASE WHEN round <= 9 THEN 1 ELSE 100 END);
		COMMIT;
		INSERT INTO answer
		SELECT round, 'asked', q.ref, q.location, q.quantity, q.available_at, q.kind, q.reason, q.detail
		FROM promise.quote_query('SELECT * FROM line ORDER BY n') AS q;
		INSERT INTO answer
		SELECT round, 'together', q.ref, q.location, q.quantity, q.available_at, q.kind, q.reason, q.detail
		FROM promise.commit_query('SELECT * FROM line ORDER BY n', late => false) AS q;
		COMMIT;
		PERFORM forget();
		COMMIT;
		-- each by a transaction of its own
		FOR line_ref IN SELECT ref FROM line WHERE round <= 9 ORDER BY n LOOP
			INSERT INTO answer
			SELECT round, 'one by one', q.ref, q.location, q.quantity, q.available_at, q.kind, q.reason, q.detail
			FROM promise.commit_query(format('SELECT * FROM line WHERE ref = %L', line_ref), late => false) AS q;
			COMMIT;
		END LOOP;
		PERFORM forget();
		COMMIT;
	END LOOP;
END $$;

-- a good part of them is refused, by all kinds of limits
SELECT count(*) FILTER (WHERE reason = 'policy') > 150 AS refused, count(*) FILTER (WHERE kind <> 'none') > 150 AS accepted,
	   count(*) FILTER (WHERE reason <> 'policy') > 10 AS not_there,
	   count(*) FILTER (WHERE detail ~ '% of item') > 100 AS shares, count(*) FILTER (WHERE detail ~ 'of the capacity') > 5 AS capacity,
	   count(*) FILTER (WHERE detail ~ 'lead time') > 5 AS dates
FROM answer WHERE how = 'together';
SELECT *
FROM (SELECT * FROM answer WHERE how = 'together' AND round <= 9) AS t
FULL JOIN (SELECT * FROM answer WHERE how = 'one by one') AS o USING (round, ref)
WHERE (t.location, t.quantity, t.available_at, t.kind, t.reason)
	  IS DISTINCT FROM (o.location, o.quantity, o.available_at, o.kind, o.reason);
-- where there is plenty, an offer says policy exactly where the promise is refused
SELECT count(*) > 60 AS outside, count(*) FILTER (WHERE a.detail ~ '% of item') > 30 AS shares,
	   count(*) FILTER (WHERE a.detail ~ 'of the capacity') > 5 AS capacity
FROM answer AS a WHERE a.how = 'asked' AND a.round > 9 AND a.reason = 'policy';
SELECT *
FROM (SELECT * FROM answer WHERE how = 'asked' AND round > 9) AS a
FULL JOIN (SELECT * FROM answer WHERE how = 'together' AND round > 9) AS t USING (round, ref)
WHERE a.reason IS DISTINCT FROM t.reason OR (t.reason IS NULL AND a.location <> t.location);

SELECT promise.enforce_policy(false);
SELECT promise.unprotect(relation, role, mapping) FROM promise.guard ORDER BY guard;
DELETE FROM promise.policy;
DELETE FROM promise.supply;
DELETE FROM promise.component;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
DELETE FROM promise.customer;
DELETE FROM promise.item;
DROP FUNCTION any_of, make_round, forget;
DROP TABLE line, answer;
