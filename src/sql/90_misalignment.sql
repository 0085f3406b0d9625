/*
 * 90_misalignment.sql - where more is promised than is delivered.
 *
 * A pattern is a group of lines: those of one seller, of one weekday, of one class
 * of order size, or of a seller on a weekday.  Of each it is asked whether its promises were broken more often
 * than those of all other lines, by more than chance would do in that many looks.
 * Lines of one order tend to be late together, and so do orders of one bad day; chance
 * is judged by how many independent orders these are worth.
 * doc/misalignment.md has the formulae and what they do not tell.
 */

/*
 * Fisher's exact test, one-sided: if hits were spread over all lines by chance, how
 * likely would these lines have so many of them, or more?  The hypergeometric terms
 * are computed from each other, outwards from the greatest one, so that no
 * factorial is needed; plain arithmetic makes the answer the same on each platform.
 */
CREATE FUNCTION promise.fisher(
	hits bigint,
	lines bigint,
	rest_hits bigint,
	rest_lines bigint
) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- a term below it would underflow soon, and adds nothing to any sum
	smallest CONSTANT double precision := 1e-290;
	-- what is that much smaller than a sum does not change it
	negligible CONSTANT double precision := 1e-20;
	all_hits bigint := hits + rest_hits;
	fewest bigint := greatest(0, all_hits - rest_lines);
	most bigint := least(lines, all_hits);
	mode bigint;
	term double precision := 1;
	tail double precision := 0;
	total double precision := 0;
BEGIN
	IF hits NOT BETWEEN 0 AND lines OR rest_hits NOT BETWEEN 0 AND rest_lines THEN
		RAISE EXCEPTION 'there cannot be % hits in % lines and % in %', hits, lines, rest_hits, rest_lines
			USING ERRCODE = 'invalid_parameter_value';
	ELSIF hits = fewest THEN
		RETURN 1;
	END IF;
	mode := trunc((lines + 1)::numeric * (all_hits + 1) / (lines + rest_lines + 2));
	FOR k IN mode .. most LOOP
		total := total + term;
		IF k >= hits THEN
			tail := tail + term;
		END IF;
		EXIT WHEN term < smallest OR k >= hits AND term < negligible * tail;
		term := term * (all_hits - k) / (k + 1) * (lines - k) / (rest_lines - all_hits + k + 1);
	END LOOP;
	term := 1;
	FOR k IN REVERSE mode - 1 .. fewest LOOP
		term := term * (k + 1) / (all_hits - k) * (rest_lines - all_hits + k + 1) / (lines - k);
		total := total + term;
		IF k >= hits THEN
			tail := tail + term;
		END IF;
		EXIT WHEN term < negligible;
	END LOOP;
	RETURN least(tail / total, 1);
END
$$;
COMMENT ON FUNCTION promise.fisher(bigint, bigint, bigint, bigint) IS
'one-sided p-value by Fisher''s exact test: how likely chance alone would give these lines so many of all hits, or more';

/*
 * Rao and Scott: by how much the variance of a share is greater because what is counted
 * comes in clusters.  The sums are over clusters, of which one has n of the counted and k of
 * them are hits.  Without two clusters, or if all or none are hits, there is nothing to
 * estimate it from; then a whole cluster counts as one.
 */
CREATE FUNCTION promise.design_effect(
	clusters bigint,
	n numeric,
	k numeric,
	n_n numeric,
	k_n numeric,
	k_k numeric
) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	share numeric;
	residuals numeric;
BEGIN
	IF n = 0 THEN
		RETURN 1;
	ELSIF clusters < 2 OR k = 0 OR k = n THEN
		RETURN n / clusters;
	END IF;
	share := k / n;
	-- the sum of (k of one cluster - its n * share) squared
	residuals := k_k - 2 * share * k_n + share * share * n_n;
	RETURN greatest(residuals * clusters / (clusters - 1) / (n * share * (1 - share)), 1);
END
$$;
COMMENT ON FUNCTION promise.design_effect(bigint, numeric, numeric, numeric, numeric, numeric) IS
'how many of what is counted in clusters are worth one that is independent, by Rao and Scott, at least 1: of the number of clusters, and the sums over them of n, k, n * n, k * n and k * k';

/*
 * Benjamini and Hochberg: the smallest share of false ones among the findings at
 * which each of these would be one of them.
 */
CREATE FUNCTION promise.q_values(p_values double precision[]) RETURNS double precision[]
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT pg_catalog.array_agg(a.q ORDER BY a.place)
	FROM (
		SELECT r.place,
			   pg_catalog.min(LEAST(r.p OPERATOR(pg_catalog.*) r.looks OPERATOR(pg_catalog./) r.smaller, 1))
			   OVER (ORDER BY r.p DESC) AS q
		FROM (
			SELECT u.p, u.place,
				   pg_catalog.count(*) OVER (ORDER BY u.p) AS smaller,
				   pg_catalog.count(*) OVER () AS looks
			FROM ROWS FROM (pg_catalog.unnest(p_values)) WITH ORDINALITY AS u (p, place)) AS r) AS a;
END;
COMMENT ON FUNCTION promise.q_values(double precision[]) IS
'what p-values are worth when one has looked as often as there are of them, by Benjamini and Hochberg, in the same order';

/*
 * How lines are grouped: as on the scoreboard, or by what the promise itself says.
 */
CREATE FUNCTION promise.misalignment_group(
	"by" text,
	OUT name text,
	OUT joined text
) RETURNS record
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	joined := '';
	CASE "by"
		WHEN 'weekday' THEN
			name := $sql$to_char(l.promised_day, 'FMDay')$sql$;
		WHEN 'weekday_given' THEN
			name := $sql$to_char(l.given_day, 'FMDay')$sql$;
		WHEN 'lead_time' THEN
			name := $sql$
				CASE WHEN l.promised_day < l.given_day THEN NULL
					 WHEN l.promised_day - l.given_day <= 1 THEN 'up to 1 day'
					 WHEN l.promised_day - l.given_day <= 7 THEN '2 to 7 days'
					 WHEN l.promised_day - l.given_day <= 14 THEN '8 to 14 days'
					 WHEN l.promised_day - l.given_day <= 30 THEN '15 to 30 days'
					 WHEN l.promised_day - l.given_day <= 90 THEN '31 to 90 days'
					 ELSE 'over 90 days' END$sql$;
		WHEN 'size' THEN
			name := $sql$
				CASE WHEN 2 * l.quantity < u.usual THEN 'under half of the usual'
					 WHEN l.quantity <= 2 * u.usual THEN 'half to 2 times the usual'
					 WHEN l.quantity <= 5 * u.usual THEN '2 to 5 times the usual'
					 ELSE 'over 5 times the usual' END$sql$;
			joined := $sql$
				JOIN (SELECT m.item, percentile_disc(0.5) WITHIN GROUP (ORDER BY m.quantity) AS usual
					  FROM line AS m
					  GROUP BY m.item) AS u ON u.item = l.item$sql$;
		WHEN 'seller', 'team', 'resource', 'site', 'item', 'customer', 'channel' THEN
			SELECT g.name, g.joined INTO name, joined FROM promise.scoreboard_group("by") AS g;
		ELSE
			RAISE EXCEPTION 'cannot look for patterns by "%"', "by"
				USING ERRCODE = 'invalid_parameter_value',
					  HINT = 'Look by item, seller, site, weekday, weekday_given, size, lead_time, team, resource, customer or channel, or by some of them together, as in seller+size.';
	END CASE;
END
$$;
COMMENT ON FUNCTION promise.misalignment_group(text) IS
'what promise.misalignments() groups lines by, as SQL';

CREATE FUNCTION promise.with_pairs("by" text[]) RETURNS text[]
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
	RETURN "by" OPERATOR(pg_catalog.||) (
		SELECT pg_catalog.array_agg(a.name OPERATOR(pg_catalog.||) '+' OPERATOR(pg_catalog.||) b.name
									ORDER BY a.place, b.place)
		FROM ROWS FROM (pg_catalog.unnest("by")) WITH ORDINALITY AS a (name, place)
		JOIN ROWS FROM (pg_catalog.unnest("by")) WITH ORDINALITY AS b (name, place)
			ON b.place OPERATOR(pg_catalog.>) a.place);
COMMENT ON FUNCTION promise.with_pairs(text[]) IS
'properties, and each two of them together, for promise.misalignments()';

/*
 * Each order counts once: by the share of its lines in the pattern that are broken,
 * and once more outside of it by that of its other lines.  What is outside is not
 * listed: its sums are those of everything, less what the days of the pattern have,
 * plus what is left on them.  Rounding is in favour of the pattern.
 *
 * To compile this query takes longer than to run it.  It takes a copy of the lines, not
 * promise.judged_lines(), because the planner overrates the number of those, and groups that are
 * expected by the billion are written to disk.
 */
CREATE FUNCTION promise.misalignments(
	"by" text[] DEFAULT '{item,seller,site,weekday,size,lead_time}',
	during daterange DEFAULT NULL,
	against text DEFAULT 'first',
	minimum integer DEFAULT 30,
	level numeric DEFAULT 0.05,
	together text DEFAULT 'day',
	OUT currency text,
	OUT rank bigint,
	OUT grouped_by text,
	OUT name text,
	OUT lost numeric,
	OUT promised numeric,
	OUT broken_value numeric,
	OUT lines bigint,
	OUT broken bigint,
	OUT orders bigint,
	OUT share numeric,
	OUT share_low numeric,
	OUT share_high numeric,
	OUT rest_lines bigint,
	OUT rest_share numeric,
	OUT effective_orders bigint,
	OUT effective_broken bigint,
	OUT rest_effective_orders bigint,
	OUT rest_effective_broken bigint,
	OUT p_value numeric,
	OUT q_value numeric,
	OUT looks bigint,
	OUT examples text[]
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	members text;
BEGIN
	IF against IS NULL OR against NOT IN ('asked', 'first', 'last') THEN
		RAISE EXCEPTION 'cannot compare deliveries with "%"', against
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Compare with asked, first or last.';
	ELSIF together IS NULL OR together NOT IN ('order', 'day', 'week') THEN
		RAISE EXCEPTION 'cannot take orders of one "%" together', together
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Take those of one day or week together, or each order for itself.';
	END IF;
	SELECT string_agg(format('SELECT %L AS grouped_by, %s AS name, l.line_number, l.broken, l.order_number, l.order_lines, l.order_broken, l.cluster '
							 'FROM line AS l %s',
							 d.name, g.name, g.joined), ' UNION ALL ')
	INTO members
	FROM (SELECT DISTINCT u.name FROM unnest("by") AS u (name) WHERE u.name IS NOT NULL) AS d
	-- several properties together: one name of all theirs, NULL if one of them is
	CROSS JOIN LATERAL (
		SELECT string_agg(format('(%s)', m.name), $sql$ || ', ' || $sql$ ORDER BY p.place) AS name,
			   string_agg(m.joined, ' ' ORDER BY p.place) AS joined
		FROM (SELECT s.part, min(s.place) AS place
			  FROM string_to_table(d.name, '+') WITH ORDINALITY AS s (part, place)
			  GROUP BY s.part) AS p
		CROSS JOIN LATERAL promise.misalignment_group(p.part) AS m) AS g;
	IF members IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY EXECUTE format($query$
		WITH line AS MATERIALIZED (
			SELECT o.*,
				   row_number() OVER () AS line_number,
				   dense_rank() OVER (ORDER BY o.in_order) AS order_number,
				   count(*) OVER in_order AS order_lines,
				   count(*) FILTER (WHERE o.broken) OVER in_order AS order_broken,
				   CASE $4 WHEN 'day' THEN min(o.promised_day) OVER in_order
						   WHEN 'week' THEN date_trunc('week', (min(o.promised_day) OVER in_order)::timestamp)::date
						   ELSE '-infinity' END AS cluster
			FROM (
				SELECT v.ref, v.item, v.location, v.customer, v.seller, v.channel, v.currency, v.quantity, v.broken,
					   COALESCE('order ' || v.group_ref, 'line ' || v.ref) COLLATE "C" AS in_order,
					   COALESCE(v.price * v.quantity, 0) AS value,
					   (v.at AT TIME ZONE v.zone)::date AS promised_day,
					   (v.accepted_at AT TIME ZONE v.zone)::date AS given_day
				FROM (
					SELECT s.*, s.%1$I AS at, s.%2$I AS quantity, NOT s.%3$I AS broken,
						   COALESCE(k.zone, z.zone) AS zone
					FROM promise.scoreboard_lines($1) AS s
					LEFT JOIN promise.customer AS k ON k.customer = s.customer
					CROSS JOIN promise.policy_zone(NULL) AS z (zone)
					WHERE s.%3$I IS NOT NULL
					OFFSET 0) AS v) AS o
			WINDOW in_order AS (PARTITION BY o.in_order)
		), member AS MATERIALIZED (%4$s
		), cluster AS MATERIALIZED (
			-- k: how many of n orders were broken
			SELECT o.cluster, count(*)::numeric AS n, round(sum(o.broken), 6) AS k,
				   sum(o.lines) AS lines, sum(o.broken_lines) AS broken_lines
			FROM (
				SELECT l.cluster, l.order_lines AS lines, l.order_broken AS broken_lines,
					   l.order_broken::numeric / l.order_lines AS broken
				FROM line AS l
				GROUP BY l.order_number, l.cluster, l.order_lines, l.order_broken) AS o
			GROUP BY o.cluster
		), everything AS (
			SELECT count(*) AS clusters, sum(c.n) AS n, sum(c.k) AS k,
				   sum(c.n * c.n) AS n_n, sum(c.k * c.n) AS k_n, sum(c.k * c.k) AS k_k,
				   sum(c.lines) AS lines, sum(c.broken_lines) AS broken_lines
			FROM cluster AS c
		), inside AS (
			SELECT o.grouped_by, o.name, o.cluster, sum(o.lines) AS lines, sum(o.broken_lines) AS broken_lines,
				   count(*)::numeric AS n, round(sum(o.broken_lines::numeric / o.lines), 6) AS k,
				   -- what of these orders is not outside, and what is, instead
				   count(*) FILTER (WHERE o.order_lines = o.lines) AS whole,
				   round(sum(o.order_broken::numeric / o.order_lines), 6) AS orders_k,
				   round(sum((o.order_broken - o.broken_lines)::numeric / NULLIF(o.order_lines - o.lines, 0)), 6) AS others_k
			FROM (
				-- most orders have one line: no need to find out which lines are one order
				SELECT m.grouped_by, m.name, m.cluster, m.order_lines, m.order_broken,
					   1 AS lines, m.broken::integer AS broken_lines
				FROM member AS m
				WHERE m.name IS NOT NULL AND m.order_lines = 1
				UNION ALL
				SELECT m.grouped_by, m.name, m.cluster, m.order_lines, m.order_broken,
					   count(*), count(*) FILTER (WHERE m.broken)
				FROM member AS m
				WHERE m.name IS NOT NULL AND m.order_lines > 1
				GROUP BY m.order_number, m.grouped_by, m.name, m.cluster, m.order_lines, m.order_broken) AS o
			GROUP BY o.grouped_by, o.name, o.cluster
		), both_sides AS (
			SELECT i.grouped_by, i.name, i.lines, i.broken_lines, i.n, i.k, c.n AS all_n, c.k AS all_k,
				   c.n - i.whole AS rest_n, c.k - i.orders_k + COALESCE(i.others_k, 0) AS rest_k
			FROM inside AS i
			JOIN cluster AS c ON c.cluster = i.cluster
		), pattern AS (
			SELECT b.grouped_by, b.name, sum(b.lines)::bigint AS lines, sum(b.broken_lines)::bigint AS broken,
				   e.lines::bigint - sum(b.lines)::bigint AS rest_lines,
				   e.broken_lines::bigint - sum(b.broken_lines)::bigint AS rest_broken,
				   count(*) AS clusters, sum(b.n) AS n, sum(b.k) AS k,
				   sum(b.n * b.n) AS n_n, sum(b.k * b.n) AS k_n, sum(b.k * b.k) AS k_k,
				   e.clusters - count(*) FILTER (WHERE b.rest_n = 0) AS rest_clusters,
				   e.n + sum(b.rest_n - b.all_n) AS rest_n, e.k + sum(b.rest_k - b.all_k) AS rest_k,
				   e.n_n + sum(b.rest_n * b.rest_n - b.all_n * b.all_n) AS rest_n_n,
				   e.k_n + sum(b.rest_k * b.rest_n - b.all_k * b.all_n) AS rest_k_n,
				   e.k_k + sum(b.rest_k * b.rest_k - b.all_k * b.all_k) AS rest_k_k
			FROM both_sides AS b
			CROSS JOIN everything AS e
			GROUP BY b.grouped_by, b.name, e.clusters, e.n, e.k, e.n_n, e.k_n, e.k_k, e.lines, e.broken_lines
		), effective AS (
			SELECT p.grouped_by, p.name, p.lines, p.broken, p.rest_lines, p.rest_broken, p.n::bigint AS orders,
				   ceil(p.n / d.inside)::bigint AS n, floor(p.k / d.inside)::bigint AS k,
				   floor(p.rest_n / d.outside)::bigint AS rest_n,
				   least(ceil(p.rest_k / d.outside), floor(p.rest_n / d.outside))::bigint AS rest_k
			FROM pattern AS p
			CROSS JOIN LATERAL (
				SELECT CASE WHEN $4 = 'order' THEN 1
							ELSE promise.design_effect(p.clusters, p.n, p.k, p.n_n, p.k_n, p.k_k) END AS inside,
					   CASE WHEN $4 = 'order' THEN 1
							ELSE promise.design_effect(p.rest_clusters, p.rest_n, p.rest_k, p.rest_n_n, p.rest_k_n, p.rest_k_k) END AS outside) AS d
			WHERE p.n >= $2 AND p.rest_n >= $2
		), tested AS MATERIALIZED (
			SELECT e.*, promise.fisher(e.k, e.n, e.rest_k, e.rest_n) AS p
			FROM effective AS e
		), found AS MATERIALIZED (
			SELECT t.*, t.rest_broken::numeric / t.rest_lines AS rest_share, a.looks, q.q
			FROM (
				SELECT count(*) AS looks, array_agg(b.grouped_by) AS grouped_by, array_agg(b.name) AS name,
					   promise.q_values(array_agg(b.p)) AS q
				FROM tested AS b) AS a
			CROSS JOIN unnest(a.grouped_by, a.name, a.q) AS q (grouped_by, name, q)
			JOIN tested AS t ON t.grouped_by = q.grouped_by AND t.name = q.name
			WHERE q.q <= $3
		), amount AS MATERIALIZED (
			SELECT m.grouped_by, m.name, l.currency, sum(l.value) AS promised,
				   COALESCE(sum(l.value) FILTER (WHERE l.broken), 0) AS broken,
				   (array_agg(l.ref ORDER BY l.value DESC, l.ref COLLATE "C") FILTER (WHERE l.broken))[1:3] AS examples
			FROM found AS f
			JOIN member AS m ON m.grouped_by = f.grouped_by AND m.name = f.name
			JOIN line AS l ON l.line_number = m.line_number
			GROUP BY m.grouped_by, m.name, l.currency
		)
		SELECT a.currency,
			   rank() OVER (PARTITION BY a.currency ORDER BY a.broken - f.rest_share * a.promised DESC),
			   f.grouped_by, f.name, round(a.broken - f.rest_share * a.promised, 2), a.promised, a.broken,
			   f.lines, f.broken, f.orders, w.share, w.share_low, w.share_high,
			   f.rest_lines, round(f.rest_share, 4), f.n, f.k, f.rest_n, f.rest_k,
			   round(f.p::numeric, 6), round(f.q::numeric, 6), f.looks, a.examples
		FROM found AS f
		JOIN amount AS a ON a.grouped_by = f.grouped_by AND a.name = f.name
		CROSS JOIN LATERAL promise.wilson(f.broken, f.lines) AS w
		ORDER BY a.currency COLLATE "C", 2, f.grouped_by COLLATE "C", f.name COLLATE "C"
		$query$, against || '_at', against || '_quantity',
		CASE against WHEN 'asked' THEN 'kept' ELSE against || '_kept' END, members)
	USING during, greatest(minimum, 1), COALESCE(level, 1), together;
END
$$;
COMMENT ON FUNCTION promise.misalignments(text[], daterange, text, integer, numeric, text) IS
'groups of lines whose promises were broken more often than those of all others, by more than chance: per currency by the value lost, with the evidence';
