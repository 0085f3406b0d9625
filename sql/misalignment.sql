/*
 * Where more is promised than is delivered: the statistics against known figures and
 * naive references, then patterns that were planted, and noise without any.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'UTC';
SET promise.clock = '2026-07-01 08:00+00';

-- Fisher's own figures: the lady who tastes tea (1 of 70, 17 of 70), and the twins of convicts
SELECT promise.fisher(4, 4, 0, 4) * 70 AS all_cups, promise.fisher(3, 4, 1, 4) * 70 AS three_cups,
	round(promise.fisher(10, 13, 2, 17)::numeric, 7) AS twins;
-- nothing to compare with, everything alike, and what is too small for a number
SELECT promise.fisher(0, 0, 0, 0) AS nothing, promise.fisher(3, 3, 0, 0) AS no_rest, promise.fisher(0, 9, 9, 9) AS fewest,
	promise.fisher(9, 9, 9, 9) AS all_of_them, promise.fisher(50000, 50000, 0, 50000) AS impossible;
\set SHOW_CONTEXT never
SELECT promise.fisher(5, 4, 0, 4);
SELECT promise.fisher(1, 4, -1, 4);

-- all tables of up to nine and nine lines, against binomial coefficients
WITH choose AS (
	SELECT n, k, factorial(n) / (factorial(k) * factorial(n - k)) AS ways
	FROM generate_series(0, 18) AS n, generate_series(0, n) AS k
), tested AS (
	SELECT hits, lines, rest_hits, rest, sum(c.ways * d.ways) / min(e.ways) AS exact
	FROM generate_series(0, 9) AS lines, generate_series(0, 9) AS rest, generate_series(0, lines) AS hits, generate_series(0, rest) AS rest_hits,
		choose AS c, choose AS d, choose AS e
	WHERE c.n = lines AND c.k >= hits AND d.n = rest AND c.k + d.k = hits + rest_hits AND e.n = lines + rest AND e.k = hits + rest_hits
	GROUP BY hits, lines, rest_hits, rest
)
SELECT count(*) AS tables, count(*) FILTER (WHERE abs(promise.fisher(hits, lines, rest_hits, rest) - exact::float8) > 1e-14) AS wrong FROM tested;
-- and larger ones by logarithms of factorials, with all their digits
WITH factor AS MATERIALIZED (
	SELECT n, sum(CASE WHEN n = 0 THEN 0 ELSE ln(n::numeric) END) OVER (ORDER BY n) AS log FROM generate_series(0, 6000) AS n
), asked (hits, lines, rest_hits, rest) AS (
	VALUES (40, 200, 600, 5800), (700, 2000, 1300, 4000), (30, 30, 600, 5000), (1, 300, 3, 900), (600, 3000, 640, 3000), (3, 40, 5, 60)
), tail AS (
	SELECT a.*, exp(sum(f.log * s.sign)) AS probability
	FROM asked AS a, generate_series(hits, least(lines, hits + rest_hits)) AS k,
		LATERAL (VALUES (lines, 1), (rest, 1), (hits + rest_hits, 1), (lines + rest - hits - rest_hits, 1), (lines + rest, -1),
			(k, -1), (lines - k, -1), (hits + rest_hits - k, -1), (rest - hits - rest_hits + k, -1)) AS s (n, sign)
	JOIN factor AS f ON f.n = s.n
	GROUP BY a.hits, a.lines, a.rest_hits, a.rest, k
)
SELECT hits, lines, rest_hits, rest, round(promise.fisher(hits, lines, rest_hits, rest)::numeric, 12) AS p,
	abs(promise.fisher(hits, lines, rest_hits, rest)::numeric - sum(probability)) < 1e-12 AS right
FROM tail GROUP BY hits, lines, rest_hits, rest ORDER BY p;

-- the example of Benjamini and Hochberg: of 15 hypotheses four are rejected at 0.05
SELECT p, q::numeric(6, 5)
FROM unnest(ARRAY[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1],
	promise.q_values(ARRAY[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1])) AS u (p, q);
SELECT promise.q_values('{}'), promise.q_values(NULL), promise.q_values('{0.5,0.01,0.01}');
-- the procedure in their words: the largest i with p(i) <= i q / m, and all before it
WITH given AS (
	SELECT s, array_agg((('x' || substr(md5(s || '/' || i), 1, 8))::bit(32)::bigint & 63) / 640.0::float8) AS ps
	FROM generate_series(1, 60) AS s, generate_series(1, 1 + s % 20) AS i GROUP BY s
), place AS (
	SELECT s, u.p, u.q, row_number() OVER (PARTITION BY s ORDER BY u.p) AS i, count(*) OVER (PARTITION BY s) AS m
	FROM given, unnest(ps, promise.q_values(ps)) AS u (p, q)
)
SELECT level, count(*) FILTER (WHERE q <= level) AS found,
	count(*) FILTER (WHERE (q <= level) <> (i <= (SELECT COALESCE(max(o.i), 0) FROM place AS o WHERE o.s = place.s AND o.p * m <= o.i * level))) AS otherwise
FROM place, (VALUES (0.02), (0.05), (0.11)) AS v (level) GROUP BY level ORDER BY level;

-- Rao and Scott: sums over clusters say the same as their residuals, one by one; at least 1, and without a variance a cluster is worth one
WITH cluster AS (
	SELECT s, 1 + (('x' || substr(md5(s || '/' || i), 1, 4))::bit(16)::integer % 9) AS n, (('x' || substr(md5(s || '/' || i), 5, 4))::bit(16)::integer % 10) AS k
	FROM generate_series(1, 200) AS s, generate_series(1, 1 + s % 12) AS i
), part AS (
	SELECT s, n::numeric AS n, least(k, n)::numeric AS k FROM cluster
), total AS (
	SELECT s, count(*) AS m, sum(n) AS n, sum(k) AS k, promise.design_effect(count(*), sum(n), sum(k), sum(n * n), sum(k * n), sum(k * k)) AS effect
	FROM part GROUP BY s
), plain AS (
	SELECT t.s, t.effect, CASE WHEN t.m = 1 OR t.k IN (0, t.n) THEN t.n / t.m
		ELSE greatest(1, t.n * (t.m / (t.m - 1.0) * sum((p.k - p.n * t.k / t.n) ^ 2) / t.n ^ 2) / (t.k / t.n * (1 - t.k / t.n))) END AS wanted
	FROM total AS t JOIN part AS p ON p.s = t.s GROUP BY t.s, t.m, t.n, t.k, t.effect
)
SELECT count(*) AS sets, count(*) FILTER (WHERE effect > 1) AS clustered, count(*) FILTER (WHERE abs(effect - wanted) > 1e-9) AS wrong FROM plain;
SELECT promise.design_effect(0, 0, 0, 0, 0, 0) AS nothing, promise.design_effect(1, 12, 5, 144, 60, 25) AS one_day,
	promise.design_effect(4, 12, 12, 36, 36, 36) AS all_of_them, promise.design_effect(4, 12, 6, 36, 18, 18) AS whole_days;

/*
 * Lines of six months.  "chance" is a number between 0 and 1 that is the same
 * wherever the test runs; a line is broken if it is below the risk of the line.
 */
CREATE FUNCTION public.chance(what text) RETURNS float8 IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
	$$ SELECT ('x' || substr(md5(what), 1, 8))::bit(32)::bigint / 4294967296.0::float8 $$;
CREATE TABLE public.drawn AS
	SELECT n, seller, item, site, quantity, currency, given_at, given_at + lead + interval '3 hours' AS due
	FROM generate_series(1, 2400) AS n,
		LATERAL (SELECT (ARRAY['Ann', 'Bob', 'Cleo', 'Dan', 'Eve'])[1 + n % 5] AS seller,
						'item ' || 1 + (chance('item' || n) * 12)::integer AS item,
						(ARRAY['Ulm', 'Kiel', 'Jena'])[1 + (chance('site' || n) * 3)::integer % 3] AS site,
						1 + (chance('quantity' || n) ^ 4 * 60)::integer AS quantity,
						CASE WHEN chance('currency' || n) < 0.3 THEN 'USD' ELSE 'EUR' END AS currency,
						timestamptz '2026-01-01 12:00+00' + n % 150 * interval '1 day' AS given_at,
						(chance('lead' || n) ^ 3 * 25)::integer * interval '1 day' AS lead) AS d;
CREATE FUNCTION public.sell(seed text, risk text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM promise.commitment;
	EXECUTE format('INSERT INTO promise.commitment (ref, item, location, at, quantity, requested_at, requested_quantity, accepted_at,
									delivered_at, seller, price, cost, currency)
		SELECT to_char(n, ''FM0000''), item, site, due, 0, due, quantity, given_at,
			due + CASE WHEN chance(%L || n) < %s THEN interval ''1 day'' ELSE interval ''-1 hour'' END, seller, 10, 6, currency
		FROM drawn', seed, risk);
END $$;

-- noise: everything is broken in one of six cases, whoever sells it
SELECT public.sell('d', '1 / 6.0');
SELECT count(*), count(*) FILTER (WHERE NOT first_kept) AS broken FROM promise.scoreboard_lines();
SELECT * FROM promise.misalignments();
SELECT * FROM promise.misalignments('{item,seller,site,weekday,weekday_given,size,lead_time,channel,customer,team,resource}');
-- one look at a time would have found something
SELECT grouped_by, name, lines, broken, p_value, q_value, looks FROM promise.misalignments(level => NULL) WHERE currency = 'EUR' AND p_value < 0.05;
-- in 100 other data sets, too: at most five in a hundred may have a pattern, and a look at 0.05 would have had one in most
WITH line AS MATERIALIZED (
	SELECT s, n, d.seller, d.item, d.site, public.chance(s || '/' || n) < 1 / 6.0 AS broken
	FROM generate_series(1, 100) AS s, public.drawn AS d WHERE n <= 900
), pattern AS (
	SELECT s, COALESCE(seller, item, site) AS name, count(*) AS lines, count(*) FILTER (WHERE broken) AS broken
	FROM line GROUP BY GROUPING SETS ((s, seller), (s, item), (s, site))
), tested AS (
	SELECT p.s, array_agg(promise.fisher(p.broken, p.lines, e.broken - p.broken, 900 - p.lines)) AS ps
	FROM pattern AS p JOIN (SELECT s, count(*) FILTER (WHERE broken) AS broken FROM line GROUP BY s) AS e ON e.s = p.s
	GROUP BY p.s
)
SELECT count(*) AS sets, count(*) FILTER (WHERE 0.05 > ANY (ps)) AS would_blame, count(*) FILTER (WHERE 0.05 >= ANY (promise.q_values(ps))) AS blame
FROM tested;

/*
 * Bad days: on one day in 25 nearly everything is late, whoever sold it.  Counted by
 * orders, somebody or some weekday is blamed for that in every other of 40 data sets; taken together by
 * days, at most 5 percent of them may blame anybody.  Bob, who does break more, is found.
 */
CREATE FUNCTION public.judge(data_sets integer, bob float8) RETURNS TABLE (sets bigint, by_orders bigint, by_days bigint, bob_by_orders bigint, bob_by_days bigint) LANGUAGE sql SET jit = off AS $$
WITH line AS MATERIALIZED (
	SELECT s, due::date AS day, d.seller, d.item, d.site, to_char(due, 'FMDay') AS weekday,
		chance(s || '/' || n) < CASE WHEN chance(s || ' storm ' || due::date) < 0.04 THEN 0.9 ELSE 0.12 END
			+ CASE WHEN d.seller = 'Bob' THEN bob ELSE 0 END AS broken
	FROM generate_series(1, data_sets) AS s, public.drawn AS d
), cluster AS (
	SELECT s, day, count(*)::numeric AS n, count(*) FILTER (WHERE broken)::numeric AS k FROM line GROUP BY s, day
), inside AS (
	SELECT s, COALESCE(seller, item, site, weekday) AS name, day, count(*)::numeric AS n, count(*) FILTER (WHERE broken)::numeric AS k
	FROM line GROUP BY GROUPING SETS ((s, seller, day), (s, item, day), (s, site, day), (s, weekday, day))
), side AS (
	SELECT p.s, p.name, w.is_in, CASE WHEN w.is_in THEN COALESCE(i.n, 0) ELSE c.n - COALESCE(i.n, 0) END AS n,
		CASE WHEN w.is_in THEN COALESCE(i.k, 0) ELSE c.k - COALESCE(i.k, 0) END AS k
	FROM (SELECT DISTINCT s, name FROM inside) AS p JOIN cluster AS c ON c.s = p.s CROSS JOIN (VALUES (true), (false)) AS w (is_in)
	LEFT JOIN inside AS i ON i.s = p.s AND i.name = p.name AND i.day = c.day
), worth AS (
	SELECT s, name, is_in, sum(n) AS n, sum(k) AS k, promise.design_effect(count(*), sum(n), sum(k), sum(n * n), sum(k * n), sum(k * k)) AS d
	FROM side WHERE n > 0 GROUP BY s, name, is_in
), tested AS (
	SELECT a.s, array_agg(a.name) AS names, array_agg(promise.fisher(a.k::bigint, a.n::bigint, b.k::bigint, b.n::bigint)) AS by_orders,
		array_agg(promise.fisher(floor(a.k / a.d)::bigint, ceil(a.n / a.d)::bigint, ceil(b.k / b.d)::bigint, floor(b.n / b.d)::bigint)) AS by_days
	FROM worth AS a JOIN worth AS b ON b.s = a.s AND b.name = a.name AND a.is_in AND NOT b.is_in
	GROUP BY a.s
), judged AS (
	SELECT s, names, promise.q_values(by_orders) AS by_orders, promise.q_values(by_days) AS by_days FROM tested
)
SELECT count(*), count(*) FILTER (WHERE 0.05 >= ANY (by_orders)), count(*) FILTER (WHERE 0.05 >= ANY (by_days)),
	count(*) FILTER (WHERE by_orders[array_position(names, 'Bob')] <= 0.05), count(*) FILTER (WHERE by_days[array_position(names, 'Bob')] <= 0.05)
FROM judged
$$;
SELECT * FROM public.judge(40, 0);
SELECT * FROM public.judge(10, 0.2);
DROP FUNCTION public.judge;

-- Bob breaks more, and what is promised for a Monday is
SELECT public.sell('planted', '1 / 6.0 + CASE WHEN seller = ''Bob'' THEN 0.2 ELSE 0 END + CASE WHEN extract(isodow FROM due) = 1 THEN 0.2 ELSE 0 END');
SELECT currency, rank, grouped_by, name, lost, promised, broken_value, lines, broken, looks, examples FROM promise.misalignments();
SELECT name, share, share_low, share_high, rest_lines, rest_share, p_value, q_value FROM promise.misalignments() WHERE currency = 'EUR';
SELECT DISTINCT name FROM promise.misalignments('{weekday_given,size}');
SELECT DISTINCT name FROM promise.misalignments('{seller,seller,NULL}');

-- two properties together: what Bob promises for Mondays is the worst
SELECT rank, name, lines, broken FROM promise.misalignments('{seller+weekday}') WHERE currency = 'EUR';
SELECT count(*) AS patterns, sum(m.lines) AS lines, sum(m.broken) AS broken, count(*) FILTER (WHERE (m.lines, m.broken) IS DISTINCT FROM (o.lines, o.broken)) AS otherwise
FROM promise.misalignments('{weekday+seller+weekday}', minimum => 1, level => NULL) AS m
LEFT JOIN (SELECT to_char(c.at, 'FMDay') || ', ' || c.seller AS name, count(*) AS lines, count(*) FILTER (WHERE c.delivered_at > c.at) AS broken
	FROM promise.commitment AS c GROUP BY 1) AS o ON o.name = m.name
WHERE m.currency = 'EUR';

SELECT promise.with_pairs('{seller,size,weekday}'), promise.with_pairs('{seller}'), promise.with_pairs('{}'), promise.with_pairs(NULL);
SELECT rank, grouped_by, name, looks FROM promise.misalignments(promise.with_pairs('{seller,weekday,site}')) WHERE currency = 'EUR';

-- all patterns, counted and valued otherwise, one by one
WITH line AS (
	SELECT d.*, c.delivered_at > c.at AS broken, to_char(d.due, 'FMDay') AS weekday, d.due::date - d.given_at::date AS days,
		d.quantity / (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY m.quantity) FROM public.drawn AS m WHERE m.item = d.item)::numeric AS size
	FROM public.drawn AS d JOIN promise.commitment AS c ON c.ref = to_char(d.n, 'FM0000')
), plain AS (
	SELECT CASE WHEN grouping(seller) = 0 THEN 'seller' WHEN grouping(item) = 0 THEN 'item' WHEN grouping(site) = 0 THEN 'site'
			WHEN grouping(weekday) = 0 THEN 'weekday' WHEN grouping(days) = 0 THEN 'lead_time' ELSE 'size' END AS grouped_by,
		COALESCE(seller, item, site, weekday, days, size) AS name, currency,
		sum(10 * quantity) AS promised, COALESCE(sum(10 * quantity) FILTER (WHERE broken), 0) AS broken_value,
		count(*) AS lines, count(*) FILTER (WHERE broken) AS broken
	FROM (SELECT seller, item, site, weekday, currency, quantity, broken,
			CASE WHEN days <= 1 THEN 'up to 1 day' WHEN days <= 7 THEN '2 to 7 days' WHEN days <= 14 THEN '8 to 14 days' ELSE '15 to 30 days' END AS days,
			CASE WHEN size < 0.5 THEN 'under half of the usual' WHEN size <= 2 THEN 'half to 2 times the usual'
				WHEN size <= 5 THEN '2 to 5 times the usual' ELSE 'over 5 times the usual' END AS size
		FROM line) AS l
	GROUP BY GROUPING SETS ((seller, currency), (item, currency), (site, currency), (weekday, currency), (days, currency), (size, currency))
), wanted AS (
	SELECT p.currency, p.grouped_by, p.name, p.promised, p.broken_value, g.lines, g.broken,
		round(p.broken_value - (e.broken - g.broken)::numeric / (e.lines - g.lines) * p.promised, 2) AS lost
	FROM plain AS p
	JOIN (SELECT grouped_by, name, sum(lines) AS lines, sum(broken) AS broken FROM plain GROUP BY 1, 2) AS g USING (grouped_by, name)
	CROSS JOIN (SELECT count(*) AS lines, count(*) FILTER (WHERE broken) AS broken FROM line) AS e
	WHERE g.lines >= 30 AND e.lines - g.lines >= 30
), got AS (
	SELECT currency, grouped_by, name, promised, broken_value, lines, broken, lost FROM promise.misalignments(level => NULL)
)
SELECT (SELECT count(*) FROM got) AS got, (SELECT count(*) FROM (TABLE got EXCEPT TABLE wanted) AS d) AS not_wanted,
	(SELECT count(*) FROM (TABLE wanted EXCEPT TABLE got) AS d) AS not_got;
SELECT count(*) AS ranked_wrong
FROM promise.misalignments(level => NULL) AS a JOIN promise.misalignments(level => NULL) AS b
	ON b.currency = a.currency AND b.lost > a.lost AND b.rank >= a.rank;
SELECT count(*) AS wrong FROM promise.misalignments(level => NULL) AS f
WHERE f.examples IS DISTINCT FROM (SELECT (array_agg(l.ref ORDER BY l.asked_quantity DESC, l.ref COLLATE "C"))[1:3] FROM promise.scoreboard_lines() AS l
	WHERE NOT l.first_kept AND l.currency = f.currency AND l.seller = f.name) AND f.grouped_by = 'seller';

-- a range of days
SELECT sum(lines), min(looks) FROM promise.misalignments('{seller}', '[2026-03-01,2026-04-01)', level => NULL) WHERE currency = 'EUR';

/*
 * Orders of eight lines that come or are late together, or in part: there are no more
 * misfortunes than orders.
 */
SELECT public.sell('orders', '0');
UPDATE promise.commitment SET group_ref = 'O' || ref::integer / 8, seller = (ARRAY['Ann', 'Bob', 'Cleo', 'Dan', 'Eve'])[1 + ref::integer / 8 % 5],
	delivered_at = at + CASE WHEN public.chance('fate' || ref::integer / 8) < 1 / 6.0 THEN interval '1 day' ELSE interval '-1 hour' END;
SELECT grouped_by, name FROM promise.misalignments();
SELECT seller, count(*) AS lines, count(DISTINCT group_ref) AS orders, count(*) FILTER (WHERE delivered_at > at) AS broken,
	round(promise.fisher(count(*) FILTER (WHERE delivered_at > at), count(*), (SELECT count(*) FROM promise.commitment AS o WHERE o.delivered_at > o.at AND o.seller <> c.seller),
		(SELECT count(*) FROM promise.commitment AS o WHERE o.seller <> c.seller))::numeric, 6) AS p_of_lines,
	(SELECT p_value FROM promise.misalignments('{seller}', level => NULL) AS m WHERE m.name = c.seller LIMIT 1) AS p_value
FROM promise.commitment AS c GROUP BY seller ORDER BY seller;
-- Bob's orders, and one item wherever it is ordered
UPDATE promise.commitment SET delivered_at = at + interval '1 day'
WHERE seller = 'Bob' AND public.chance('bob' || group_ref) < 0.4 OR item = 'item 7' AND public.chance('item' || ref) < 0.4;
SELECT DISTINCT grouped_by, name, lines, broken, orders FROM promise.misalignments() ORDER BY 1, 2;
-- counted otherwise: each order's share of broken lines inside of the pattern, and outside; each by itself, or by days as above
WITH pattern AS (
	SELECT 'seller' AS grouped_by, name FROM (VALUES ('Ann'), ('Bob'), ('Cleo'), ('Dan'), ('Eve')) AS s (name)
	UNION ALL SELECT DISTINCT 'item', item FROM promise.commitment
), line AS (
	SELECT c.*, min(c.at::date) OVER (PARTITION BY c.group_ref) AS day FROM promise.commitment AS c
), side AS (
	SELECT p.grouped_by, p.name, CASE p.grouped_by WHEN 'item' THEN c.item ELSE c.seller END = p.name AS inside, c.group_ref, c.day,
		avg((c.delivered_at > c.at)::integer) AS broken
	FROM pattern AS p, line AS c GROUP BY 1, 2, 3, 4, 5
), counted AS (
	SELECT grouped_by, name, inside, count(*) AS n, round(sum(broken), 6) AS k FROM side GROUP BY 1, 2, 3
), worth AS (
	SELECT c.*, w.together, CASE w.together WHEN 'order' THEN 1 ELSE (
		SELECT CASE WHEN count(*) = 1 OR c.k IN (0, c.n) THEN c.n::numeric / count(*)
			ELSE greatest(1, count(*) / (count(*) - 1.0) * sum((d.k - d.n * c.k / c.n) ^ 2) / (c.k * (1 - c.k / c.n))) END
		FROM (SELECT count(*) AS n, sum(s.broken) AS k FROM side AS s
			WHERE s.grouped_by = c.grouped_by AND s.name = c.name AND s.inside = c.inside
			GROUP BY CASE w.together WHEN 'day' THEN s.day ELSE date_trunc('week', s.day) END) AS d) END AS effect
	FROM counted AS c, (VALUES ('order'), ('day'), ('week')) AS w (together)
), plain AS (
	SELECT a.together, a.grouped_by, a.name, a.n AS orders, round(promise.fisher(
		floor(a.k / a.effect)::bigint, ceil(a.n / a.effect)::bigint, ceil(b.k / b.effect)::bigint, floor(b.n / b.effect)::bigint)::numeric, 6) AS p_value
	FROM worth AS a JOIN worth AS b USING (together, grouped_by, name) WHERE a.inside AND NOT b.inside
)
SELECT w.together, count(DISTINCT m.name) AS patterns, count(*) FILTER (WHERE p.p_value IS DISTINCT FROM m.p_value) AS otherwise,
	bool_and(m.effective_orders <= m.orders) AS no_more, min(m.effective_orders) < min(m.orders) AS less
FROM (VALUES ('order'), ('day'), ('week')) AS w (together)
CROSS JOIN LATERAL promise.misalignments('{seller,item}', level => NULL, together => w.together) AS m
LEFT JOIN plain AS p USING (together, grouped_by, name, orders)
GROUP BY w.together ORDER BY w.together;
-- too few orders, however many lines
UPDATE promise.commitment SET group_ref = seller || ref::integer % 29;
SELECT DISTINCT grouped_by, name FROM promise.misalignments('{seller}', level => NULL);

/*
 * Few lines prove nothing, however bad.  What was promised later than asked is kept
 * if that is, what was moved is kept in the end, and what was cancelled or is not
 * due counts nowhere.
 */
DELETE FROM promise.commitment;
CREATE FUNCTION public.line(who text, n integer, asked timestamptz, promised timestamptz, delivered timestamptz) RETURNS void LANGUAGE sql AS $$
	INSERT INTO promise.commitment (ref, item, at, quantity, requested_at, requested_quantity, accepted_at, delivered_at, seller, price, currency)
	VALUES (who || n, 'lamp', promised, CASE WHEN delivered IS NULL AND who <> 'gone' THEN 1 ELSE 0 END, asked, 1, '2026-05-01 08:00+00', delivered, who,
			CASE WHEN n % 2 = 0 THEN 10 END, CASE WHEN n % 2 = 0 THEN 'EUR' END)
$$;
SELECT count(public.line('good', n, '2026-05-05', '2026-05-05', '2026-05-05')) FROM generate_series(1, 200) AS n;
SELECT count(public.line('few', n, '2026-05-05', '2026-05-05', '2026-05-09')) FROM generate_series(1, 10) AS n;
SELECT count(public.line('late', n, '2026-05-05', '2026-05-20', '2026-05-20')) FROM generate_series(1, 40) AS n;
SELECT count(public.line('open', n, '2026-08-05', '2026-08-05', NULL)), count(public.line('gone', n, '2026-05-05', '2026-05-05', NULL))
FROM generate_series(1, 40) AS n;
SELECT name, lines, broken, looks FROM promise.misalignments('{seller}', level => NULL);
-- all of it is of one or two days, which proves nothing of anybody
SELECT name, orders, effective_orders, effective_broken, rest_effective_orders, p_value FROM promise.misalignments('{seller}', minimum => 10, level => NULL) WHERE currency = 'EUR';
SELECT currency, rank, name, lost, promised, lines, broken, p_value, examples FROM promise.misalignments('{seller}', minimum => 10, together => 'order');
SELECT name, lines, broken FROM promise.misalignments('{seller}', against => 'asked', together => 'order');
SELECT grouped_by, name FROM promise.misalignments('{lead_time}', against => 'asked', together => 'order') ORDER BY 2;
SELECT grouped_by, name, lines FROM promise.misalignments('{lead_time}', minimum => 10, level => NULL) WHERE currency = 'EUR' ORDER BY 2;
UPDATE promise.commitment SET at = '2026-05-21' WHERE seller = 'few';
SELECT name FROM promise.misalignments('{seller}', against => 'last', minimum => 10, together => 'order');

-- days are those of the customer
UPDATE promise.commitment SET at = '2026-05-05 20:00+00', customer = 'Tokyo' WHERE seller = 'good';
INSERT INTO promise.customer (customer, zone) VALUES ('Tokyo', 'Asia/Tokyo');
SELECT name, lines, broken FROM promise.misalignments('{weekday}', against => 'last', minimum => 1, level => NULL) WHERE currency = 'EUR' ORDER BY name;

-- what cannot be asked
SELECT promise.misalignments('{weather}');
SELECT promise.misalignments('{seller+weather}');
SELECT promise.misalignments(against => 'tomorrow');
SELECT promise.misalignments(together => 'month');
SELECT promise.misalignments('{}');
SELECT promise.misalignments(NULL);
DELETE FROM promise.commitment;
SELECT promise.misalignments();

DELETE FROM promise.customer;
DROP FUNCTION public.line, public.sell;
DROP TABLE public.drawn;
DROP FUNCTION public.chance;
RESET promise.clock;
