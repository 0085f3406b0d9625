/*
 * The arguments that questions have in common mean the same in all of them.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
\set VERBOSITY terse
SET promise.clock = '2026-12-01 08:00:00+00';	-- a Tuesday

BEGIN;
INSERT INTO promise.resource (resource, calendar) VALUES ('press', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind, lead_time, cost, currency, priority) VALUES
	('press it', 'LID', 'make', '0', 5, 'EUR', 1), ('buy it', 'LID', 'buy', '4 days', 2, 'EUR', 2);
INSERT INTO promise.step (source, step, resource, run) VALUES ('press it', 1, 'press', '01:00');
INSERT INTO promise.supply (item, at, quantity) VALUES ('LID', '-infinity', 4), ('POT', '-infinity', 4), ('POT', '2026-12-04', 1), ('POT', '2026-12-05', 2), ('CAN', '-infinity', 4), ('CAN', '2026-12-04', 4), ('CAN', '2026-12-05', 6);
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SO 1', 'CAN', '2026-12-01 09:00+00', 3);

-- a line is answered as if it were asked for by itself
CREATE TEMP TABLE term (terms text);
INSERT INTO term VALUES (NULL), ('after => ''2026-12-02 12:00+00'''), ('exclude => ''{SO 1}'''), ('parts_max => 1'), ('part_minimum => 2'),
	('ship_complete => true'), ('objective => ''cheapest'''), ('placement => ''jit'''), ('effort => 0');
CREATE FUNCTION pg_temp.offers(question text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'SELECT concat_ws('' '', kind, quantity, item, available_at, cost) FROM promise.' || question || ' WHERE option = 1';
END $$;
CREATE TEMP TABLE answer AS
SELECT item, due, terms, ARRAY(SELECT pg_temp.offers(format('quote(%L, 8, %L%s)', item, due, ', ' || terms))) AS of_quote,
	ARRAY(SELECT pg_temp.offers(format('quote_lines(ARRAY[promise.request(%L, 8, %L)]%s)', item, due, ', ' || terms))) AS of_lines,
	ARRAY(SELECT pg_temp.offers(format('quote_query(%L%s)',
		format('SELECT %L AS item, 8 AS quantity, %L::promise.due AS due', item, due), ', ' || terms))) AS of_query
FROM term, unnest('{CAN,LID,POT}'::text[]) AS item, unnest('{NULL,2026-12-01,2026-12-07}'::text[]) AS due;
SELECT item, due, string_agg(terms, ', ' ORDER BY terms) AS terms, of_quote FROM answer GROUP BY item, due, of_quote ORDER BY item, due NULLS FIRST, 3 NULLS FIRST;
SELECT * FROM answer WHERE of_lines <> of_quote OR of_query <> of_quote;

-- together
SELECT item, available_at, detail FROM promise.quote_lines(ARRAY[promise.request('CAN', 1), promise.request('CAN', 1)], true, after => '2026-12-02');
SELECT item, available_at, on_time, detail FROM promise.quote_lines(ARRAY[promise.request('CAN', 1, '2026-12-01')], true, after => '2026-12-03');
SELECT item, available_at FROM promise.quote_lines(ARRAY[promise.request('CAN', 2), promise.request('CAN', 2)], true, exclude => '{SO 1}');
-- explanations, plans and pictures
SELECT promise.explain('CAN', 6, '2026-12-01', ship_complete => true);
SELECT promise.explain('CAN', 6, '2026-12-01', part_minimum => 2) LIMIT 3;
SELECT promise.explain('LID', 6, effort => 0) LIMIT 3;
SELECT kind, item, quantity, start_at, end_at FROM promise.plan('LID', 6, effort => 0);
SELECT promise.gantt('LID', 6, effort => 0, width => 60);

-- who asks, and at what price: each line is held against the guidelines by itself
SAVEPOINT p;
INSERT INTO promise.customer (customer, customer_group) VALUES ('Ada', 'dealers');
INSERT INTO promise.policy (policy, lead_time) VALUES ('standard', '2 days');
INSERT INTO promise.policy (policy, customer_group, lead_time, maximum_quantity) VALUES ('dealers', 'dealers', '1 day', 5);
INSERT INTO promise.policy (policy, minimum_margin) VALUES ('margin', 20);
CREATE FUNCTION pg_temp.lines(customer text) RETURNS TABLE (ref text, kind text, quantity numeric, available_at timestamptz, reason promise.reason, detail text)
LANGUAGE sql AS $$
	SELECT ref, kind, quantity, available_at, reason, detail FROM promise.quote_lines(ARRAY[promise.request('POT', 1, '2026-12-01', NULL, 'a'),
		promise.request('POT', 3, '2026-12-03', NULL, 'b'), promise.request('CAN', 8, '2026-12-07', NULL, 'c'), promise.request('POT', 9, NULL, NULL, 'd')],
		customer => customer)
$$;
SELECT * FROM pg_temp.lines(NULL);
SELECT * FROM pg_temp.lines('Ada');
SELECT ref, quantity, reason, detail FROM promise.quote_query($$SELECT * FROM (VALUES ('a', 'POT', 1, '2026-12-01'::promise.due, 'Ada', NULL, NULL),
	('b', 'POT', 1, '2026-12-03', NULL, NULL, NULL), ('c', 'CAN', 1, '2026-12-07', 'Ada', 10, 9)) AS t (ref, item, quantity, due, customer, price, cost)$$);
SELECT quantity, reason, detail FROM promise.quote_lines(ARRAY[promise.request('POT', 1, '2026-12-01'), promise.request('CAN', 6, '2026-12-07')], true, customer => 'Ada');
SELECT promise.explain('POT', 6, '2026-12-07', customer => 'Ada', price => 10, cost => 9);
ROLLBACK TO p;

-- what is no argument
SAVEPOINT s;
SELECT promise.plan('LID', 6, effort => -1); ROLLBACK TO s;
SELECT promise.gantt('LID', 6, effort => -1); ROLLBACK TO s;
SELECT promise.explain('LID', 6, parts_max => 0); ROLLBACK TO s;
SELECT promise.quote_lines('{}', parts_max => 0); ROLLBACK TO s;
SELECT promise.quote_lines('{}', part_minimum => 0); ROLLBACK TO s;
SELECT promise.quote_query('SELECT 1', after => 'infinity'); ROLLBACK TO s;
SELECT promise.quote_query('SELECT 1', objective => 'best'); ROLLBACK TO s;
SELECT promise.commit('x', 'LID', 1, NULL, placement => 'best'); ROLLBACK TO s;
ROLLBACK;
