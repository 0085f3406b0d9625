/*
 * 89_scoreboard_rank.sql - who keeps promises best, and what that is good for.
 *
 * Nobody is praised or blamed for noise.  Who has too few lines has no rank, and
 * a word of judgement asks for more than an interval: of twenty names one would
 * stand out at 95 percent though all were alike.  The bound used instead is
 * z = sqrt(2 ln(names / 0.05)): the two tails of a normal beyond z together are
 * at most exp(-z^2 / 2), so that the chance of one wrong word among all names is
 * at most 5 percent.
 */
CREATE FUNCTION promise.leaderboard(
	"by" text DEFAULT 'seller',
	during daterange DEFAULT NULL,
	minimum integer DEFAULT 30,
	OUT rank bigint,
	OUT name text,
	OUT lines bigint,
	OUT kept bigint,
	OUT share numeric,
	OUT share_low numeric,
	OUT share_high numeric,
	OUT stands_out text,
	OUT streak bigint,
	OUT best_streak bigint,
	OUT lines_before bigint,
	OUT share_before numeric,
	OUT change numeric,
	OUT change_low numeric,
	OUT change_high numeric,
	OUT trend text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	grouped record := promise.scoreboard_group(COALESCE("by", 'seller'));
	today date := (promise.now() AT TIME ZONE promise.policy_zone(NULL))::date;
	span daterange := COALESCE(during, daterange(today - 90, today));
	days integer := upper(span) - lower(span);
BEGIN
	IF days IS NULL OR days <= 0 THEN
		RAISE EXCEPTION 'a leaderboard needs a first and a last day'
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN QUERY EXECUTE format($query$
		WITH line AS (
			SELECT %s AS name, l.asked_day, l.ref, l.kept, l.asked_day >= $1 AS is_now
			FROM promise.judged_lines(daterange($1 - $3, $2)) AS l
			%s
			WHERE l.kept IS NOT NULL
		), run AS (
			SELECT m.name, m.misses, count(*) FILTER (WHERE m.kept) AS kept
			FROM (SELECT n.name, n.kept,
						 count(*) FILTER (WHERE NOT n.kept)
						 OVER (PARTITION BY n.name ORDER BY n.asked_day, n.ref COLLATE "C") AS misses
				  FROM line AS n
				  WHERE n.is_now) AS m
			GROUP BY m.name, m.misses
		), streak AS (
			SELECT r.name, (array_agg(r.kept ORDER BY r.misses DESC))[1] AS streak,
				   max(r.kept) AS best_streak
			FROM run AS r
			GROUP BY r.name
		), total AS (
			SELECT n.name,
				   count(*) FILTER (WHERE n.is_now) AS lines,
				   count(*) FILTER (WHERE n.is_now AND n.kept) AS kept,
				   count(*) FILTER (WHERE NOT n.is_now) AS lines_before,
				   count(*) FILTER (WHERE NOT n.is_now AND n.kept) AS kept_before
			FROM line AS n
			WHERE n.name IS NOT NULL
			GROUP BY n.name
			HAVING count(*) FILTER (WHERE n.is_now) > 0
		), everybody AS (
			SELECT (SELECT avg(n.kept::integer) FROM line AS n WHERE n.is_now) AS share,
				   sqrt(2 * ln(greatest(count(*) FILTER (WHERE t.lines >= $4), 1) / 0.05)) AS z
			FROM total AS t
		)
		SELECT CASE WHEN t.lines >= $4
					THEN rank() OVER (PARTITION BY t.lines >= $4 ORDER BY w.share_low DESC) END,
			   t.name, t.lines, t.kept, w.share, w.share_low, w.share_high,
			   CASE WHEN t.lines >= $4 AND v.share_low > e.share THEN 'above'
					WHEN t.lines >= $4 AND v.share_high < e.share THEN 'below' END,
			   s.streak, s.best_streak,
			   t.lines_before, b.share, w.share - b.share,
			   round(w.share - b.share - sqrt((w.share - w.share_low) ^ 2 + (b.share_high - b.share) ^ 2), 4),
			   round(w.share - b.share + sqrt((w.share_high - w.share) ^ 2 + (b.share - b.share_low) ^ 2), 4),
			   CASE WHEN least(t.lines, t.lines_before) < $4 THEN NULL
					WHEN v.share - p.share > sqrt((v.share - v.share_low) ^ 2 + (p.share_high - p.share) ^ 2) THEN 'better'
					WHEN p.share - v.share > sqrt((v.share_high - v.share) ^ 2 + (p.share - p.share_low) ^ 2) THEN 'worse' END
		FROM total AS t
		LEFT JOIN streak AS s ON s.name = t.name
		CROSS JOIN everybody AS e
		CROSS JOIN LATERAL promise.wilson(t.kept, t.lines) AS w
		CROSS JOIN LATERAL promise.wilson(t.kept_before, t.lines_before) AS b
		CROSS JOIN LATERAL promise.wilson(t.kept, t.lines, e.z) AS v
		CROSS JOIN LATERAL promise.wilson(t.kept_before, t.lines_before, e.z) AS p
		ORDER BY t.lines < $4, w.share_low DESC, t.name COLLATE "C"
		$query$, grouped.name, grouped.joined)
	USING lower(span), upper(span), days, minimum;
END
$$;
COMMENT ON FUNCTION promise.leaderboard(text, daterange, integer) IS
'who keeps promises best, by the low end of the interval, with streaks and what has changed since the same number of days before; names with fewer lines than the minimum have no rank';

/*
 * The first order that a customer gave after the day of a line was over.  Sorted
 * backwards in time, it is the least date met so far.
 */
CREATE FUNCTION promise.retention(
	during daterange DEFAULT NULL,
	within interval DEFAULT '90 days',
	OUT kept boolean,
	OUT lines bigint,
	OUT customers bigint,
	OUT repeated bigint,
	OUT share numeric,
	OUT share_low numeric,
	OUT share_high numeric,
	OUT median_days numeric
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 2
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT g.kept, g.lines, g.customers, g.repeated, w.share, w.share_low, w.share_high, g.median_days
	FROM (
		SELECT o.kept, count(*) AS lines, count(DISTINCT o.customer) AS customers,
			   count(*) FILTER (WHERE o.next_at <= o.at + within) AS repeated,
			   round(percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.next_at - o.at))
					 FILTER (WHERE o.next_at <= o.at + within) / 86400, 1) AS median_days
		FROM (
			SELECT e.customer, e.at, e.kept, e.is_line,
				   min(e.at) FILTER (WHERE NOT e.is_line)
				   OVER (PARTITION BY e.customer ORDER BY e.at DESC, e.is_line) AS next_at
			FROM (
				-- when the day is over, as cheap as that can be had
				SELECT l.customer, (l.asked_day + 1)::timestamp AT TIME ZONE COALESCE(k.zone, house.zone) AS at,
					   l.kept, true AS is_line
				FROM promise.judged_lines(during) AS l
				LEFT JOIN promise.customer AS k ON k.customer = l.customer
				CROSS JOIN (SELECT promise.policy_zone(NULL) AS zone OFFSET 0) AS house
				WHERE l.kept IS NOT NULL AND l.customer IS NOT NULL
				UNION ALL
				SELECT c.customer, c.accepted_at, NULL, false
				FROM promise.commitment AS c
				WHERE c.kind = 'customer' AND c.customer IS NOT NULL) AS e) AS o
		WHERE o.is_line AND o.at + within < promise.now()
		GROUP BY o.kept) AS g
	CROSS JOIN LATERAL promise.wilson(g.repeated, g.lines) AS w
	ORDER BY g.kept DESC;
END
$$;
COMMENT ON FUNCTION promise.retention(daterange, interval) IS
'how often customers ordered again within a time after the day of a line, when it was kept and when it was not; lines whose time is not over do not count yet';
