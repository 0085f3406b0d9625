--
-- The most specific guideline, compared with a naive reference: of the rows that
-- fit and say something, the one that no other is before
--
SET promise.clock = '2030-01-01 08:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET client_min_messages = warning;
SELECT setseed(0.5);

-- one of n names, or null
CREATE FUNCTION pg_temp.any_of(prefix text, n integer, nulls double precision) RETURNS text
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() >= nulls THEN prefix || floor(random() * n)::integer END
$$;
CREATE FUNCTION pg_temp.any_days() RETURNS tstzrange
LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.3
				THEN tstzrange('2030-01-01'::timestamptz + day * interval '1 day',
							   '2030-01-01'::timestamptz + (day + 1 + floor(random() * 20)::integer) * interval '1 day') END
	FROM floor(random() * 30) AS day
$$;
INSERT INTO promise.policy (policy, item, family, customer, customer_group, channel, region, period, effective,
							lead_time, maximum_quantity, minimum_margin, may_promise)
SELECT 'P' || md5(g::text), pg_temp.any_of('I', 4, 0.7), pg_temp.any_of('F', 2, 0.7), pg_temp.any_of('C', 4, 0.7),
	   pg_temp.any_of('G', 2, 0.7), pg_temp.any_of('H', 2, 0.7), pg_temp.any_of('R', 2, 0.7),
	   pg_temp.any_days(), pg_temp.any_days(),
	   CASE WHEN random() < 0.3 THEN '1 day'::interval END, CASE WHEN random() < 0.3 THEN 1 END,
	   CASE WHEN random() < 0.3 THEN 1 END, CASE WHEN random() < 0.1 THEN '{}'::text[] END
FROM generate_series(1, 200) AS g;
INSERT INTO promise.flexibility (policy, distance)
SELECT p.policy, '1 day' FROM promise.policy AS p WHERE random() < 0.2;

CREATE TEMP TABLE question AS
SELECT g AS n, pg_temp.any_of('I', 4, 0.2) AS item, pg_temp.any_of('F', 2, 0.2) AS family, pg_temp.any_of('C', 4, 0.2) AS customer,
	   pg_temp.any_of('G', 2, 0.2) AS customer_group, pg_temp.any_of('H', 2, 0.2) AS channel, pg_temp.any_of('R', 2, 0.2) AS region,
	   CASE WHEN random() < 0.8 THEN '2030-01-01'::timestamptz + random() * interval '40 days' END AS due,
	   '2030-01-01'::timestamptz + random() * interval '40 days' AS at
FROM generate_series(1, 300) AS g;

CREATE TEMP TABLE answer AS
SELECT q.n, w.limit_name, (w.winner).policy
FROM question AS q, promise.policy_winners(q.item, q.family, q.customer, q.customer_group, q.channel, q.region, q.due, q.at) AS w;

CREATE TEMP TABLE reference AS
WITH fits AS (
	SELECT q.n, p.*, k.limit_name
	FROM question AS q, promise.policy AS p,
		 unnest('{lead_time,maximum_quantity,minimum_margin,may_promise,flexibility}'::text[]) AS k (limit_name)
	WHERE (p.item = q.item) IS NOT FALSE AND (p.item IS NULL OR q.item IS NOT NULL)
	  AND (p.family = q.family) IS NOT FALSE AND (p.family IS NULL OR q.family IS NOT NULL)
	  AND (p.customer = q.customer) IS NOT FALSE AND (p.customer IS NULL OR q.customer IS NOT NULL)
	  AND (p.customer_group = q.customer_group) IS NOT FALSE AND (p.customer_group IS NULL OR q.customer_group IS NOT NULL)
	  AND (p.channel = q.channel) IS NOT FALSE AND (p.channel IS NULL OR q.channel IS NOT NULL)
	  AND (p.region = q.region) IS NOT FALSE AND (p.region IS NULL OR q.region IS NOT NULL)
	  AND (p.period IS NULL OR COALESCE(q.due, q.at) >= lower(p.period) AND COALESCE(q.due, q.at) < upper(p.period))
	  AND (p.effective IS NULL OR q.at >= lower(p.effective) AND q.at < upper(p.effective))
	  AND CASE k.limit_name
			  WHEN 'lead_time' THEN p.lead_time IS NOT NULL
			  WHEN 'maximum_quantity' THEN p.maximum_quantity IS NOT NULL
			  WHEN 'minimum_margin' THEN p.minimum_margin IS NOT NULL
			  WHEN 'may_promise' THEN p.may_promise IS NOT NULL
			  ELSE p.policy IN (SELECT f.policy FROM promise.flexibility AS f) END
)
SELECT a.n, a.limit_name, a.policy
FROM fits AS a
WHERE NOT EXISTS (
	SELECT FROM fits AS b
	WHERE b.n = a.n AND b.limit_name = a.limit_name
	  -- false comes before true
	  AND (b.item IS NULL, b.family IS NULL, b.customer IS NULL, b.customer_group IS NULL, b.channel IS NULL,
		   b.region IS NULL, b.period IS NULL, b.effective IS NULL, b.policy COLLATE "C")
		  < (a.item IS NULL, a.family IS NULL, a.customer IS NULL, a.customer_group IS NULL, a.channel IS NULL,
			 a.region IS NULL, a.period IS NULL, a.effective IS NULL, a.policy COLLATE "C"));

SELECT count(*) > 700 AS many, count(DISTINCT policy) > 50 AS different, count(DISTINCT limit_name) AS kinds FROM answer;
(SELECT * FROM answer EXCEPT SELECT * FROM reference) UNION ALL (SELECT * FROM reference EXCEPT SELECT * FROM answer);
-- what is promised is judged by the same: the facts of customers and items are looked up
INSERT INTO promise.item (item, family) SELECT 'I' || g, 'F' || g % 2 FROM generate_series(0, 3) AS g;
INSERT INTO promise.customer (customer, customer_group, region)
	SELECT 'C' || g, 'G' || g % 2, 'R' || (g / 2) FROM generate_series(0, 3) AS g;
SELECT count(*) > 100 AS many
FROM question AS q, promise.check_policy(q.item, 2, q.due, customer => q.customer, channel => q.channel, at => q.at) AS v
WHERE v.limit_name = 'maximum_quantity';
SELECT q.n, v.policy, w.winner
FROM question AS q
LEFT JOIN promise.item AS i ON i.item = q.item
LEFT JOIN promise.customer AS c ON c.customer = q.customer
LEFT JOIN LATERAL promise.policy_winners(q.item, i.family, q.customer, c.customer_group, q.channel, c.region, q.due, q.at) AS w
	ON w.limit_name = 'maximum_quantity'
LEFT JOIN LATERAL promise.check_policy(q.item, 2, q.due, customer => q.customer, channel => q.channel, at => q.at) AS v
	ON v.limit_name = 'maximum_quantity'
WHERE q.item IS NOT NULL AND v.policy IS DISTINCT FROM (w.winner).policy;

-- The guard refuses what check_policy has something against, and nothing else
DELETE FROM promise.policy WHERE may_promise IS NOT NULL;
UPDATE promise.policy SET maximum_quantity = 3 + length(policy) % 2, lead_time = lead_time * (1 + ascii(substr(policy, 2)) % 9);
UPDATE promise.policy SET maximum_share = 5 + ascii(substr(policy, 3)) % 30, share_period = 'week' WHERE policy < 'P6';
CREATE TABLE sale (
	ref text PRIMARY KEY,
	item text,
	at timestamptz,
	quantity numeric,
	customer text,
	channel text,
	price numeric,
	cost numeric
);
CREATE INDEX ON sale (item, at) INCLUDE (quantity);
SELECT promise.protect('sale');
SELECT promise.enforce_policy();
INSERT INTO promise.supply (item, at, quantity) SELECT 'I' || g % 4, '2030-01-01'::timestamptz + g * interval '3 days', 20
FROM generate_series(0, 15) AS g;
INSERT INTO promise.supply (item, quantity) SELECT 'I' || g, 60 FROM generate_series(0, 3) AS g;
CREATE TEMP TABLE outcome (asked text, refused boolean, against text[]);
DO $$
DECLARE
	s sale;
	against text[];
	refused boolean;
BEGIN
	FOR n IN 1 .. 250 LOOP
		s.ref := 'S' || floor(random() * 250);
		s.item := 'I' || floor(random() * 4);
		s.at := '2030-01-01'::timestamptz + random() * interval '25 days';
		s.quantity := 1 + floor(random() * 4);
		s.customer := pg_temp.any_of('C', 4, 0.2);
		s.channel := pg_temp.any_of('H', 2, 0.2);
		s.price := 100;
		s.cost := 97 + floor(random() * 3);
		-- only new promises: a change is judged by what the row was, too
		CONTINUE WHEN EXISTS (SELECT FROM sale AS o WHERE o.ref = s.ref);
		against := ARRAY(SELECT v.limit_name FROM promise.check_policy(s.item, s.quantity, s.at, 'main', s.customer, s.channel,
			price => s.price, cost => s.cost) AS v);
		BEGIN
			INSERT INTO sale SELECT s.*;
			refused := false;
		EXCEPTION
			WHEN SQLSTATE 'PR002' THEN
				refused := true;
			WHEN SQLSTATE 'PR001' THEN
				CONTINUE;
		END;
		INSERT INTO outcome VALUES (s.ref, refused, against);
		COMMIT;
	END LOOP;
END
$$;
SELECT count(*) FILTER (WHERE refused) > 30 AS some_refused, count(*) FILTER (WHERE NOT refused) > 20 AS some_accepted,
	   count(*) FILTER (WHERE 'maximum_share' = ANY (against)) > 5 AS shares,
	   count(*) FILTER (WHERE 'lead_time' = ANY (against)) > 5 AS dates
FROM outcome;
SELECT * FROM outcome WHERE refused <> (cardinality(against) > 0);
SELECT promise.enforce_policy(false);
SELECT promise.unprotect(relation, role, mapping) FROM promise.guard ORDER BY guard;
SELECT promise.unmap('demand', 'sale');
DROP TABLE sale;
DELETE FROM promise.supply;
DELETE FROM promise.policy;
DELETE FROM promise.customer;
DELETE FROM promise.item;
