/*
 * same_answer: the same data and the same question give the same answer,
 * whatever the session's settings, the plans, and the order of the rows.
 */
\pset null '-'
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- a network with many ties: few days, few quantities
SELECT setseed(0.4);
INSERT INTO promise.location (location, zone, priority) VALUES
	('main', 'Europe/Berlin', 0), ('east', 'America/New_York', 1), ('west', NULL, 1);
INSERT INTO promise.supply (item, location, at, quantity, ref, for_ref, expires_at)
SELECT i::text, l,
	   CASE WHEN n = 1 THEN '-infinity'
			ELSE timestamptz '2026-11-18 12:00+00' + floor(random() * 20) * interval '24 hours' END,
	   5 * ceil(random() * 3), 'PO-' || i || l || n,
	   CASE WHEN random() < 0.1 THEN 'SO-' || i || l || 2 END,
	   CASE WHEN i % 5 = 0 THEN timestamptz '2026-12-05 00:00+00' + floor(random() * 5) * interval '24 hours' END
FROM generate_series(1, 24) AS i, unnest('{main,east,west}'::text[]) AS l, generate_series(1, 7) AS n
WHERE random() < 0.7;
INSERT INTO promise.commitment (ref, item, location, at, quantity)
SELECT 'SO-' || i || l || n, i::text, l,
	   timestamptz '2026-11-20 12:00+00' + floor(random() * 15) * interval '24 hours',
	   ceil(random() * 3) * 4
FROM generate_series(1, 24) AS i, unnest('{main,east,west}'::text[]) AS l, generate_series(1, 5) AS n
WHERE random() < 0.7;
INSERT INTO promise.stocking (item, location, safety_stock, horizon, replenishment_lead_time)
SELECT i::text, 'main', 2, CASE WHEN i % 3 = 0 THEN interval '12 days' END,
	   CASE WHEN i % 4 = 0 THEN interval '9 days' END
FROM generate_series(1, 24, 2) AS i;

-- half of the items are made or bought in two ways that differ in little but their names, on machines that are alike
INSERT INTO promise.resource (resource, calendar, pool) VALUES
	('mill', NULL, NULL), ('mill 1', 'Europe/Berlin; Mon-Fri 08:00-16:00', 'mill'), ('mill 2', 'Europe/Berlin; Mon-Fri 08:00-16:00', 'mill');
INSERT INTO promise.source (source, item, location, kind, lead_time, cost, currency, lot_multiple)
SELECT concat_ws(' ', kind, i, l, n), i::text, l, kind, CASE kind WHEN 'buy' THEN interval '3 days' ELSE '0' END, 1 + i % 2, 'EUR', 1 + i % 3
FROM generate_series(1, 12) AS i, unnest('{main,east}'::text[]) AS l, generate_series(1, 2) AS n,
	 unnest('{make,buy}'::text[]) AS kind
WHERE kind = CASE WHEN i % 4 = 0 THEN 'buy' ELSE 'make' END;
INSERT INTO promise.component (source, item, quantity)
SELECT source, (item::integer + k)::text, 1 FROM promise.source, unnest('{12,11}'::integer[]) AS k
WHERE kind = 'make' AND (k = 12 OR item::integer % 3 = 2);
INSERT INTO promise.step (source, step, resource, run)
SELECT source, step, 'mill', interval '1 hour' FROM promise.source, unnest('{1,2}'::integer[]) AS step WHERE kind = 'make';

-- and a business's own table, by local dates
CREATE TABLE public.order_line (
	id integer PRIMARY KEY, product integer, warehouse varchar(10), ship_on date,
	ordered integer, delivered integer);
INSERT INTO public.order_line
SELECT 1000 + i, i % 24 + 1, CASE WHEN i % 3 = 0 THEN 'east' ELSE 'main' END,
	   date '2026-11-25' + i % 7, i % 6 + 1, i % 2
FROM generate_series(1, 60) AS i;
CREATE INDEX ON public.order_line (product);
SELECT promise.map('demand', 'public.order_line', item => 'product', location => 'warehouse',
	at => 'ship_on', quantity => 'ordered - delivered', ref => $$'L' || id$$,
	filter => 'ordered > delivered');

CREATE TABLE public.ask (n integer PRIMARY KEY, item text, quantity numeric, due date);
INSERT INTO public.ask
SELECT n, (n % 25 + 1)::text, 3 + n % 4 * 9, CASE WHEN n % 3 > 0 THEN date '2026-11-26' + n % 9 END
FROM generate_series(1, 50) AS n;

/*
 * Every question, with instants as numbers, since their text may depend on the
 * session.  Names are bound here, so that what a hostile search_path does is
 * done to the extension and not to the test.
 */
CREATE FUNCTION public.answers() RETURNS TABLE (question text, answer text)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'earliest', string_agg(concat(n, ':', extract(epoch FROM promise.earliest(item, quantity))), ' ' ORDER BY n)
	FROM public.ask
	UNION ALL
	SELECT 'feasible', string_agg(concat(n, promise.feasible(item, quantity, due)), ' ' ORDER BY n)
	FROM public.ask
	UNION ALL
	SELECT 'windows', string_agg(concat(n, ':', extract(epoch FROM lower(w)), '-', extract(epoch FROM upper(w))), ' ' ORDER BY n, w)
	FROM public.ask, unnest(promise.windows(item, quantity, NULL)) AS w
	UNION ALL
	SELECT 'quote', string_agg(concat_ws(',', n, option, part, kind, o.item, location, o.quantity,
		extract(epoch FROM available_at), extract(epoch FROM o.due), on_time, reason, detail,
		extract(epoch FROM valid_until), cost, currency), E'\n' ORDER BY n, option, part)
	FROM public.ask AS a, promise.quote(a.item, a.quantity, a.due) AS o
	UNION ALL
	SELECT 'plan', string_agg(concat_ws(',', n, "row", parent, kind, p.item, location, source, step, resource, p.quantity,
		extract(epoch FROM start_at), extract(epoch FROM end_at), reason, detail), E'\n' ORDER BY n, "row")
	FROM public.ask AS a, promise.plan(a.item, a.quantity, a.due) AS p
	UNION ALL
	SELECT 'quote_lines', string_agg(concat_ws(',', ref, option, part, kind, item, location, quantity,
		extract(epoch FROM available_at), on_time, reason, detail), E'\n' ORDER BY ref, option, part)
	FROM promise.quote_lines(ARRAY(SELECT promise.request(item, quantity, due, ref => n::text) FROM public.ask ORDER BY n))
	UNION ALL
	SELECT 'together', string_agg(concat_ws(',', ref, option, part, kind, item, location, quantity,
		extract(epoch FROM available_at), on_time, reason, detail), E'\n' ORDER BY ref, option, part)
	FROM promise.quote_lines(ARRAY(SELECT promise.request(item, 1, due, ref => n::text)
								   FROM public.ask WHERE n <= 5 ORDER BY n), true)
	UNION ALL
	SELECT 'quote_query', string_agg(concat_ws(',', ref, option, part, kind, item, location, quantity,
		extract(epoch FROM available_at), on_time, reason, detail), E'\n' ORDER BY ref, option, part)
	FROM promise.quote_query('SELECT item, quantity, due, n AS ref FROM public.ask ORDER BY n')
	UNION ALL
	SELECT 'explain', string_agg(e, E'\n' ORDER BY n, r)
	FROM public.ask AS a, promise.explain(a.item, a.quantity, a.due) WITH ORDINALITY AS e (e, r)
	UNION ALL
	SELECT 'chart', string_agg(c, E'\n' ORDER BY n, r)
	FROM generate_series(1, 24, 5) AS n, promise.chart(n::text, 'main') WITH ORDINALITY AS c (c, r)
	UNION ALL
	SELECT 'availability', string_agg(concat_ws(',', n, extract(epoch FROM at), supply, demand, balance, atp, location_name), E'\n'
		ORDER BY n, location_name, at)
	FROM generate_series(1, 24) AS n, promise.availability(n::text)
	UNION ALL
	SELECT 'events', string_agg(concat_ws(',', extract(epoch FROM at), quantity, ref, kind, for_ref, relation, role), E'\n'
		ORDER BY n, r)
	FROM generate_series(1, 24) AS n,
		 promise.events(n::text) WITH ORDINALITY AS e (item, location, at, quantity, ref, kind, for_ref, relation, role, expires_at, priority, accepted_at, r)
	UNION ALL
	SELECT 'check_balance', string_agg(concat_ws(',', n, extract(epoch FROM at), balance, required), E'\n' ORDER BY n, at)
	FROM public.ask AS a, promise.check_balance(a.item, a.quantity);
END;

CREATE TABLE public.seen (setting text, question text, answer text);
CREATE FUNCTION public.look(setting text) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO public.seen SELECT look.setting, a.question, a.answer FROM public.answers() AS a;
END;

SET promise.clock = '2026-11-22 08:17+00';
SET promise.timezone = 'Asia/Kolkata';
SELECT public.look('as it is');
SELECT question, length(answer) > 100 AS says_something FROM public.seen;

-- TimeZone and DateStyle
SET timezone = 'Asia/Tokyo';
SELECT public.look('Tokyo');
SET timezone = 'America/St_Johns';
SET datestyle = 'SQL, DMY';
SELECT public.look('St. Johns, day first');
SET datestyle = 'German';
SET intervalstyle = 'iso_8601';
SELECT public.look('German');
SET datestyle = 'ISO, YMD';
RESET intervalstyle;
SET timezone = 'UTC';
SET extra_float_digits = -15;
SET bytea_output = 'escape';
SET standard_conforming_strings = off;
SET quote_all_identifiers = on;
SET transform_null_equals = on;
SELECT public.look('settings of text');
RESET extra_float_digits;
RESET bytea_output;
RESET standard_conforming_strings;
RESET quote_all_identifiers;
RESET transform_null_equals;

-- a search_path in which everything is something else
CREATE SCHEMA evil;
CREATE FUNCTION evil.no(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN false;
CREATE FUNCTION evil.no(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN false;
CREATE FUNCTION evil.no(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN false;
CREATE FUNCTION evil.no(numeric, numeric) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN false;
CREATE FUNCTION evil.seven(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN 7;
CREATE FUNCTION evil.seven(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN 7;
CREATE FUNCTION evil.never(timestamptz, interval) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN 'infinity'::timestamptz;
CREATE FUNCTION evil.x(text, integer) RETURNS text LANGUAGE sql IMMUTABLE RETURN 'x';
CREATE OPERATOR evil.= (FUNCTION = evil.no, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR evil.= (FUNCTION = evil.no, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR evil.< (FUNCTION = evil.no, LEFTARG = timestamptz, RIGHTARG = timestamptz);
CREATE OPERATOR evil.< (FUNCTION = evil.no, LEFTARG = numeric, RIGHTARG = numeric);
CREATE OPERATOR evil.> (FUNCTION = evil.no, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR evil.> (FUNCTION = evil.no, LEFTARG = numeric, RIGHTARG = numeric);
CREATE OPERATOR evil.- (FUNCTION = evil.seven, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR evil.- (FUNCTION = evil.seven, LEFTARG = numeric, RIGHTARG = numeric);
CREATE OPERATOR evil.+ (FUNCTION = evil.never, LEFTARG = timestamptz, RIGHTARG = interval);
CREATE OPERATOR evil.|| (FUNCTION = evil.x, LEFTARG = text, RIGHTARG = integer);
CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN '2000-01-01 00:00+00'::timestamptz;
CREATE FUNCTION evil.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $1[1] WHERE false';
CREATE FUNCTION evil.round(numeric, integer) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN 0.0;
CREATE DOMAIN evil.numeric AS pg_catalog.int2;
CREATE DOMAIN evil.text AS pg_catalog.varchar(1);
CREATE DOMAIN evil.timestamptz AS pg_catalog.date;
CREATE TABLE evil.supply (LIKE promise.supply);
CREATE TABLE evil.order_line (LIKE public.order_line);
CREATE AGGREGATE evil.sum(numeric) (SFUNC = numeric_sub, STYPE = pg_catalog.numeric);
SET search_path = evil, pg_catalog, public, promise;
SELECT public.look('hostile search_path');
SET search_path = '';
SELECT public.look('no search_path');
RESET search_path;
-- the same where the session begins with it
SELECT pg_catalog.current_database() AS db \gset
ALTER DATABASE :db SET search_path = evil, pg_catalog, public, promise;
\c -
SET timezone = 'UTC';
SET promise.clock = '2026-11-22 08:17+00';
SET promise.timezone = 'Asia/Kolkata';
SELECT 2 - 1 AS seven;
SELECT public.look('hostile from the start');
SELECT pg_catalog.current_database() AS db \gset
ALTER DATABASE :db RESET search_path;
\c -
\pset null '-'
SET client_min_messages = warning;
DROP SCHEMA evil CASCADE;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';
SET promise.timezone = 'Asia/Kolkata';
SELECT public.look('another session');

-- plans; what is forbidden only costs much, which is no reason to compile
SET jit = off;
SET enable_seqscan = off;
SELECT public.look('no sequential scans');
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT public.look('bitmaps');
SET enable_bitmapscan = off;
SET enable_seqscan = on;
\c -
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';
SET promise.timezone = 'Asia/Kolkata';
SET jit = off;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SET enable_hashjoin = off;
SET enable_nestloop = off;
SELECT public.look('sequential scans, merge joins');
RESET ALL;
\c -
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';
SET promise.timezone = 'Asia/Kolkata';
SELECT set_config(name, 'on', false) FROM pg_settings
WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
SET jit = off;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET min_parallel_index_scan_size = 0;
SET parallel_leader_participation = off;
SELECT public.look('parallel');
SET plan_cache_mode = force_custom_plan;
SELECT public.look('custom plans');
SET plan_cache_mode = force_generic_plan;
SELECT public.look('generic plans');
SET work_mem = '64kB';
SELECT public.look('little memory');
RESET ALL;

-- the order of the rows
\c -
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET promise.clock = '2026-11-22 08:17+00';
SET promise.timezone = 'Asia/Kolkata';
CREATE FUNCTION public.shuffle(key text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY '{promise.supply,promise.commitment,promise.stocking,promise.location,promise.resource,promise.source,promise.component,promise.step,public.order_line}'::text[] LOOP
		EXECUTE format('CREATE TEMP TABLE kept AS SELECT * FROM %s', name);
		EXECUTE format('DELETE FROM %s', name);
		EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM kept AS k ORDER BY %3$s', name,
					   (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
						FROM pg_attribute AS a
						WHERE a.attrelid = name::regclass AND a.attnum > 0
						  AND NOT a.attisdropped AND a.attgenerated = ''), key);
		DROP TABLE kept;
	END LOOP;
END
$$;
SELECT public.shuffle('md5(k::text)');
SELECT public.look('shuffled');
SELECT public.shuffle('reverse(k::text)');
VACUUM promise.supply, promise.commitment, public.order_line;
SELECT public.look('shuffled again, and vacuumed');
CLUSTER promise.supply USING supply_item;
CLUSTER promise.commitment USING commitment_pkey;
SELECT public.look('clustered');
ANALYZE promise.supply, promise.commitment, public.order_line;
SELECT public.look('analyzed');

-- every answer is the same
SELECT count(DISTINCT setting) AS settings, count(DISTINCT question) AS questions FROM public.seen;
SELECT question, kind, count(*) > 0 AS planned
FROM public.seen, unnest('{make,buy,parts}'::text[]) AS kind, string_to_table(answer, E'\n') AS line
WHERE setting = 'as it is' AND question IN ('quote', 'quote_query') AND line LIKE '%,' || kind || ',%'
GROUP BY question, kind ORDER BY question, kind;
SELECT setting, question
FROM public.seen AS s
WHERE answer IS DISTINCT FROM (SELECT answer FROM public.seen AS f
							   WHERE f.setting = 'as it is' AND f.question = s.question)
ORDER BY setting, question;
-- but another question is answered otherwise: the comparison sees something
SET promise.clock = '2026-11-24 08:17+00';
SELECT public.look('another day');
SELECT count(*) > 5 AS differ
FROM public.seen AS a JOIN public.seen AS b USING (question)
WHERE a.setting = 'as it is' AND b.setting = 'another day' AND a.answer <> b.answer;

SELECT promise.unmap('demand', 'public.order_line');
DROP FUNCTION public.look, public.answers, public.shuffle;
DROP TABLE public.order_line, public.ask, public.seen;
DELETE FROM promise.supply;
DELETE FROM promise.commitment;
DELETE FROM promise.stocking;
DELETE FROM promise.location;
DELETE FROM promise.source;
DELETE FROM promise.component;
DELETE FROM promise.step;
DELETE FROM promise.resource;
