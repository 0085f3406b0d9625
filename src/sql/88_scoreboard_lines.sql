/*
 * 88_scoreboard_lines.sql - the facts of every line, and what was moved.
 *
 * The ledger is read once, and what is rare is looked up: a first promise that
 * was changed since, deliveries on both sides of a date.
 */

/*
 * What the state of pg_catalog.sum() is made of pays for many numbers; here
 * there are a few for each of many promises.
 */
CREATE AGGREGATE promise.add_up(numeric) (
	SFUNC = pg_catalog.numeric_add,
	STYPE = numeric,
	COMBINEFUNC = pg_catalog.numeric_add,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE promise.add_up(numeric) IS
'the same as sum(), with less to set up for each of many small groups';

/*
 * Slips: open promises that were moved to a later date.  One statement takes
 * them from the old date and puts them at the new one.  A hold is no promise
 * before it is converted.  (One condition, because the planner multiplies what it
 * guesses of several, until it takes slips for so few that it reads them again for
 * every line.)
 *
 * What is promised in parts is promised for the date of the last of them, so
 * it slips when that moves.
 */
CREATE VIEW promise.slip WITH (security_invoker = true) AS
	SELECT COALESCE(m.part_of, m.ref) AS ref, m.entry, GREATEST(m.was_at, others.at) AS was_at,
		   m.at AS now_at, m.at_time AS told_at, alert.known_at
	FROM (SELECT l.ref, l.part_of, l.entry, l.at, l.at_time,
				 pg_catalog.lag(l.at) OVER before AS was_at,
				 l.kind IN ('change', 'update')
				 AND l.change OPERATOR(pg_catalog.>) 0
				 AND pg_catalog.lag(l.change) OVER before OPERATOR(pg_catalog.<) 0
				 AND pg_catalog.lag(l.transaction) OVER before OPERATOR(pg_catalog.=) l.transaction
				 AND pg_catalog.lag(l.at) OVER before OPERATOR(pg_catalog.<) l.at
				 AND (pg_catalog.count(*) FILTER (WHERE l.kind OPERATOR(pg_catalog.=) 'hold') OVER before
					  OPERATOR(pg_catalog.=) 0
					  OR pg_catalog.count(*) FILTER (WHERE l.kind OPERATOR(pg_catalog.=) 'convert') OVER before
					  OPERATOR(pg_catalog.>) 0) AS is_slip
		  FROM promise.ledger AS l
		  WHERE l.kind IN ('change', 'update', 'hold', 'convert')
		  WINDOW before AS (PARTITION BY l.ref ORDER BY l.entry)) AS m
	-- the other parts as they were promised then
	CROSS JOIN LATERAL (
		SELECT pg_catalog.max(p.at) AS at, pg_catalog.array_agg(p.ref) AS refs
		FROM (SELECT l.ref, (pg_catalog.array_agg(l.at ORDER BY l.entry DESC)
							 FILTER (WHERE l.change OPERATOR(pg_catalog.>) 0))[1] AS at
			  FROM (SELECT o.ref, o.entry, o.at, o.change, o.delivered_at
					FROM promise.ledger AS o
					WHERE o.part_of OPERATOR(pg_catalog.=) COALESCE(m.part_of, m.ref)
					UNION ALL
					SELECT o.ref, o.entry, o.at, o.change, o.delivered_at
					FROM promise.ledger AS o
					WHERE o.ref OPERATOR(pg_catalog.=) m.part_of) AS l
			  WHERE l.ref OPERATOR(pg_catalog.<>) m.ref AND l.entry OPERATOR(pg_catalog.<) m.entry
			  GROUP BY l.ref
			  HAVING pg_catalog.sum(l.change) FILTER (WHERE l.delivered_at IS NULL) OPERATOR(pg_catalog.>) 0) AS p) AS others
	CROSS JOIN LATERAL (
		SELECT pg_catalog.min(a.raised_at) AS known_at
		FROM promise.alert AS a
		WHERE a.ref OPERATOR(pg_catalog.=) ANY (pg_catalog.array_prepend(m.ref, others.refs))
		  AND a.promised_at OPERATOR(pg_catalog.=) GREATEST(m.was_at, others.at)
		  AND a.raised_at OPERATOR(pg_catalog.<=) m.at_time) AS alert
	WHERE m.is_slip AND m.at OPERATOR(pg_catalog.>) COALESCE(others.at, '-infinity');
COMMENT ON VIEW promise.slip IS 'promises that were moved to a later date, each time';
COMMENT ON COLUMN promise.slip.ref IS 'the promise; if it is one in parts, the whole';
COMMENT ON COLUMN promise.slip.entry IS 'entry of promise.ledger';
COMMENT ON COLUMN promise.slip.was_at IS 'what was promised until then';
COMMENT ON COLUMN promise.slip.now_at IS 'what was promised instead';
COMMENT ON COLUMN promise.slip.told_at IS 'when that was';
COMMENT ON COLUMN promise.slip.known_at IS
'when promise.alert first said that the old date was at risk; NULL: it never did';
GRANT SELECT ON promise.slip TO @extowner@ WITH GRANT OPTION;

/*
 * The list.  Whether a day is over, and what came by its end, is told by days in
 * the customer's zone.  Each level adds what the next one uses more than once; the fences
 * (OFFSET 0) keep the planner from writing it out in each of these places.
 *
 * Of a promise that was never changed, all entries that are no deliveries come
 * to one; it was promised at first as it was in the end.
 *
 * A promise in parts is one line, promised for the date of its last part.  Its
 * rows are put together before anything else; these are few, and all others pass
 * by.  Of what is left out of it in the end (or was, when a hold was converted) no
 * date counts.
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
		   NOT s.cancelled AND s.asked_day OPERATOR(pg_catalog.>=) s.today,
		   s.cancelled,
		   s.cancelled AND COALESCE((SELECT (pg_catalog.max(l.at_time) AT TIME ZONE s.zone)::date
									 FROM promise.ledger AS l
									 WHERE l.ref OPERATOR(pg_catalog.=) ANY (COALESCE(s.refs, ARRAY[s.ref]))) OPERATOR(pg_catalog.>) s.asked_day, false),
		   CASE WHEN NOT s.cancelled AND s.asked_day OPERATOR(pg_catalog.<) s.today
				THEN s.by_asked OPERATOR(pg_catalog.>=) s.asked_quantity END,
		   CASE WHEN NOT s.cancelled AND s.asked_day OPERATOR(pg_catalog.<) s.today
				THEN s.delivered OPERATOR(pg_catalog.>=) s.asked_quantity
					 AND s.delivered_day OPERATOR(pg_catalog.<) s.asked_day END,
		   CASE WHEN NOT s.cancelled AND s.first_day OPERATOR(pg_catalog.<) s.today
				THEN s.by_first OPERATOR(pg_catalog.>=) s.first_quantity END,
		   CASE WHEN NOT s.cancelled AND s.last_day OPERATOR(pg_catalog.<) s.today
				THEN s.by_last OPERATOR(pg_catalog.>=) s.last_quantity END,
		   s.price, s.cost,
		   s.costed_amount OPERATOR(pg_catalog.+)
				((s.delivered OPERATOR(pg_catalog.-) s.costed) OPERATOR(pg_catalog.*) s.cost),
		   s.currency
	FROM (
		SELECT p.*,
			   CASE WHEN p.delivered_day OPERATOR(pg_catalog.<=) p.asked_day THEN p.delivered
					ELSE COALESCE(p.parts[1], 0) END AS by_asked,
			   CASE WHEN p.delivered_day OPERATOR(pg_catalog.<=) p.first_day THEN p.delivered
					ELSE COALESCE(p.parts[2], 0) END AS by_first,
			   CASE WHEN p.delivered_day OPERATOR(pg_catalog.<=) p.last_day THEN p.delivered
					ELSE COALESCE(p.parts[3], 0) END AS by_last
		FROM (
			-- what was there by the end of each day, if neither all nor nothing was
			SELECT b.*,
				   CASE WHEN b.delivery_first OPERATOR(pg_catalog.<) b.delivered_at
							 AND b.delivered_day OPERATOR(pg_catalog.>) LEAST(b.asked_day, b.first_day, b.last_day)
						THEN (SELECT ARRAY[pg_catalog.sum(d.quantity) FILTER (WHERE d.day OPERATOR(pg_catalog.<=) b.asked_day),
										   pg_catalog.sum(d.quantity) FILTER (WHERE d.day OPERATOR(pg_catalog.<=) b.first_day),
										   pg_catalog.sum(d.quantity) FILTER (WHERE d.day OPERATOR(pg_catalog.<=) b.last_day)]
							  FROM (SELECT e.quantity, (e.at AT TIME ZONE b.zone)::date AS day
									FROM (SELECT o.quantity, o.at
										  FROM promise.delivery AS o
										  WHERE o.ref OPERATOR(pg_catalog.=) ANY (COALESCE(b.refs, ARRAY[b.ref]))
										  UNION ALL
										  SELECT m.quantity, m.at
										  FROM promise.mapped_deliveries(COALESCE(b.refs, ARRAY[b.ref])) AS m
										  WHERE b.booked_elsewhere
										  UNION ALL
										  SELECT OPERATOR(pg_catalog.-) l.change, l.delivered_at
										  FROM promise.ledger AS l
										  WHERE l.ref OPERATOR(pg_catalog.=) ANY (COALESCE(b.refs, ARRAY[b.ref]))
											AND l.delivered_at IS NOT NULL
											AND NOT b.booked_elsewhere
										  UNION ALL
										  SELECT r.requested_quantity, r.delivered_at
										  FROM promise.commitment AS r
										  WHERE r.ref OPERATOR(pg_catalog.=) ANY (b.refs)
											AND b.booked_nowhere) AS e) AS d) END AS parts
			FROM (
				SELECT a.*,
					   CASE WHEN a.first_at OPERATOR(pg_catalog.=) a.asked_at THEN a.asked_day
							ELSE (a.first_at AT TIME ZONE a.zone)::date END AS first_day,
					   CASE WHEN a.last_at OPERATOR(pg_catalog.=) a.asked_at THEN a.asked_day
							ELSE (a.last_at AT TIME ZONE a.zone)::date END AS last_day
				FROM (
					SELECT q.*,
						   COALESCE(q.requested_at, q.first_at) AS asked_at,
						   (COALESCE(q.requested_at, q.first_at) AT TIME ZONE q.zone)::date AS asked_day,
						   (q.delivered_at AT TIME ZONE q.zone)::date AS delivered_day,
						   COALESCE(q.requested_quantity, q.first_quantity) AS asked_quantity
					FROM (
						SELECT o.*,
							   COALESCE(o.parts_first_at, (o.first).at, o.only_at, o.last_at) AS first_at,
							   CASE WHEN o.parts_first_quantity IS NOT NULL THEN o.parts_first_quantity
									WHEN (o.first).change OPERATOR(pg_catalog.>) 0 THEN (o.first).change
									-- a hold became a promise as it was
									WHEN (o.first).entry IS NOT NULL
									THEN (SELECT pg_catalog.sum(l.change) FROM promise.ledger AS l
										  WHERE l.ref OPERATOR(pg_catalog.=) o.ref
											AND l.entry OPERATOR(pg_catalog.<=) (o.first).entry)
									ELSE o.last_quantity END AS first_quantity
						FROM (
							SELECT c.ref, c.item, c.location, c.customer, c.seller, c.channel, c.group_ref,
								   c.accepted_at, c.price, c.cost, c.currency,
								   c.requested_at, c.requested_quantity, c.at AS last_at,
								   c.refs, c.parts_first_at, c.parts_first_quantity,
								   COALESCE(k.zone, n.zone) AS zone, COALESCE(k.today, n.today) AS today,
								   l.only_at,
								   CASE WHEN l.changes OPERATOR(pg_catalog.>) 1 AND c.refs IS NULL
										THEN (SELECT f FROM promise.ledger AS f
											  WHERE f.entry OPERATOR(pg_catalog.=) l.first_entry) END AS first,
								   CASE WHEN c.is_mapped THEN c.quantity OPERATOR(pg_catalog.+) COALESCE(d.quantity, 0)
										WHEN l.ref IS NULL THEN COALESCE(c.requested_quantity, c.quantity)
										ELSE c.quantity OPERATOR(pg_catalog.+) COALESCE(l.delivered, 0) END AS last_quantity,
								   COALESCE(d.quantity, l.delivered, c.settled) AS delivered,
								   COALESCE(d.first_at, l.delivery_first, c.delivery_first) AS delivery_first,
								   COALESCE(d.last_at, l.delivery_last, c.delivered_at) AS delivered_at,
								   COALESCE(d.costed, 0) AS costed,
								   COALESCE(d.costed_amount, 0) AS costed_amount,
								   c.quantity OPERATOR(pg_catalog.=) 0 AND c.delivered_at IS NULL
								   AND d.ref IS NULL AND l.delivered IS NULL AS cancelled,
								   d.ref IS NOT NULL AS booked_elsewhere,
								   d.ref IS NULL AND l.delivered IS NULL AS booked_nowhere
							FROM (SELECT z.zone, (promise.now() AT TIME ZONE z.zone)::date AS today
								  FROM (SELECT promise.policy_zone(NULL) AS zone OFFSET 0) AS z
								  OFFSET 0) AS n
							CROSS JOIN (
								SELECT o.ref, o.item, o.location, o.customer, o.seller, o.channel, o.group_ref,
									   o.accepted_at, o.price, o.cost, o.currency, o.requested_at, o.requested_quantity,
									   o.at, o.quantity, o.delivered_at, o.delivered_at AS delivery_first,
									   CASE WHEN o.delivered_at IS NULL THEN 0 ELSE COALESCE(o.requested_quantity, 0) END AS settled,
									   NULL::text[] AS refs, NULL::timestamptz AS parts_first_at, NULL::numeric AS parts_first_quantity,
									   false AS is_mapped
								FROM promise.commitment AS o
								WHERE o.kind OPERATOR(pg_catalog.=) 'customer'
								  AND o.part_of IS NULL
								  AND NOT EXISTS (SELECT FROM promise.commitment AS e
												  WHERE e.part_of OPERATOR(pg_catalog.=) o.ref)
								UNION ALL
								SELECT w.ref, (w.head).item, (w.head).location, (w.head).customer, (w.head).seller, (w.head).channel,
									   (w.head).group_ref, (w.head).accepted_at, (w.head).price, (w.head).cost, (w.head).currency,
									   (w.head).requested_at, w.requested_quantity,
									   w.at, w.quantity, w.delivered_at, w.delivery_first,
									   w.settled, w.refs, w.first_at, w.first_quantity, false
								FROM (SELECT COALESCE((p.part).part_of, (p.part).ref) AS ref,
											 (pg_catalog.array_agg(p.part ORDER BY (p.part).part_of NULLS FIRST,
																   pg_catalog.length((p.part).ref), (p.part).ref COLLATE "C"))[1] AS head,
											 pg_catalog.array_agg((p.part).ref) AS refs,
											 pg_catalog.sum((p.part).quantity) AS quantity,
											 pg_catalog.sum(COALESCE((p.part).requested_quantity, f.quantity)) AS requested_quantity,
											 COALESCE(pg_catalog.sum((p.part).requested_quantity)
													  FILTER (WHERE (p.part).delivered_at IS NOT NULL), 0) AS settled,
											 pg_catalog.min((p.part).delivered_at) AS delivery_first,
											 pg_catalog.max((p.part).delivered_at) AS delivered_at,
											 COALESCE(pg_catalog.max((p.part).at) FILTER (WHERE f.promised OPERATOR(pg_catalog.>) 0),
													  pg_catalog.max((p.part).at)) AS at,
											 COALESCE(pg_catalog.max(f.at) FILTER (WHERE f.was_promised), pg_catalog.max(f.at)) AS first_at,
											 COALESCE(pg_catalog.sum(f.quantity) FILTER (WHERE f.was_promised), 0) AS first_quantity
									  FROM (SELECT o AS part
											FROM promise.commitment AS o
											WHERE o.part_of IS NOT NULL
											UNION ALL
											SELECT o
											FROM promise.commitment AS o
											WHERE o.part_of IS NULL
											  AND o.ref IN (SELECT e.part_of FROM promise.commitment AS e
															WHERE e.part_of IS NOT NULL)) AS p
									  CROSS JOIN LATERAL (
										  SELECT COALESCE(pg_catalog.max(h.at) FILTER (WHERE h.entry OPERATOR(pg_catalog.=) h.first_entry),
														  (p.part).at) AS at,
												 COALESCE(pg_catalog.sum(h.change) FILTER (WHERE h.entry OPERATOR(pg_catalog.<=) h.first_entry),
														  (p.part).requested_quantity, (p.part).quantity) AS quantity,
												 COALESCE(pg_catalog.sum(h.change) FILTER (WHERE h.delivered_at IS NULL),
														  (p.part).requested_quantity, (p.part).quantity) AS promised,
												 (p.part).requested_quantity IS NULL
												 OR (p.part).requested_quantity OPERATOR(pg_catalog.>) 0 AS was_promised
										  FROM (SELECT l.at, l.entry, l.change, l.delivered_at,
													   COALESCE(pg_catalog.min(l.entry) FILTER (WHERE l.kind OPERATOR(pg_catalog.=) 'convert'
																								  AND l.change OPERATOR(pg_catalog.>=) 0) OVER (),
																pg_catalog.min(l.entry) OVER ()) AS first_entry
												FROM promise.ledger AS l
												WHERE l.ref OPERATOR(pg_catalog.=) (p.part).ref) AS h) AS f
									  WHERE (p.part).kind OPERATOR(pg_catalog.=) 'customer'
									  GROUP BY COALESCE((p.part).part_of, (p.part).ref)) AS w
								UNION ALL
								-- of these nothing is known but what their rows say by now
								SELECT m.ref, m.item, COALESCE(m.location, 'main'), m.customer, m.seller, m.channel, m.group_ref,
									   m.accepted_at, m.price, m.cost, m.currency, m.requested_at, NULL,
									   m.at, GREATEST(m.quantity, 0), NULL, NULL, 0, NULL, NULL, NULL, true
								FROM promise.mapped_promises() AS m
								WHERE COALESCE(m.kind, 'customer') OPERATOR(pg_catalog.=) 'customer'
								  AND m.ref IS NOT NULL AND m.at IS NOT NULL
								  AND NOT EXISTS (SELECT FROM promise.commitment AS o
												  WHERE o.ref OPERATOR(pg_catalog.=) m.ref)) AS c
							LEFT JOIN (
								SELECT e.customer, e.zone, (promise.now() AT TIME ZONE e.zone)::date AS today
								FROM promise.customer AS e
								WHERE e.zone IS NOT NULL
								OFFSET 0) AS k ON k.customer OPERATOR(pg_catalog.=) c.customer
							LEFT JOIN (
								SELECT COALESCE(e.part_of, e.ref) AS ref,
									   pg_catalog.count(NULLIF(e.change, 0))
									   OPERATOR(pg_catalog.-) pg_catalog.count(e.delivered_at) AS changes,
									   pg_catalog.min(e.at) AS only_at,
									   COALESCE(pg_catalog.min(e.entry) FILTER (WHERE e.kind OPERATOR(pg_catalog.=) 'convert'
																				  AND e.change OPERATOR(pg_catalog.>=) 0),
												pg_catalog.min(e.entry)) AS first_entry,
									   OPERATOR(pg_catalog.-) promise.add_up(e.change)
									   FILTER (WHERE e.delivered_at IS NOT NULL) AS delivered,
									   pg_catalog.min(e.delivered_at) AS delivery_first,
									   pg_catalog.max(e.delivered_at) AS delivery_last
								FROM promise.ledger AS e
								GROUP BY COALESCE(e.part_of, e.ref)) AS l ON l.ref OPERATOR(pg_catalog.=) c.ref
							LEFT JOIN (
								SELECT COALESCE(w.part_of, e.ref) AS ref, pg_catalog.sum(e.quantity) AS quantity,
									   pg_catalog.min(e.at) AS first_at, pg_catalog.max(e.at) AS last_at,
									   pg_catalog.sum(e.quantity) FILTER (WHERE e.cost IS NOT NULL) AS costed,
									   pg_catalog.sum(e.quantity OPERATOR(pg_catalog.*) e.cost) AS costed_amount
								FROM (SELECT o.ref, o.at, o.quantity, o.cost FROM promise.delivery AS o
									  UNION ALL
									  SELECT m.ref, m.at, m.quantity, m.cost FROM promise.mapped_deliveries() AS m) AS e
								LEFT JOIN (SELECT o.ref, o.part_of FROM promise.commitment AS o
										   WHERE o.part_of IS NOT NULL) AS w ON w.ref OPERATOR(pg_catalog.=) e.ref
								GROUP BY COALESCE(w.part_of, e.ref)) AS d ON d.ref OPERATOR(pg_catalog.=) c.ref
							OFFSET 0) AS o) AS q
					OFFSET 0) AS a
				WHERE during IS NULL OR a.asked_day OPERATOR(pg_catalog.<@) during) AS b
			OFFSET 0) AS p) AS s;
END;
COMMENT ON FUNCTION promise.scoreboard_lines(daterange) IS
'the lines that every number of the scoreboard is counted from: those whose customer asked for a day of the range, or all';
