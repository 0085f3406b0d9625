/*
 * Guidelines and many promises at once: how long promise.commit_query takes for
 * 2,000 lines of 20 items, of which none, or one in twenty, is outside of the
 * guidelines, by each kind of them.
 */
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS promise;
SET promise.clock = '2030-01-01 08:00+00';
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';

INSERT INTO promise.item (item, family) SELECT 'I' || i, 'goods' FROM generate_series(1, 20) AS i;
INSERT INTO promise.supply (item, at, quantity) SELECT 'I' || i, '-infinity', 1000 FROM generate_series(1, 20) AS i;

/* every twentieth line asks for what some guideline does not allow */
CREATE TABLE line AS
SELECT n, 'R' || n AS ref, 'I' || n % 20 + 1 AS item, 1 + n % 4 AS quantity, '2030-01-20'::promise.due AS due,
	   10 AS price, 5 AS cost, NULL::text AS channel
FROM generate_series(1, 2000) AS n;
CREATE TABLE outside (kind text, quantity numeric, due promise.due, cost numeric, channel text);
INSERT INTO outside VALUES
	('none', NULL, NULL, NULL, NULL), ('maximum_quantity', 9, NULL, NULL, NULL), ('lead_time', NULL, '2030-01-03', NULL, NULL),
	('minimum_margin', NULL, NULL, 9, NULL), ('maximum_share', NULL, NULL, NULL, 'web');
INSERT INTO promise.policy (policy, lead_time, maximum_quantity, minimum_margin) VALUES ('standard', '5 days', 8, 20);
INSERT INTO promise.policy (policy, channel, maximum_share) VALUES ('web', 'web', 0.05);
SELECT promise.enforce_policy() \g /dev/null

CREATE TABLE result (kind text, round integer, seconds numeric, refused bigint);
CREATE PROCEDURE measure(rounds integer) LANGUAGE plpgsql AS $$
DECLARE
	o outside;
	began timestamptz;
	refused bigint;
BEGIN
	FOR round IN 1 .. rounds LOOP
		FOR o IN SELECT * FROM outside LOOP
			began := clock_timestamp();
			SELECT count(*) INTO refused FROM promise.commit_query(format($q$
				SELECT ref, item, CASE WHEN odd THEN COALESCE(%L, quantity) ELSE quantity END AS quantity,
					   CASE WHEN odd THEN COALESCE(%L, due) ELSE due END AS due, price,
					   CASE WHEN odd THEN COALESCE(%L, cost) ELSE cost END AS cost,
					   CASE WHEN odd THEN COALESCE(%L, channel) ELSE channel END AS channel
				FROM (SELECT *, n %% 20 = 7 OR n %% 400 = 8 AS odd FROM line) AS l ORDER BY n $q$,
				o.quantity, o.due, o.cost, o.channel))
			WHERE kind = 'none';
			INSERT INTO result VALUES (o.kind, round, extract(epoch FROM clock_timestamp() - began), refused);
			COMMIT;
			DELETE FROM promise.commitment;
			DELETE FROM promise.ledger;
			COMMIT;
		END LOOP;
	END LOOP;
END $$;
CALL measure(:rounds);
SELECT kind, refused, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::numeric, 3) AS seconds
FROM result GROUP BY kind, refused ORDER BY 3;
