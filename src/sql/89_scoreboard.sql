/*
 * 89_scoreboard.sql - one measure for those who promise and those who deliver.
 *
 * doc/scoreboard.md defines every number.  All of them are counted from the same
 * list, promise.scoreboard_lines(), so that no two of them disagree.  Functions
 * read with the rights of whoever asks.
 */

/*
 * Slips: a promise that was moved to a later date.  Found from the entries of
 * changes, of which there are few.
 */
CREATE VIEW promise.slip WITH (security_invoker = true) AS
	SELECT l.ref, l.entry, p.at AS was_at, l.at AS now_at, l.at_time AS told_at, a.known_at
	FROM promise.ledger AS l
	CROSS JOIN LATERAL (
		SELECT before.at
		FROM promise.ledger AS before
		WHERE before.ref OPERATOR(pg_catalog.=) l.ref
		  AND before.entry OPERATOR(pg_catalog.<) l.entry
		  AND before.change OPERATOR(pg_catalog.>=) 0
		  AND before.kind IN ('commit', 'convert', 'change', 'insert', 'update', 'opening')
		ORDER BY before.entry DESC
		LIMIT 1) AS p
	CROSS JOIN LATERAL (
		SELECT pg_catalog.min(alert.raised_at) AS known_at
		FROM promise.alert AS alert
		WHERE alert.ref OPERATOR(pg_catalog.=) l.ref
		  AND alert.promised_at OPERATOR(pg_catalog.=) p.at
		  AND alert.raised_at OPERATOR(pg_catalog.<=) l.at_time) AS a
	WHERE l.kind IN ('change', 'update')
	  AND l.change OPERATOR(pg_catalog.>) 0
	  AND l.at OPERATOR(pg_catalog.>) p.at;
COMMENT ON VIEW promise.slip IS 'promises that were moved to a later date, each time';
COMMENT ON COLUMN promise.slip.ref IS 'the promise';
COMMENT ON COLUMN promise.slip.entry IS 'entry of promise.ledger';
COMMENT ON COLUMN promise.slip.was_at IS 'what was promised until then';
COMMENT ON COLUMN promise.slip.now_at IS 'what was promised instead';
COMMENT ON COLUMN promise.slip.told_at IS 'when that was';
COMMENT ON COLUMN promise.slip.known_at IS
'when promise.alert first said that the old date was at risk; NULL: it never did';
GRANT SELECT ON promise.slip TO @extowner@ WITH GRANT OPTION;

/*
 * The list.  Sums up to the end of a day are those of all deliveries, or none,
 * but for promises that were delivered partly before and partly after it: only
 * those are looked up.  The fences keep the planner from writing an expression
 * that resolves a time zone in each of the places that use it.
 */
CREATE FUNCTION promise.scoreboard_lines(
	during daterange DEFAULT NULL,
	OUT ref text,
	OUT item text,
	OUT location text,
	OUT customer text,
	OUT seller text,
	OUT channel text,
	OUT group_ref text,
	OUT accepted_at timestamptz,
	OUT asked_at timestamptz,
	OUT asked_day date,
	OUT asked_quantity numeric,
	OUT first_at timestamptz,
	OUT first_quantity numeric,
	OUT last_at timestamptz,
	OUT last_quantity numeric,
	OUT delivered numeric,
	OUT delivered_at timestamptz,
	OUT in_time numeric,
	OUT pending boolean,
	OUT cancelled boolean,
	OUT cancelled_late boolean,
	OUT kept boolean,
	OUT early boolean,
	OUT first_kept boolean,
	OUT last_kept boolean,
	OUT price numeric,
	OUT cost numeric,
	OUT delivered_cost numeric,
	OUT currency text
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10000
BEGIN ATOMIC
	SELECT s.ref, s.item, s.location, s.customer, s.seller, s.channel, s.group_ref, s.accepted_at,
		   s.asked_at, s.asked_day, s.asked_quantity, s.first_at, s.first_quantity, s.last_at, s.last_quantity,
		   s.delivered, s.delivered_at, s.by_asked,
		   NOT s.cancelled AND s.asked_end OPERATOR(pg_catalog.>=) s.now,
		   s.cancelled,
		   s.cancelled AND COALESCE(s.ended_at OPERATOR(pg_catalog.>) s.asked_end, false),
		   CASE WHEN NOT s.cancelled AND s.asked_end OPERATOR(pg_catalog.<) s.now
				THEN s.by_asked OPERATOR(pg_catalog.>=) s.asked_quantity END,
		   CASE WHEN NOT s.cancelled AND s.asked_end OPERATOR(pg_catalog.<) s.now
				THEN s.delivered OPERATOR(pg_catalog.>=) s.asked_quantity
					 AND s.delivered_at OPERATOR(pg_catalog.<) s.asked_start END,
		   CASE WHEN NOT s.cancelled AND s.first_end OPERATOR(pg_catalog.<) s.now
				THEN s.by_first OPERATOR(pg_catalog.>=) s.first_quantity END,
		   CASE WHEN NOT s.cancelled AND s.last_end OPERATOR(pg_catalog.<) s.now
				THEN s.by_last OPERATOR(pg_catalog.>=) s.last_quantity END,
		   s.price, s.cost,
		   s.costed_amount OPERATOR(pg_catalog.+)
				((s.delivered OPERATOR(pg_catalog.-) s.costed) OPERATOR(pg_catalog.*) s.cost),
		   s.currency
	FROM (
		SELECT b.*,
			   CASE WHEN b.delivered_at OPERATOR(pg_catalog.<=) b.asked_end THEN b.delivered
					WHEN b.delivery_first OPERATOR(pg_catalog.<=) b.asked_end
					THEN (SELECT pg_catalog.sum(d.quantity) FROM promise.delivered AS d
						  WHERE d.ref OPERATOR(pg_catalog.=) b.ref
							AND d.at OPERATOR(pg_catalog.<=) b.asked_end)
					ELSE 0 END AS by_asked,
			   CASE WHEN b.delivered_at OPERATOR(pg_catalog.<=) b.first_end THEN b.delivered
					WHEN b.delivery_first OPERATOR(pg_catalog.<=) b.first_end
					THEN (SELECT pg_catalog.sum(d.quantity) FROM promise.delivered AS d
						  WHERE d.ref OPERATOR(pg_catalog.=) b.ref
							AND d.at OPERATOR(pg_catalog.<=) b.first_end)
					ELSE 0 END AS by_first,
			   CASE WHEN b.delivered_at OPERATOR(pg_catalog.<=) b.last_end THEN b.delivered
					WHEN b.delivery_first OPERATOR(pg_catalog.<=) b.last_end
					THEN (SELECT pg_catalog.sum(d.quantity) FROM promise.delivered AS d
						  WHERE d.ref OPERATOR(pg_catalog.=) b.ref
							AND d.at OPERATOR(pg_catalog.<=) b.last_end)
					ELSE 0 END AS by_last
		FROM (
			SELECT a.*,
				   (a.asked_day::timestamp AT TIME ZONE a.zone) AS asked_start,
				   promise.end_of_day(a.asked_day, a.zone) AS asked_end,
				   CASE WHEN a.first_at OPERATOR(pg_catalog.=) a.asked_at
						THEN promise.end_of_day(a.asked_day, a.zone)
						ELSE promise.end_of_day((a.first_at AT TIME ZONE a.zone)::date, a.zone) END AS first_end,
				   CASE WHEN a.last_at OPERATOR(pg_catalog.=) a.asked_at
						THEN promise.end_of_day(a.asked_day, a.zone)
						ELSE promise.end_of_day((a.last_at AT TIME ZONE a.zone)::date, a.zone) END AS last_end
			FROM (
				SELECT q.*, (q.asked_at AT TIME ZONE q.zone)::date AS asked_day
				FROM (
					SELECT c.ref, c.item, c.location, c.customer, c.seller, c.channel, c.group_ref,
						   c.accepted_at, c.price, c.cost, c.currency,
						   COALESCE(k.zone, n.zone) AS zone, n.now,
						   COALESCE(c.requested_at, f.at, c.at) AS asked_at,
						   COALESCE(c.requested_quantity, f.quantity, c.quantity) AS asked_quantity,
						   COALESCE(f.at, c.at) AS first_at,
						   COALESCE(f.quantity, c.requested_quantity, c.quantity) AS first_quantity,
						   c.at AS last_at,
						   COALESCE(f.last_quantity, c.requested_quantity, c.quantity) AS last_quantity,
						   COALESCE(d.quantity,
									CASE WHEN c.delivered_at IS NULL THEN 0
										 ELSE COALESCE(c.requested_quantity, 0) END) AS delivered,
						   COALESCE(d.first_at, c.delivered_at) AS delivery_first,
						   COALESCE(d.last_at, c.delivered_at) AS delivered_at,
						   COALESCE(d.costed, 0) AS costed,
						   COALESCE(d.costed_amount, 0) AS costed_amount,
						   c.quantity OPERATOR(pg_catalog.=) 0 AND c.delivered_at IS NULL
						   AND d.ref IS NULL AS cancelled,
						   f.ended_at
					FROM (SELECT promise.now() AS now, promise.policy_zone(NULL) AS zone OFFSET 0) AS n
					CROSS JOIN promise.commitment AS c
					LEFT JOIN promise.customer AS k ON k.customer OPERATOR(pg_catalog.=) c.customer
					LEFT JOIN (
						SELECT e.ref, e.at, t.last_quantity, t.ended_at,
							   CASE WHEN e.change OPERATOR(pg_catalog.>) 0 THEN e.change
									-- a hold became a promise as it was
									ELSE (SELECT pg_catalog.sum(h.change) FROM promise.ledger AS h
										  WHERE h.ref OPERATOR(pg_catalog.=) e.ref
											AND h.entry OPERATOR(pg_catalog.<=) e.entry) END AS quantity
						FROM (
							SELECT COALESCE(pg_catalog.min(l.entry) FILTER (WHERE l.kind OPERATOR(pg_catalog.=) 'convert'
																			  AND l.change OPERATOR(pg_catalog.>=) 0),
											pg_catalog.min(l.entry) FILTER (WHERE l.kind NOT IN ('hold', 'expire')
																			  AND l.change OPERATOR(pg_catalog.>) 0)) AS entry,
								   pg_catalog.sum(l.change) FILTER (WHERE l.delivered_at IS NULL) AS last_quantity,
								   pg_catalog.max(l.at_time) AS ended_at
							FROM promise.ledger AS l
							GROUP BY l.ref) AS t
						JOIN promise.ledger AS e ON e.entry OPERATOR(pg_catalog.=) t.entry
						) AS f ON f.ref OPERATOR(pg_catalog.=) c.ref
					LEFT JOIN (
						SELECT d.ref, pg_catalog.sum(d.quantity) AS quantity,
							   pg_catalog.min(d.at) AS first_at, pg_catalog.max(d.at) AS last_at,
							   pg_catalog.sum(d.quantity) FILTER (WHERE d.cost IS NOT NULL) AS costed,
							   pg_catalog.sum(d.quantity OPERATOR(pg_catalog.*) d.cost) AS costed_amount
						FROM promise.delivered AS d
						GROUP BY d.ref) AS d ON d.ref OPERATOR(pg_catalog.=) c.ref
					WHERE c.kind OPERATOR(pg_catalog.=) 'customer'
					OFFSET 0) AS q
				OFFSET 0) AS a
			WHERE during IS NULL OR a.asked_day OPERATOR(pg_catalog.<@) during
			OFFSET 0) AS b
		OFFSET 0) AS s;
END;
COMMENT ON FUNCTION promise.scoreboard_lines(daterange) IS
'the lines that every number of the scoreboard is counted from: those whose customer asked for a day of the range, or all';

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
 * What a line had to do with resources: those that its loads name, else those
 * that the routing of its item would take.
 */
CREATE FUNCTION promise.line_resources(
	ref text,
	item text,
	location text
) RETURNS SETOF text
	LANGUAGE sql STABLE PARALLEL SAFE COST 100 ROWS 2
BEGIN ATOMIC
	WITH named AS (
		SELECT p.resource FROM promise.planned_load AS p
		WHERE p.ref OPERATOR(pg_catalog.=) line_resources.ref
		UNION
		SELECT l.resource FROM promise.load AS l
		WHERE l.ref OPERATOR(pg_catalog.=) line_resources.ref
	)
	SELECT n.resource FROM named AS n
	UNION
	SELECT s.resource
	FROM promise.source AS o
	JOIN promise.step AS s ON s.source OPERATOR(pg_catalog.=) o.source
	WHERE o.item OPERATOR(pg_catalog.=) line_resources.item
	  AND o.location OPERATOR(pg_catalog.=) line_resources.location
	  AND s.resource IS NOT NULL
	  AND NOT EXISTS (SELECT FROM named);
END;
COMMENT ON FUNCTION promise.line_resources(text, text, text) IS
'resources of a line: those that its loads name, else those of the routings of its item there';

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
			name := 'r.resource';
			joined := 'LEFT JOIN LATERAL promise.line_resources(l.ref, l.item, l.location) AS r (resource) ON true';
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
				   sum(p.slip_days) AS slip_days, sum(p.notice_days) AS notice_days,
				   sum(p.silent_days) AS silent_days,
				   COALESCE(sum(x.exceptions), 0)::bigint AS exceptions,
				   COALESCE(sum(x.refused), 0)::bigint AS refused,
				   COALESCE(sum(x.overridden), 0)::bigint AS overridden
			FROM promise.scoreboard_lines($1) AS l
			LEFT JOIN (
				SELECT s.ref, count(*) AS slips, count(s.known_at) AS known_slips,
					   sum(extract(epoch FROM s.now_at - s.was_at)) / 86400 AS slip_days,
					   sum(extract(epoch FROM s.was_at - s.told_at)) / 86400 AS notice_days,
					   sum(extract(epoch FROM s.told_at - s.known_at)) / 86400 AS silent_days
				FROM promise.slip AS s
				GROUP BY s.ref) AS p ON p.ref = l.ref
			LEFT JOIN (
				SELECT e.ref, count(*) AS exceptions,
					   count(*) FILTER (WHERE e.status = 'rejected') AS refused,
					   count(*) FILTER (WHERE e.status = 'approved') AS overridden
				FROM promise.exception AS e
				GROUP BY e.ref) AS x ON x.ref = l.ref
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
		FROM promise.scoreboard_lines($1) AS l
		%s
		GROUP BY 1, 2, 3
		ORDER BY 2, 1, 3
		$query$, grouped.name || ' COLLATE "C"', first_of, grouped.joined)
	USING during;
END
$$;
COMMENT ON FUNCTION promise.scoreboard_value(text, daterange, text) IS
'the values of the same promises, per currency: booked, delivered, in time, cancelled, and the margin that was promised and that was delivered';

REVOKE EXECUTE ON FUNCTION
	promise.scoreboard_lines(daterange),
	promise.wilson(bigint, bigint, numeric),
	promise.line_resources(text, text, text),
	promise.scoreboard_group(text),
	promise.scoreboard_period(text),
	promise.scoreboard(text, daterange, text),
	promise.scoreboard_value(text, daterange, text)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
	promise.scoreboard_lines(daterange),
	promise.wilson(bigint, bigint, numeric),
	promise.line_resources(text, text, text),
	promise.scoreboard_group(text),
	promise.scoreboard_period(text),
	promise.scoreboard(text, daterange, text),
	promise.scoreboard_value(text, daterange, text)
	TO @extowner@ WITH GRANT OPTION;
