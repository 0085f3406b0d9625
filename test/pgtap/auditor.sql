-- Everybody does his own work and nothing else; the auditor sees all of it and
-- changes nothing.  Monday, 23 November 2026, eight in the morning.
BEGIN;
SELECT plan(38);
SET LOCAL promise.clock = '2026-11-23 08:00 Europe/Berlin';
SET LOCAL promise.timezone = 'Europe/Berlin';
SET LOCAL TimeZone = 'Europe/Berlin';
SET LOCAL DateStyle = 'ISO, YMD';

-- 1. The owner makes roles for his people; the extension says what they need.
CREATE ROLE story_sales;
CREATE ROLE story_works;
CREATE ROLE story_planning;
CREATE ROLE story_rules;
CREATE ROLE story_audit;
CREATE ROLE story_kim LOGIN IN ROLE story_sales;
CREATE ROLE story_lee LOGIN IN ROLE story_sales;
CREATE ROLE story_otto LOGIN IN ROLE story_works;
CREATE ROLE story_ann LOGIN IN ROLE story_audit;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT s FROM (VALUES ('seller', 'story_sales'), ('operations', 'story_works'), ('planner', 'story_planning'),
							  ('administrator', 'story_rules'), ('auditor', 'story_audit')) AS k (kind, role),
					  LATERAL promise.grant_script(k.kind, k.role) AS s
	LOOP
		EXECUTE statement;
	END LOOP;
END
$$;
SELECT is((SELECT count(*) FROM promise.grant_script('auditor', 'story_audit') AS s WHERE s ~ '(INSERT|UPDATE|DELETE)'),
		  0::bigint, 'an auditor gets no right to write');

-- what becomes of a statement that somebody runs: "done", or the SQLSTATE
CREATE FUNCTION pg_temp.tries(person name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	owner constant name := session_user;
	result text := 'done';
BEGIN
	PERFORM set_config('session_authorization', person, true);
	BEGIN
		EXECUTE statement;
	EXCEPTION WHEN OTHERS THEN
		result := SQLSTATE;
	END;
	PERFORM set_config('session_authorization', owner, true);
	RETURN result;
END
$$;

-- 2. Otto brings bikes in, the rules are set, Kim sells.
SELECT is(pg_temp.tries('story_otto', $$INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('BIKE', '-infinity', 10, NULL), ('BIKE', '2026-12-08', 20, 'PO-3')$$), 'done', 'operations enter what is there');
SELECT is(pg_temp.tries('story_kim', $$INSERT INTO promise.supply (item, quantity) VALUES ('BIKE', 100)$$),
		  '42501', 'a seller cannot invent stock');
SELECT is(pg_temp.tries('story_rules', $$INSERT INTO promise.signatory (role_name, side)
	VALUES ('story_sales', 'sales'), ('story_works', 'operations')$$), 'done', 'the administrator says who signs');
SELECT is(pg_temp.tries('story_kim', $$INSERT INTO promise.signatory (role_name, side) VALUES ('story_kim', 'operations')$$),
		  '42501', '... which nobody says of himself');
SELECT is(pg_temp.tries('story_kim', $$SELECT promise.commit('SO-1', 'BIKE', 8, '2026-11-27', customer => 'Velo Weber', seller => 'Kim')$$),
		  'done', 'Kim sells eight');
SELECT is(pg_temp.tries('story_otto', $$SELECT promise.commit('SO-9', 'BIKE', 1, '2026-11-27')$$), '42501', 'operations do not sell');
SELECT is(pg_temp.tries('story_rules', $$SELECT promise.commit('SO-9', 'BIKE', 1, '2026-11-27')$$), '42501',
		  'nor does who makes the rules');

-- 3. Five more are too many, and sales cannot make it right by themselves.
SELECT is(pg_temp.tries('story_kim', $$SELECT promise.commit('SO-2', 'BIKE', 5, '2026-11-27', seller => 'Kim')$$),
		  'PR001', 'five more by Friday: no');
SELECT is(pg_temp.tries('story_kim', $$SELECT promise.unprotect('promise.commitment')$$), '42501', 'Kim cannot turn off the guard');
SELECT is(pg_temp.tries('story_kim', 'DELETE FROM promise.guard'), '42501', '... not even by hand');
SELECT is(pg_temp.tries('story_kim', $$UPDATE promise.commitment SET quantity = 20 WHERE ref = 'SO-1'$$), 'PR001',
		  'plain SQL is judged like everything');
SELECT is(pg_temp.tries('story_kim', $$INSERT INTO promise.exception (ref, item, status) VALUES ('SO-2', 'BIKE', 'approved')$$),
		  '42501', 'nobody approves by hand');

-- 4. Kim asks, Lee and Otto sign, Kim promises.
SELECT is(pg_temp.tries('story_kim', $$SELECT promise.ask_exception('SO-2', 'BIKE', 5, '2026-11-27', 'The race is on Saturday.', reserve => false)$$),
		  'done', 'Kim asks for an exception');
SELECT is(pg_temp.tries('story_kim', $$SELECT promise.sign_exception(max(exception), 'sales') FROM promise.exception$$),
		  '42501', '... but does not sign it');
SELECT is(pg_temp.tries('story_lee', $$SELECT promise.sign_exception(max(exception), 'sales') FROM promise.exception$$), 'done', 'Lee does');
SELECT is(pg_temp.tries('story_otto', $$SELECT promise.sign_exception(max(exception), 'operations', 'PO-3 comes sooner.') FROM promise.exception$$),
		  'done', 'and Otto');
SELECT is(pg_temp.tries('story_kim', $$SELECT promise.commit('SO-2', 'BIKE', 5, '2026-11-27', customer => 'City Bikes', seller => 'Kim')$$),
		  'done', 'now it is a promise');

-- 5. What does Ann see?
CREATE TEMP TABLE seen (ref text, who text, offered numeric, on_time boolean, supply numeric, demand numeric, signed text, why text);
CREATE TEMP TABLE then_promised (ref text, quantity numeric);
GRANT ALL ON seen, then_promised TO story_audit;
SELECT is(pg_temp.tries('story_ann', $$INSERT INTO seen
	SELECT ref, session_who, offered, on_time, supply, demand, concat_ws(' and ', sales_signed_by, operations_signed_by), why
	FROM promise.audit$$), 'done', 'the auditor reads');
SELECT results_eq($$SELECT ref, who, offered, on_time, supply, demand FROM seen ORDER BY ref$$,
	$$VALUES ('SO-1', 'story_kim', 8::numeric, true, 10::numeric, 0::numeric), ('SO-2', 'story_kim', 5, false, NULL, NULL)$$,
	'who promised what, and on which data');
SELECT is((SELECT signed FROM seen WHERE ref = 'SO-2'), 'story_lee and story_otto', '... who approved it');
SELECT is((SELECT why FROM seen WHERE ref = 'SO-2'), 'The race is on Saturday.', '... and why');
SELECT is((SELECT signed FROM seen WHERE ref = 'SO-1'), '', '... nobody had to approve the first');
SELECT is(pg_temp.tries('story_ann', $$INSERT INTO then_promised
	SELECT t.ref, t.quantity FROM promise.audit AS a, LATERAL promise.promised_then(a.entry) AS t WHERE a.ref = 'SO-2'$$),
	'done', 'what else had been promised then?');
SELECT results_eq('TABLE then_promised', $$VALUES ('SO-1', 8::numeric)$$, '... the other order');

-- 6. Kim lets the price slip, and gives the order to another customer, by plain SQL.
SELECT is(pg_temp.tries('story_kim', $$UPDATE promise.commitment SET price = 480 WHERE ref = 'SO-1'$$), 'done', 'Kim sets a price');
SELECT is(pg_temp.tries('story_lee', $$UPDATE promise.commitment SET price = 390, customer = 'Nephew' WHERE ref = 'SO-1'$$), 'done',
		  'Lee may change it, and the customer');
SELECT is(pg_temp.tries('story_otto', $$UPDATE promise.commitment SET price = 1 WHERE ref = 'SO-1'$$), '42501', 'operations may not');
CREATE TEMP TABLE amended (entry bigint, ref text, who text, column_name text, was text, became text);
GRANT ALL ON amended TO story_audit;
SELECT is(pg_temp.tries('story_ann', $$INSERT INTO amended SELECT entry, ref, session_who, column_name, was, became
	FROM promise.audit WHERE kind = 'amend'$$), 'done', 'the auditor reads what was changed');
SELECT results_eq('SELECT ref, who, column_name, was, became FROM amended ORDER BY entry',
	$$VALUES ('SO-1', 'story_kim', 'price', NULL, '480'), ('SO-1', 'story_lee', 'customer', 'Velo Weber', 'Nephew'),
			 ('SO-1', 'story_lee', 'price', '480', '390')$$, '... by whom, from what to what');
SELECT is(pg_temp.tries('story_lee', 'DELETE FROM promise.amendment'), '42501', 'Lee cannot take that back');
SELECT is(pg_temp.tries('story_rules', $$UPDATE promise.amendment SET who = 'story_kim'$$), '42501', 'nor who makes the rules');
SELECT is(pg_temp.tries('story_lee', $$INSERT INTO promise.amendment (ref, column_name, became, who, session_who, at_time, transaction)
	VALUES ('SO-1', 'price', '480', 'story_kim', 'story_kim', now(), '1')$$), '42501', 'nobody makes up a change');

-- 7. And what can the auditor change?
SELECT is_empty(
	$$SELECT c.oid::regclass FROM pg_class AS c
	  WHERE c.relnamespace = 'promise'::regnamespace AND c.relkind IN ('r', 'v', 'S')
	    AND (c.relkind = 'S' AND has_sequence_privilege('story_ann', c.oid, 'UPDATE')
	         OR c.relkind <> 'S' AND (has_table_privilege('story_ann', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
	                                  OR has_any_column_privilege('story_ann', c.oid, 'INSERT, UPDATE')))$$,
	'no table');
SELECT is_empty(
	$$SELECT c.oid::regclass FROM pg_class AS c
	  WHERE c.relnamespace = 'promise'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname <> 'node_lock'
	    AND NOT has_table_privilege('story_ann', c.oid, 'SELECT')$$, 'though she reads all of them');
SELECT is(pg_temp.tries('story_ann', 'SELECT promise.clear_alerts()'), '42501', 'no alert');
SELECT is(pg_temp.tries('story_ann', 'UPDATE promise.offer_seen SET supply = 15'), '42501', 'not what was seen');
SELECT is(pg_temp.tries('story_kim', 'TABLE promise.offer_seen'), '42501', 'which sellers cannot even read');

SELECT * FROM finish();
ROLLBACK;
