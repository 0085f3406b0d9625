/*
 * 90_misalignment.sql - where more is promised than is delivered.
 *
 * A pattern is a group of lines: those of one seller, of one weekday, of one class
 * of order size, or of a seller on a weekday.  Of each it is asked whether its promises were broken more often
 * than those of all other lines, by more than chance would do in that many looks.
 * Lines of one order tend to be late together, so chance is judged by orders.
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

/*
 * Each order counts once: by the share of its lines in the pattern that are broken,
 * and once more outside of it by that of its other lines.  Rounding is in favour of
 * the pattern.  To compile this query takes longer than to run it.
 */
CREATE FUNCTION promise.misalignments(
	"by" text[] DEFAULT '{item,seller,site,weekday,size,lead_time}',
	during daterange DEFAULT NULL,
	against text DEFAULT 'first',
	minimum integer DEFAULT 30,
	level numeric DEFAULT 0.05,
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
	END IF;
	SELECT string_agg(format('SELECT %L AS grouped_by, %s AS name, l.ref, l.in_order, l.broken, l.value, l.currency FROM line AS l %s',
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
			SELECT v.ref, v.item, v.location, v.customer, v.seller, v.channel, v.currency, v.quantity, v.broken,
				   COALESCE('order ' || v.group_ref, 'line ' || v.ref) AS in_order,
				   COALESCE(v.price * v.quantity, 0) AS value,
				   (v.at AT TIME ZONE v.zone)::date AS promised_day,
				   (v.accepted_at AT TIME ZONE v.zone)::date AS given_day
			FROM (
				SELECT s.*, s.%1$I AS at, s.%2$I AS quantity, NOT s.%3$I AS broken,
					   COALESCE(k.zone, z.zone) AS zone
				FROM promise.judged_lines($1) AS s
				LEFT JOIN promise.customer AS k ON k.customer = s.customer
				CROSS JOIN promise.policy_zone(NULL) AS z (zone)
				WHERE s.%3$I IS NOT NULL
				OFFSET 0) AS v
		), member AS MATERIALIZED (%4$s
		), whole_order AS (
			SELECT l.in_order, count(*) AS lines, count(*) FILTER (WHERE l.broken) AS broken
			FROM line AS l
			GROUP BY l.in_order
		), everything AS (
			SELECT count(*) AS orders, sum(w.broken::numeric / w.lines) AS broken_orders,
				   sum(w.lines) AS lines, sum(w.broken) AS broken
			FROM whole_order AS w
		), pattern AS (
			SELECT g.grouped_by, g.name, sum(g.lines)::bigint AS lines, sum(g.broken)::bigint AS broken,
				   count(*) AS orders, sum(g.broken::numeric / g.lines) AS broken_orders,
				   -- what is outside of it: of these orders, and of all others
				   e.lines::bigint - sum(g.lines)::bigint AS rest_lines,
				   e.broken::bigint - sum(g.broken)::bigint AS rest_broken,
				   e.orders - count(*) FILTER (WHERE w.lines = g.lines) AS rest_orders,
				   e.broken_orders - sum(w.broken::numeric / w.lines)
				   + COALESCE(sum((w.broken - g.broken)::numeric / NULLIF(w.lines - g.lines, 0)), 0) AS rest_broken_orders
			FROM (
				SELECT m.grouped_by, m.name, m.in_order, count(*) AS lines, count(*) FILTER (WHERE m.broken) AS broken
				FROM member AS m
				WHERE m.name IS NOT NULL
				GROUP BY m.grouped_by, m.name, m.in_order) AS g
			JOIN whole_order AS w ON w.in_order = g.in_order
			CROSS JOIN everything AS e
			GROUP BY g.grouped_by, g.name, e.orders, e.broken_orders, e.lines, e.broken
		), tested AS MATERIALIZED (
			SELECT p.*,
				   promise.fisher(floor(round(p.broken_orders, 6))::bigint, p.orders,
								  ceil(round(p.rest_broken_orders, 6))::bigint, p.rest_orders) AS p
			FROM pattern AS p
			WHERE p.orders >= $2 AND p.rest_orders >= $2
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
			SELECT m.grouped_by, m.name, m.currency, sum(m.value) AS promised,
				   COALESCE(sum(m.value) FILTER (WHERE m.broken), 0) AS broken,
				   (array_agg(m.ref ORDER BY m.value DESC, m.ref COLLATE "C") FILTER (WHERE m.broken))[1:3] AS examples
			FROM found AS f
			JOIN member AS m ON m.grouped_by = f.grouped_by AND m.name = f.name
			GROUP BY m.grouped_by, m.name, m.currency
		)
		SELECT a.currency,
			   rank() OVER (PARTITION BY a.currency ORDER BY a.broken - f.rest_share * a.promised DESC),
			   f.grouped_by, f.name, round(a.broken - f.rest_share * a.promised, 2), a.promised, a.broken,
			   f.lines, f.broken, f.orders, w.share, w.share_low, w.share_high,
			   f.rest_lines, round(f.rest_share, 4), round(f.p::numeric, 6), round(f.q::numeric, 6), f.looks, a.examples
		FROM found AS f
		JOIN amount AS a ON a.grouped_by = f.grouped_by AND a.name = f.name
		CROSS JOIN LATERAL promise.wilson(f.broken, f.lines) AS w
		ORDER BY a.currency COLLATE "C", 2, f.grouped_by COLLATE "C", f.name COLLATE "C"
		$query$, against || '_at', against || '_quantity',
		CASE against WHEN 'asked' THEN 'kept' ELSE against || '_kept' END, members)
	USING during, greatest(minimum, 1), COALESCE(level, 1);
END
$$;
COMMENT ON FUNCTION promise.misalignments(text[], daterange, text, integer, numeric) IS
'groups of lines whose promises were broken more often than those of all others, by more than chance: per currency by the value lost, with the evidence';
