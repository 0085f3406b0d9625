/*
 * 89_scoreboard.sql - one measure for those who promise and those who deliver.
 *
 * doc/scoreboard.md defines every number.  All of them are counted from the same
 * list, promise.scoreboard_lines(), so that no two of them disagree.  Functions
 * read with the rights of whoever asks.
 */

/*
 * Wilson's interval of a share
 */
CREATE FUNCTION promise.wilson(
	hits bigint,
	lines bigint,
	z numeric DEFAULT 1.959964,
	OUT share numeric,
	OUT share_low numeric,
	OUT share_high numeric
) RETURNS record
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	centre numeric;
	distance numeric;
BEGIN
	IF lines <= 0 THEN
		RETURN;
	END IF;
	centre := hits + z * z / 2;
	distance := z * sqrt(hits::numeric * (lines - hits) / lines + z * z / 4);
	share := round(hits::numeric / lines, 4);
	share_low := round(greatest((centre - distance) / (lines + z * z), 0), 4);
	share_high := round(least((centre + distance) / (lines + z * z), 1), 4);
END
$$;
COMMENT ON FUNCTION promise.wilson(bigint, bigint, numeric) IS
'share of hits in lines with its interval by Wilson, 95 percent unless z says otherwise; NULL: there are no lines';

/*
 * What a line has to do with resources: those that its loads name and that have
 * worked on it, else those that the routing of its item would take.  Loads name
 * parts; a line is the whole.
 */
CREATE VIEW promise.ref_resource WITH (security_invoker = true) AS
	SELECT COALESCE(w.part_of, l.ref) AS ref, l.resource
	FROM (SELECT p.ref, p.resource FROM promise.planned_load AS p
		  UNION
		  SELECT o.ref, o.resource FROM promise.load AS o WHERE o.ref IS NOT NULL
		  UNION
		  SELECT d.ref, d.resource FROM promise.outcome AS d
		  WHERE d.ref IS NOT NULL AND d.resource IS NOT NULL) AS l
	LEFT JOIN (SELECT c.ref, c.part_of FROM promise.commitment AS c
			   WHERE c.part_of IS NOT NULL) AS w ON w.ref OPERATOR(pg_catalog.=) l.ref
	GROUP BY 1, 2;
COMMENT ON VIEW promise.ref_resource IS 'resources that loads of a ref name, planned or booked, and that have done a step for it';
COMMENT ON COLUMN promise.ref_resource.ref IS 'the ref; of a promise in parts that of the whole';
COMMENT ON COLUMN promise.ref_resource.resource IS 'the resource';

CREATE VIEW promise.item_resource WITH (security_invoker = true) AS
	SELECT DISTINCT o.item, o.location, s.resource
	FROM promise.source AS o
	JOIN promise.step AS s ON s.source OPERATOR(pg_catalog.=) o.source
	WHERE s.resource IS NOT NULL;
COMMENT ON VIEW promise.item_resource IS 'resources that own routings of an item take at a location';
COMMENT ON COLUMN promise.item_resource.item IS 'the item';
COMMENT ON COLUMN promise.item_resource.location IS 'where it is made';
COMMENT ON COLUMN promise.item_resource.resource IS 'the resource';

/*
 * How lines are grouped: an expression over a line l, and what is joined for it.
 */
CREATE FUNCTION promise.scoreboard_group(
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
		WHEN 'all' THEN name := $sql$'all'::text$sql$;
		WHEN 'seller', 'item', 'customer', 'channel' THEN name := format('l.%I', "by");
		WHEN 'site' THEN name := 'l.location';
		WHEN 'team' THEN
			name := 's.team';
			joined := 'LEFT JOIN promise.seller AS s ON s.seller = l.seller';
		WHEN 'resource' THEN
			name := 'COALESCE(named.resource, routed.resource)';
			joined := 'LEFT JOIN promise.ref_resource AS named ON named.ref = l.ref '
				'LEFT JOIN promise.item_resource AS routed '
				'ON named.ref IS NULL AND routed.item = l.item AND routed.location = l.location';
		ELSE
			RAISE EXCEPTION 'cannot keep a scoreboard by "%"', "by"
				USING ERRCODE = 'invalid_parameter_value',
					  HINT = 'Ask by all, seller, team, resource, site, item, customer or channel.';
	END CASE;
END
$$;
COMMENT ON FUNCTION promise.scoreboard_group(text) IS
'what lines of promise.scoreboard_lines() are grouped by, as SQL';

CREATE FUNCTION promise.scoreboard_period(period text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF period IS NULL THEN
		RETURN 'NULL::date';
	END IF;
	IF period NOT IN ('day', 'week', 'month', 'quarter', 'year') THEN
		RAISE EXCEPTION 'unknown period "%"', period
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Periods are day, week, month, quarter and year.';
	END IF;
	RETURN format('date_trunc(%L, l.asked_day::timestamp)::date', period);
END
$$;
COMMENT ON FUNCTION promise.scoreboard_period(text) IS
'the first day of the period of a line of promise.scoreboard_lines(), as SQL';

CREATE FUNCTION promise.scoreboard(
	"by" text DEFAULT 'all',
	during daterange DEFAULT NULL,
	period text DEFAULT NULL,
	OUT name text,
	OUT first_day date,
	OUT lines bigint,
	OUT kept bigint,
	OUT share numeric,
	OUT share_low numeric,
	OUT share_high numeric,
	OUT early bigint,
	OUT first_lines bigint,
	OUT first_kept bigint,
	OUT last_lines bigint,
	OUT last_kept bigint,
	OUT pending bigint,
	OUT cancelled bigint,
	OUT cancelled_late bigint,
	OUT slipped bigint,
	OUT slips bigint,
	OUT slip_days numeric,
	OUT notice_days numeric,
	OUT silent_days numeric,
	OUT exceptions bigint,
	OUT refused bigint,
	OUT overridden bigint
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	grouped record := promise.scoreboard_group(COALESCE("by", 'all'));
	first_of text := promise.scoreboard_period(period);
BEGIN
	RETURN QUERY EXECUTE format($query$
		SELECT g.name, g.first_day, g.lines, g.kept, w.share, w.share_low, w.share_high, g.early,
			   g.first_lines, g.first_kept, g.last_lines, g.last_kept,
			   g.pending, g.cancelled, g.cancelled_late,
			   g.slipped, g.slips,
			   round(g.slip_days / NULLIF(g.slips, 0), 2), round(g.notice_days / NULLIF(g.slips, 0), 2),
			   round(g.silent_days / NULLIF(g.known_slips, 0), 2),
			   g.exceptions, g.refused, g.overridden
		FROM (
			SELECT %s AS name, %s AS first_day,
				   count(l.kept) AS lines,
				   count(*) FILTER (WHERE l.kept) AS kept,
				   count(*) FILTER (WHERE l.kept AND l.early) AS early,
				   count(l.first_kept) AS first_lines,
				   count(*) FILTER (WHERE l.first_kept) AS first_kept,
				   count(l.last_kept) AS last_lines,
				   count(*) FILTER (WHERE l.last_kept) AS last_kept,
				   count(*) FILTER (WHERE l.pending) AS pending,
				   count(*) FILTER (WHERE l.cancelled) AS cancelled,
				   count(*) FILTER (WHERE l.cancelled_late) AS cancelled_late,
				   count(p.slips) AS slipped,
				   COALESCE(sum(p.slips), 0)::bigint AS slips,
				   sum(p.known_slips) AS known_slips,
				   extract(epoch FROM sum(p.slip)) / 86400 AS slip_days,
				   extract(epoch FROM sum(p.notice)) / 86400 AS notice_days,
				   extract(epoch FROM sum(p.silence)) / 86400 AS silent_days,
				   COALESCE(sum(x.exceptions), 0)::bigint AS exceptions,
				   COALESCE(sum(x.refused), 0)::bigint AS refused,
				   COALESCE(sum(x.overridden), 0)::bigint AS overridden
			FROM promise.judged_lines($1) AS l
			LEFT JOIN (
				SELECT s.ref, count(*) AS slips, count(s.known_at) AS known_slips,
					   sum(s.now_at - s.was_at) AS slip,
					   sum(s.was_at - s.told_at) AS notice,
					   sum(s.told_at - s.known_at) AS silence
				FROM promise.slip AS s
				GROUP BY s.ref) AS p ON p.ref = l.ref
			LEFT JOIN (
				SELECT COALESCE(o.part_of, e.ref) AS ref, count(*) AS exceptions,
					   count(*) FILTER (WHERE e.status = 'rejected') AS refused,
					   count(*) FILTER (WHERE e.status = 'approved') AS overridden
				FROM promise.exception AS e
				LEFT JOIN promise.commitment AS o ON o.ref = e.ref AND o.part_of IS NOT NULL
				GROUP BY 1) AS x ON x.ref = l.ref
			%s
			GROUP BY 1, 2) AS g
		CROSS JOIN LATERAL promise.wilson(g.kept, g.lines) AS w
		ORDER BY g.first_day, g.name COLLATE "C"
		$query$, grouped.name, first_of, grouped.joined)
	USING during;
END
$$;
COMMENT ON FUNCTION promise.scoreboard(text, daterange, text) IS
'promises asked for in a range of days, by seller, team, resource, site, item, customer or channel, and by period: how many were delivered in full by the day that the customer asked for, and what else became of them';

/*
 * Values, per currency: they are never summed across.
 */
CREATE FUNCTION promise.scoreboard_value(
	"by" text DEFAULT 'all',
	during daterange DEFAULT NULL,
	period text DEFAULT NULL,
	OUT name text,
	OUT first_day date,
	OUT currency text,
	OUT lines bigint,
	OUT unpriced bigint,
	OUT booked numeric,
	OUT delivered numeric,
	OUT in_time numeric,
	OUT cancelled numeric,
	OUT margin_promised numeric,
	OUT margin_delivered numeric
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	grouped record := promise.scoreboard_group(COALESCE("by", 'all'));
	first_of text := promise.scoreboard_period(period);
BEGIN
	RETURN QUERY EXECUTE format($query$
		SELECT %s, %s, l.currency,
			   count(*), count(*) FILTER (WHERE l.price IS NULL),
			   COALESCE(sum(l.price * l.first_quantity) FILTER (WHERE NOT l.cancelled), 0),
			   COALESCE(sum(l.price * l.delivered), 0),
			   COALESCE(sum(l.price * l.in_time), 0),
			   COALESCE(sum(l.price * l.first_quantity) FILTER (WHERE l.cancelled), 0),
			   COALESCE(sum((l.price - l.cost) * l.first_quantity) FILTER (WHERE NOT l.cancelled), 0),
			   COALESCE(sum(l.price * l.delivered - l.delivered_cost) FILTER (WHERE l.cost IS NOT NULL), 0)
		FROM promise.judged_lines($1) AS l
		%s
		GROUP BY 1, 2, 3
		ORDER BY 2, 1, 3
		$query$, grouped.name || ' COLLATE "C"', first_of, grouped.joined)
	USING during;
END
$$;
COMMENT ON FUNCTION promise.scoreboard_value(text, daterange, text) IS
'the values of the same promises, per currency: booked, delivered, in time, cancelled, and the margin that was promised and that was delivered; at the price and cost that the promise has now';

GRANT SELECT ON promise.ref_resource, promise.item_resource TO @extowner@ WITH GRANT OPTION;
