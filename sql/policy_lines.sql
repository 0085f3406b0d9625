--
-- Guidelines and many promises at once: what is outside of them is answered as
-- what cannot be promised is, and takes nothing from the lines after it
--
SET promise.clock = '2030-01-01 08:00+00';		-- a Tuesday
SET promise.timezone = 'UTC';
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
\set SHOW_CONTEXT never

INSERT INTO promise.item (item, family) VALUES ('BIKE', 'bikes'), ('PUMP', 'parts');
INSERT INTO promise.supply (item, at, quantity) VALUES ('BIKE', '-infinity', 20), ('PUMP', '-infinity', 100);
INSERT INTO promise.policy (policy, lead_time, maximum_quantity) VALUES ('standard', '3 days', 12);
INSERT INTO promise.policy (policy, channel, maximum_share) VALUES ('web', 'web', 50);
CREATE TABLE line (n integer, ref text, item text, quantity numeric, due promise.due, channel text);
INSERT INTO line VALUES
	(1, 'L1', 'BIKE', 13, '2030-01-10', NULL),		-- more than one promise may be for
	(2, 'L2', 'BIKE', 6, '2030-01-10', 'web'),
	(3, 'L3', 'BIKE', 1, '2030-01-03', NULL),		-- too soon
	(4, 'L4', 'BIKE', 5, '2030-01-10', 'web'),		-- with line 2 more than half
	(5, 'L5', 'BIKE', 4, '2030-01-10', 'web'),		-- with line 2 half
	(6, 'L6', 'BIKE', 11, '2030-01-10', NULL),		-- not there
	(7, 'L7', 'BIKE', 10, '2030-01-10', NULL),		-- what those before have left
	(8, 'L8', 'PUMP', 12, '2030-01-04', NULL),
	(9, 'L9', 'PUMP', 12, '2030-01-03', NULL);
SELECT count(*) AS without_guidelines
FROM promise.commit_query('SELECT * FROM line ORDER BY n') WHERE kind <> 'none';
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;

SELECT promise.enforce_policy();
SELECT ref, kind, quantity, available_at, due, reason, detail
FROM promise.commit_query('SELECT * FROM line ORDER BY n');
SELECT ref, quantity, at FROM promise.commitment ORDER BY ref;
SELECT ref, kind FROM promise.ledger ORDER BY entry;
SELECT * FROM promise.verify();
SELECT * FROM promise.conflicts();
-- the same again says the same
SELECT count(*) AS as_before, count(*) FILTER (WHERE kind = 'none') AS refused
FROM promise.commit_query('SELECT * FROM line ORDER BY n');
SELECT count(*) FROM promise.ledger;
-- all or nothing: the first that is refused is the error
SELECT promise.commit_query('SELECT ''M'' || n AS ref, item, quantity, due FROM line WHERE n IN (8, 9) ORDER BY n', all_or_nothing => true);
SELECT count(*) FROM promise.commitment WHERE ref LIKE 'M%';
-- a hold that may not become a promise stays one
UPDATE promise.policy SET maximum_quantity = 5 WHERE policy = 'standard';
SELECT quantity FROM promise.hold('H1', 'PUMP', 5, '2030-01-10', '1 hour');
UPDATE promise.policy SET lead_time = '20 days' WHERE policy = 'standard';
SELECT ref, kind, reason, detail FROM promise.commit_query($$
	SELECT ref, 'PUMP' AS item, 5 AS quantity, due
	FROM (VALUES ('H1', '2030-01-09'::promise.due), ('H2', '2030-01-21')) AS v (ref, due) $$);
SELECT ref, kind, at FROM promise.commitment WHERE ref LIKE 'H%' ORDER BY ref;
-- other errors are errors
SELECT promise.commit_query('SELECT ''N1'' AS ref, ''PUMP'' AS item, 1 AS quantity UNION ALL SELECT ''L8'', ''PUMP'', 13');
-- under a guard that warns every line is accepted
SELECT promise.protect('promise.commitment', mode => 'warn');
SELECT ref, kind FROM promise.commit_query('SELECT ''W1'' AS ref, ''PUMP'' AS item, 6 AS quantity, ''2030-01-02''::promise.due AS due');
SELECT promise.protect('promise.commitment');

-- in any order of lines and whoever asks: as if promised one by one
DELETE FROM promise.policy;
INSERT INTO promise.policy (policy, maximum_quantity) VALUES ('standard', 9);
INSERT INTO promise.policy (policy, channel, maximum_share) VALUES ('web', 'web', 40);
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
INSERT INTO promise.supply (item, at, quantity) SELECT 'I' || i, '-infinity', 60 FROM generate_series(1, 5) AS i;
CREATE TABLE many AS
SELECT 'R' || n AS ref, 'I' || (n * 7919) % 5 + 1 AS item, (n * 104729) % 11 + 1 AS quantity,
	   ('2030-01-10'::date + (n * 31) % 9)::promise.due AS due, CASE n % 3 WHEN 0 THEN 'web' END AS channel
FROM generate_series(1, 100) AS n;
CREATE TABLE together AS
SELECT ref, concat_ws(' ', kind, reason) AS answer FROM promise.commit_query('SELECT * FROM many ORDER BY ref');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
CREATE TABLE one_by_one (ref text, answer text);
DO $$
DECLARE
	line text;
BEGIN
	FOR line IN SELECT ref FROM many ORDER BY ref LOOP
		INSERT INTO one_by_one
		SELECT ref, concat_ws(' ', kind, reason) FROM promise.commit_query(format('SELECT * FROM many WHERE ref = %L', line));
		COMMIT;
	END LOOP;
END $$;
SELECT t.answer, count(*), count(*) FILTER (WHERE t.answer = o.answer) AS the_same
FROM together AS t JOIN one_by_one AS o USING (ref) GROUP BY t.answer ORDER BY t.answer;

-- in a transaction each promise is asked about when it is given, and again when it asks for more
CREATE FUNCTION tell(claims promise.claim[]) RETURNS SETOF promise.limit_violation LANGUAGE plpgsql STABLE AS $$
BEGIN
	RAISE NOTICE '%', ARRAY(SELECT format('%s: %s', c.ref, c.quantity) FROM unnest(claims) AS c ORDER BY c.ref);
	RETURN;
END $$;
INSERT INTO promise.guard_limit (limit_name, check_function) VALUES ('tell', 'tell(promise.claim[])');
DELETE FROM promise.commitment;
BEGIN;
SELECT quantity FROM promise.commit('C1', 'PUMP', 1, '2030-01-10');
SELECT quantity FROM promise.commit('C2', 'PUMP', 2, '2030-01-10');
INSERT INTO promise.commitment (ref, item, location, at, quantity) VALUES ('C3', 'PUMP', 'main', '2030-01-10', 3), ('C4', 'PUMP', 'main', '2030-01-10', 4);
SELECT quantity FROM promise.change('C3', 2);
SELECT quantity FROM promise.change('C3', 5);
-- nothing asks for more
SELECT promise.release('C2');
SAVEPOINT here;
SELECT quantity FROM promise.commit('C5', 'PUMP', 5, '2030-01-10');
ROLLBACK TO here;
-- what was undone was not asked about
SELECT quantity FROM promise.commit('C5', 'PUMP', 5, '2030-01-10');
ROLLBACK;
DELETE FROM promise.guard_limit WHERE limit_name = 'tell';
DROP FUNCTION tell;

SELECT promise.enforce_policy(false);
DELETE FROM promise.policy;
DROP TABLE line, many, together, one_by_one;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.supply;
DELETE FROM promise.item;
SELECT promise.unprotect(relation, role, mapping) FROM promise.guard ORDER BY guard;
