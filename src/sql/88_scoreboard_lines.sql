/*
 * 88_scoreboard_lines.sql - every promise as a line, and what became of it.
 */

CREATE TYPE promise.scoreboard_line AS (
	ref text,
	item text,
	location text,
	customer text,
	seller text,
	channel text,
	group_ref text,
	accepted_at timestamptz,
	asked_at timestamptz,
	asked_day date,
	asked_quantity numeric,
	first_at timestamptz,
	first_quantity numeric,
	last_at timestamptz,
	last_quantity numeric,
	delivered numeric,
	delivered_at timestamptz,
	in_time numeric,
	pending boolean,
	cancelled boolean,
	cancelled_late boolean,
	kept boolean,
	early boolean,
	first_kept boolean,
	last_kept boolean,
	price numeric,
	cost numeric,
	delivered_cost numeric,
	currency text
);
COMMENT ON TYPE promise.scoreboard_line IS
'a promise with what became of it, as every number of the scoreboard counts it';
COMMENT ON COLUMN promise.scoreboard_line.ref IS 'the promise; if it is one in parts, the whole';
COMMENT ON COLUMN promise.scoreboard_line.item IS 'what was promised';
COMMENT ON COLUMN promise.scoreboard_line.location IS 'where it is delivered from';
COMMENT ON COLUMN promise.scoreboard_line.customer IS 'whom it was promised to';
COMMENT ON COLUMN promise.scoreboard_line.seller IS 'who sold it';
COMMENT ON COLUMN promise.scoreboard_line.channel IS 'through which channel';
COMMENT ON COLUMN promise.scoreboard_line.group_ref IS 'the order that it belongs to';
COMMENT ON COLUMN promise.scoreboard_line.accepted_at IS 'when the promise was given';
COMMENT ON COLUMN promise.scoreboard_line.asked_at IS
'the date that the customer asked for; the first promise if for none';
COMMENT ON COLUMN promise.scoreboard_line.asked_day IS 'the day of it in the customer''s zone';
COMMENT ON COLUMN promise.scoreboard_line.asked_quantity IS
'the quantity that the customer asked for; that first promised if for none';
COMMENT ON COLUMN promise.scoreboard_line.first_at IS 'the date first promised';
COMMENT ON COLUMN promise.scoreboard_line.first_quantity IS 'the quantity first promised';
COMMENT ON COLUMN promise.scoreboard_line.last_at IS 'the date as promised in the end';
COMMENT ON COLUMN promise.scoreboard_line.last_quantity IS
'the quantity as promised in the end: delivered and still open';
COMMENT ON COLUMN promise.scoreboard_line.delivered IS 'what was delivered in all';
COMMENT ON COLUMN promise.scoreboard_line.delivered_at IS 'when the last of it was';
COMMENT ON COLUMN promise.scoreboard_line.in_time IS
'what was delivered by the end of the day asked for';
COMMENT ON COLUMN promise.scoreboard_line.pending IS 'the day asked for is not over';
COMMENT ON COLUMN promise.scoreboard_line.cancelled IS
'nothing was delivered and nothing is open';
COMMENT ON COLUMN promise.scoreboard_line.cancelled_late IS 'cancelled after the day asked for';
COMMENT ON COLUMN promise.scoreboard_line.kept IS
'all that was asked for came by the end of that day; NULL: not over, or cancelled';
COMMENT ON COLUMN promise.scoreboard_line.early IS
'all of it came before that day; NULL: not over, or cancelled';
COMMENT ON COLUMN promise.scoreboard_line.first_kept IS
'what was first promised came by the end of its day; NULL: not over, or cancelled';
COMMENT ON COLUMN promise.scoreboard_line.last_kept IS
'what was promised in the end came by the end of its day; NULL: not over, or cancelled';
COMMENT ON COLUMN promise.scoreboard_line.price IS 'price of one unit';
COMMENT ON COLUMN promise.scoreboard_line.cost IS 'cost of one unit, as known when it was sold';
COMMENT ON COLUMN promise.scoreboard_line.delivered_cost IS
'cost of what was delivered, as its deliveries say where they do';
COMMENT ON COLUMN promise.scoreboard_line.currency IS 'currency of price and costs';

/*
 * The rows of promises in parts.  Of a part without entries its row says what was
 * promised.  What was no part at first, or is none any more (quantity 0), has no
 * date that counts.
 */
CREATE FUNCTION promise.promised_parts(
	OUT whole text,
	OUT part promise.commitment,
	OUT first_at timestamptz,
	OUT first_quantity numeric,
	OUT was_promised boolean,
	OUT is_promised boolean
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000 ROWS 100
BEGIN ATOMIC
	WITH row_of_part AS (
		-- two lists, because each has its index
		SELECT c AS part
		FROM promise.commitment AS c
		WHERE c.part_of IS NOT NULL
		UNION ALL
		SELECT c
		FROM promise.commitment AS c
		WHERE c.part_of IS NULL
		  AND c.ref IN (SELECT o.part_of FROM promise.commitment AS o
						WHERE o.part_of IS NOT NULL)
	)
	SELECT COALESCE((r.part).part_of, (r.part).ref), r.part,
		   COALESCE(f.at, (r.part).at),
		   COALESCE(f.quantity, (r.part).requested_quantity, (r.part).quantity),
		   (r.part).requested_quantity IS NULL
		   OR (r.part).requested_quantity OPERATOR(pg_catalog.>) 0,
		   COALESCE(f.promised, (r.part).requested_quantity, (r.part).quantity)
		   OPERATOR(pg_catalog.>) 0
	FROM row_of_part AS r
	CROSS JOIN LATERAL (
		SELECT pg_catalog.max(e.at) FILTER (WHERE e.entry OPERATOR(pg_catalog.=) e.first_entry) AS at,
			   pg_catalog.sum(e.change) FILTER (WHERE e.entry OPERATOR(pg_catalog.<=) e.first_entry) AS quantity,
			   pg_catalog.sum(e.change) FILTER (WHERE e.delivered_at IS NULL) AS promised
		FROM (
			SELECT l.at, l.entry, l.change, l.delivered_at,
				   COALESCE(pg_catalog.min(l.entry) FILTER (WHERE l.kind OPERATOR(pg_catalog.=) 'convert'
															  AND l.change OPERATOR(pg_catalog.>=) 0) OVER (),
							pg_catalog.min(l.entry) OVER ()) AS first_entry
			FROM promise.ledger AS l
			WHERE l.ref OPERATOR(pg_catalog.=) (r.part).ref AND l.relation IS NULL) AS e) AS f
	WHERE (r.part).kind OPERATOR(pg_catalog.=) 'customer';
END;
COMMENT ON FUNCTION promise.promised_parts() IS
'the rows of promise.commitment that are parts of promises, the first ones too, with what was promised of each at first';

/*
 * What few lines ask for.  The planner takes a subquery for one that runs for every line;
 * a function hides that.  Deliveries are asked for often enough that a call would cost more
 * than it saves, so that function is one that it puts into the statement.
 */
CREATE FUNCTION promise.promised_until(ref text, entry bigint) RETURNS numeric
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
	RETURN (SELECT pg_catalog.sum(l.change) FROM promise.ledger AS l
			WHERE l.ref OPERATOR(pg_catalog.=) promised_until.ref AND l.relation IS NULL
			  AND l.entry OPERATOR(pg_catalog.<=) promised_until.entry);
COMMENT ON FUNCTION promise.promised_until(text, bigint) IS
'what is open of a promise after an entry of the ledger';

CREATE FUNCTION promise.last_entry_at(refs text[]) RETURNS timestamptz
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100
	RETURN (SELECT pg_catalog.max(l.at_time) FROM promise.ledger AS l
			WHERE l.ref OPERATOR(pg_catalog.=) ANY (refs)
			  AND l.change OPERATOR(pg_catalog.<>) 0);
COMMENT ON FUNCTION promise.last_entry_at(text[]) IS
'when something that was open of promises was last changed, as far as the ledger knows; NULL: never';

CREATE FUNCTION promise.deliveries_of(
	refs text[],
	booked_in text,
	OUT at timestamptz,
	OUT quantity numeric
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100 ROWS 10
BEGIN ATOMIC
	SELECT o.at, o.quantity
	FROM promise.delivery AS o
	WHERE booked_in OPERATOR(pg_catalog.=) 'delivery' AND o.ref OPERATOR(pg_catalog.=) ANY (refs)
	UNION ALL
	SELECT m.at, m.quantity
	FROM promise.mapped_deliveries(refs) AS m
	WHERE booked_in OPERATOR(pg_catalog.=) 'delivery'
	UNION ALL
	SELECT l.delivered_at, OPERATOR(pg_catalog.-) l.change
	FROM promise.ledger AS l
	WHERE booked_in OPERATOR(pg_catalog.=) 'ledger' AND l.ref OPERATOR(pg_catalog.=) ANY (refs)
	  AND l.delivered_at IS NOT NULL
	UNION ALL
	SELECT c.delivered_at, c.requested_quantity
	FROM promise.commitment AS c
	WHERE booked_in OPERATOR(pg_catalog.=) 'commitment' AND c.ref OPERATOR(pg_catalog.=) ANY (refs);
END;
COMMENT ON FUNCTION promise.deliveries_of(text[], text) IS
'deliveries of some promises, as promise.delivery (and what is mapped), promise.ledger or promise.commitment says';

CREATE FUNCTION promise.delivered_before(ref text, at timestamptz) RETURNS numeric
	LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 1000
	RETURN (SELECT COALESCE(pg_catalog.sum(d.quantity), 0)
			FROM promise.deliveries_of(ARRAY[delivered_before.ref], 'delivery') AS d
			WHERE d.at OPERATOR(pg_catalog.<) delivered_before.at);
COMMENT ON FUNCTION promise.delivered_before(text, timestamptz) IS
'how much of a promise was delivered by then, as promise.delivery (and what is mapped) says';

/*
 * The same question for three dates: what was there by the end of the day, and was
 * that enough?
 */
CREATE FUNCTION promise.line_delivered(
	day date,
	delivered numeric,
	delivered_day date,
	partly numeric
) RETURNS numeric
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE WHEN delivered_day OPERATOR(pg_catalog.<=) day THEN delivered
				ELSE COALESCE(partly, 0) END;
COMMENT ON FUNCTION promise.line_delivered(date, numeric, date, numeric) IS
'how much of a line was there by the end of a day: all of it if its last delivery was, else what came partly';

CREATE FUNCTION promise.line_kept(
	day date,
	today date,
	cancelled boolean,
	delivered numeric,
	wanted numeric
) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN CASE WHEN NOT cancelled AND day OPERATOR(pg_catalog.<) today
				THEN delivered OPERATOR(pg_catalog.>=) wanted END;
COMMENT ON FUNCTION promise.line_kept(date, date, boolean, numeric, numeric) IS
'whether what was there by the end of a day is what was wanted; NULL: cancelled, or the day is not over';

/*
 * The list, from what was promised down to what became of it.
 *
 * Whether a day is over, and what came by its end, is told by days in the customer's zone.
 * The ledger is read once, and what is rare is looked up: a first promise that was changed
 * since, deliveries on both sides of a date.  Of a promise that was never changed, all entries
 * that are no deliveries come to one; it was promised at first as it was in the end.
 * Promises in parts are put together before anything else; these are few, and all others
 * pass by.  Of orders in mapped tables whose history is kept, first promises are read apart:
 * what is open of them becomes less when it is delivered, too.
 *
 * Each step that ends with OFFSET 0 has what the next ones use more than once.  Without this
 * fence the planner would have it computed in each of these places.
 *
 * The planner charges what is looked up for a few lines to every line, so any statement that
 * reads them looks dear enough to be compiled, which takes longer than to run it.
 * promise.scoreboard_lines() therefore runs this one without a compiler.  The functions that
 * count lines do so, too, and have this function put into their own statements, which saves a
 * copy of all lines.
 */
CREATE FUNCTION promise.judged_lines(during daterange DEFAULT NULL) RETURNS SETOF promise.scoreboard_line
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10000
BEGIN ATOMIC
	WITH zone AS (
		SELECT z.zone, (promise.now() AT TIME ZONE z.zone)::date AS today
		FROM (SELECT promise.policy_zone(NULL) AS zone OFFSET 0) AS z
		OFFSET 0
	), customer_zone AS (
		SELECT k.customer, k.zone, (promise.now() AT TIME ZONE k.zone)::date AS today
		FROM promise.customer AS k
		WHERE k.zone IS NOT NULL
		OFFSET 0
	), promised_in_parts AS (
		SELECT p.whole AS ref,
			   (pg_catalog.array_agg(p.part ORDER BY (p.part).part_of NULLS FIRST, pg_catalog.length((p.part).ref),
									 (p.part).ref COLLATE "C"))[1] AS head,
			   pg_catalog.array_agg((p.part).ref) AS refs,
			   pg_catalog.sum((p.part).quantity) AS quantity,
			   pg_catalog.sum(COALESCE((p.part).requested_quantity, p.first_quantity)) AS requested_quantity,
			   COALESCE(pg_catalog.sum((p.part).requested_quantity)
						FILTER (WHERE (p.part).delivered_at IS NOT NULL), 0) AS settled,
			   pg_catalog.min((p.part).delivered_at) AS delivery_first,
			   pg_catalog.max((p.part).delivered_at) AS delivered_at,
			   COALESCE(pg_catalog.max((p.part).at) FILTER (WHERE p.is_promised), pg_catalog.max((p.part).at)) AS at,
			   COALESCE(pg_catalog.max(p.first_at) FILTER (WHERE p.was_promised), pg_catalog.max(p.first_at)) AS first_at,
			   COALESCE(pg_catalog.sum(p.first_quantity) FILTER (WHERE p.was_promised), 0) AS first_quantity
		FROM promise.promised_parts() AS p
		GROUP BY p.whole
	), mapped AS (
		SELECT m.*
		FROM promise.mapped_promises() AS m
		WHERE COALESCE(m.kind, 'customer') OPERATOR(pg_catalog.=) 'customer'
		  AND m.ref IS NOT NULL AND m.at IS NOT NULL
	), promised AS (
		-- in one row
		SELECT c.ref, c.item, c.location, c.customer, c.seller, c.channel, c.group_ref, c.accepted_at,
			   c.price, c.cost, c.currency, c.requested_at, c.requested_quantity, c.at, c.quantity,
			   CASE WHEN c.delivered_at IS NULL THEN 0 ELSE COALESCE(c.requested_quantity, 0) END AS settled,
			   c.delivered_at AS delivery_first, c.delivered_at, NULL::text[] AS refs,
			   NULL::timestamptz AS known_first_at, NULL::numeric AS known_first_quantity,
			   NULL::timestamptz AS opened_at, false AS is_mapped
		FROM promise.commitment AS c
		WHERE c.kind OPERATOR(pg_catalog.=) 'customer'
		  AND c.part_of IS NULL
		  AND NOT EXISTS (SELECT FROM promise.commitment AS o
						  WHERE o.part_of OPERATOR(pg_catalog.=) c.ref)
		UNION ALL
		SELECT w.ref, (w.head).item, (w.head).location, (w.head).customer, (w.head).seller, (w.head).channel,
			   (w.head).group_ref, (w.head).accepted_at, (w.head).price, (w.head).cost, (w.head).currency,
			   (w.head).requested_at, w.requested_quantity, w.at, w.quantity,
			   w.settled, w.delivery_first, w.delivered_at, w.refs, w.first_at, w.first_quantity, NULL, false
		FROM promised_in_parts AS w
		UNION ALL
		-- of these is known what their rows say by now, and what the ledger does if it is told
		SELECT o.ref, o.item, o.location, o.customer, o.seller, o.channel, o.group_ref, o.accepted_at,
			   o.price, o.cost, o.currency, o.requested_at, NULL, o.at, o.quantity,
			   0, NULL, NULL, NULL, f.at, f.quantity, f.opened_at, true
		FROM (SELECT m.ref, m.item, COALESCE(m.location, 'main') AS location, m.customer, m.seller, m.channel, m.group_ref,
					 m.accepted_at, m.price, m.cost, m.currency, m.requested_at, m.at,
					 GREATEST(m.quantity, 0) AS quantity, false AS is_gone
			  FROM mapped AS m
			  UNION ALL
			  SELECT g.ref, g.item, g.location, g.customer, g.seller, g.channel, g.group_ref,
					 g.accepted_at, g.price, g.cost, g.currency, g.requested_at, g.at, 0, true
			  FROM promise.gone AS g
			  WHERE COALESCE(g.kind, 'customer') OPERATOR(pg_catalog.=) 'customer'
				AND NOT EXISTS (SELECT FROM mapped AS m
								WHERE m.ref OPERATOR(pg_catalog.=) g.ref)) AS o
		LEFT JOIN promise.first_promises() AS f ON f.ref OPERATOR(pg_catalog.=) o.ref
		WHERE NOT EXISTS (SELECT FROM promise.commitment AS c
						  WHERE c.ref OPERATOR(pg_catalog.=) o.ref)
		  -- what nobody ever promised cannot be gone
		  AND (f.ref IS NOT NULL OR NOT o.is_gone)
	), in_ledger AS (
		-- the sums of each promise
		SELECT COALESCE(e.part_of, e.ref) AS ref,
			   pg_catalog.count(NULLIF(e.change, 0))
			   OPERATOR(pg_catalog.-) pg_catalog.count(e.delivered_at) AS changes,
			   pg_catalog.min(e.at) AS only_at,
			   COALESCE(pg_catalog.min(e.entry) FILTER (WHERE e.kind OPERATOR(pg_catalog.=) 'convert'
														  AND e.change OPERATOR(pg_catalog.>=) 0),
						pg_catalog.min(e.entry)) AS first_entry,
			   OPERATOR(pg_catalog.-) promise.add_up(e.change) FILTER (WHERE e.delivered_at IS NOT NULL) AS delivered,
			   pg_catalog.min(e.delivered_at) AS delivery_first,
			   pg_catalog.max(e.delivered_at) AS delivered_at
		FROM promise.ledger AS e
		WHERE e.relation IS NULL
		GROUP BY COALESCE(e.part_of, e.ref)
	), booked_elsewhere AS (
		-- deliveries of each promise that the ledger does not have
		SELECT COALESCE(p.part_of, e.ref) AS ref, pg_catalog.sum(e.quantity) AS delivered,
			   pg_catalog.min(e.at) AS delivery_first, pg_catalog.max(e.at) AS delivered_at,
			   pg_catalog.sum(e.quantity) FILTER (WHERE e.cost IS NOT NULL) AS costed,
			   pg_catalog.sum(e.quantity OPERATOR(pg_catalog.*) e.cost) AS costed_amount
		FROM (SELECT o.ref, o.at, o.quantity, o.cost FROM promise.delivery AS o
			  UNION ALL
			  SELECT m.ref, m.at, m.quantity, m.cost FROM promise.mapped_deliveries() AS m) AS e
		LEFT JOIN (SELECT c.ref, c.part_of FROM promise.commitment AS c
				   WHERE c.part_of IS NOT NULL) AS p ON p.ref OPERATOR(pg_catalog.=) e.ref
		GROUP BY COALESCE(p.part_of, e.ref)
	), delivered AS (
		-- and what was promised at first, if it is not what was promised in the end
		SELECT p.ref, p.item, p.location, p.customer, p.seller, p.channel, p.group_ref, p.accepted_at,
			   p.price, p.cost, p.currency, p.requested_at, p.requested_quantity, p.at AS last_at,
			   p.refs, p.known_first_at, l.only_at,
			   -- of what was open when its history began, some may have been delivered before
			   p.known_first_quantity OPERATOR(pg_catalog.+)
			   CASE WHEN b.delivery_first OPERATOR(pg_catalog.<) p.opened_at
					THEN promise.delivered_before(p.ref, p.opened_at) ELSE 0 END AS known_first_quantity,
			   CASE WHEN l.changes OPERATOR(pg_catalog.>) 1 AND p.refs IS NULL
					THEN (SELECT f FROM promise.ledger AS f
						  WHERE f.entry OPERATOR(pg_catalog.=) l.first_entry) END AS first,
			   CASE WHEN p.is_mapped THEN p.quantity OPERATOR(pg_catalog.+) COALESCE(b.delivered, 0)
					WHEN l.ref IS NULL THEN COALESCE(p.requested_quantity, p.quantity)
					ELSE p.quantity OPERATOR(pg_catalog.+) COALESCE(l.delivered, 0) END AS last_quantity,
			   CASE WHEN b.ref IS NOT NULL THEN 'delivery'
					WHEN l.delivered IS NOT NULL THEN 'ledger'
					ELSE 'commitment' END AS booked_in,
			   COALESCE(b.delivered, l.delivered, p.settled) AS delivered,
			   COALESCE(b.delivery_first, l.delivery_first, p.delivery_first) AS delivery_first,
			   COALESCE(b.delivered_at, l.delivered_at, p.delivered_at) AS delivered_at,
			   COALESCE(b.costed, 0) AS costed, COALESCE(b.costed_amount, 0) AS costed_amount,
			   p.quantity OPERATOR(pg_catalog.=) 0 AND p.delivered_at IS NULL
			   AND b.ref IS NULL AND l.delivered IS NULL AS cancelled,
			   COALESCE(k.zone, z.zone) AS zone, COALESCE(k.today, z.today) AS today
		FROM zone AS z
		CROSS JOIN promised AS p
		LEFT JOIN customer_zone AS k ON k.customer OPERATOR(pg_catalog.=) p.customer
		LEFT JOIN in_ledger AS l ON l.ref OPERATOR(pg_catalog.=) p.ref AND NOT p.is_mapped
		LEFT JOIN booked_elsewhere AS b ON b.ref OPERATOR(pg_catalog.=) p.ref
		OFFSET 0
	), asked AS (
		-- what was promised at first stands in for what nobody asked for
		SELECT d.*, f.first_at, f.first_quantity,
			   COALESCE(d.requested_at, f.first_at) AS asked_at,
			   COALESCE(d.requested_quantity, f.first_quantity) AS asked_quantity,
			   (COALESCE(d.requested_at, f.first_at) AT TIME ZONE d.zone)::date AS asked_day,
			   (d.delivered_at AT TIME ZONE d.zone)::date AS delivered_day
		FROM delivered AS d
		CROSS JOIN LATERAL (
			SELECT COALESCE(d.known_first_at, (d.first).at, d.only_at, d.last_at) AS first_at,
				   CASE WHEN d.known_first_quantity IS NOT NULL THEN d.known_first_quantity
						-- a hold became a promise: of what it held, and what was added then
						WHEN (d.first).kind OPERATOR(pg_catalog.=) 'convert'
						THEN promise.promised_until(d.ref, (d.first).entry)
						WHEN (d.first).entry IS NOT NULL THEN (d.first).change
						ELSE d.last_quantity END AS first_quantity) AS f
		OFFSET 0
	), dated AS (
		-- and what came by the end of each day, where it was neither all nor nothing
		SELECT a.*, d.first_day, d.last_day,
			   CASE WHEN a.delivery_first OPERATOR(pg_catalog.<) a.delivered_at
						 AND a.delivered_day OPERATOR(pg_catalog.>) LEAST(a.asked_day, d.first_day, d.last_day)
					THEN (SELECT ARRAY[pg_catalog.sum(e.quantity) FILTER (WHERE e.day OPERATOR(pg_catalog.<=) a.asked_day),
									   pg_catalog.sum(e.quantity) FILTER (WHERE e.day OPERATOR(pg_catalog.<=) d.first_day),
									   pg_catalog.sum(e.quantity) FILTER (WHERE e.day OPERATOR(pg_catalog.<=) d.last_day)]
						  FROM (SELECT o.quantity, (o.at AT TIME ZONE a.zone)::date AS day
								FROM promise.deliveries_of(COALESCE(a.refs, ARRAY[a.ref]), a.booked_in) AS o) AS e) END AS partly
		FROM asked AS a
		CROSS JOIN LATERAL (
			SELECT CASE WHEN a.first_at OPERATOR(pg_catalog.=) a.asked_at THEN a.asked_day
						ELSE (a.first_at AT TIME ZONE a.zone)::date END AS first_day,
				   CASE WHEN a.last_at OPERATOR(pg_catalog.=) a.asked_at THEN a.asked_day
						ELSE (a.last_at AT TIME ZONE a.zone)::date END AS last_day) AS d
		WHERE during IS NULL OR a.asked_day OPERATOR(pg_catalog.<@) during
		OFFSET 0
	)
	SELECT d.ref, d.item, d.location, d.customer, d.seller, d.channel, d.group_ref, d.accepted_at,
		   d.asked_at, d.asked_day, d.asked_quantity, d.first_at, d.first_quantity, d.last_at, d.last_quantity,
		   d.delivered, d.delivered_at, b.by_asked,
		   NOT d.cancelled AND d.asked_day OPERATOR(pg_catalog.>=) d.today,
		   d.cancelled,
		   d.cancelled AND COALESCE((promise.last_entry_at(COALESCE(d.refs, ARRAY[d.ref])) AT TIME ZONE d.zone)::date
									OPERATOR(pg_catalog.>) d.asked_day, false),
		   promise.line_kept(d.asked_day, d.today, d.cancelled, b.by_asked, d.asked_quantity),
		   CASE WHEN NOT d.cancelled AND d.asked_day OPERATOR(pg_catalog.<) d.today
				THEN d.delivered OPERATOR(pg_catalog.>=) d.asked_quantity
					 AND d.delivered_day OPERATOR(pg_catalog.<) d.asked_day END,
		   promise.line_kept(d.first_day, d.today, d.cancelled, b.by_first, d.first_quantity),
		   promise.line_kept(d.last_day, d.today, d.cancelled, b.by_last, d.last_quantity),
		   d.price, d.cost,
		   d.costed_amount OPERATOR(pg_catalog.+)
				CASE WHEN d.delivered OPERATOR(pg_catalog.=) d.costed AND d.costed OPERATOR(pg_catalog.<>) 0 THEN 0
					 ELSE (d.delivered OPERATOR(pg_catalog.-) d.costed) OPERATOR(pg_catalog.*) d.cost END,
		   d.currency
	FROM dated AS d
	CROSS JOIN LATERAL (
		SELECT promise.line_delivered(d.asked_day, d.delivered, d.delivered_day, d.partly[1]) AS by_asked,
			   promise.line_delivered(d.first_day, d.delivered, d.delivered_day, d.partly[2]) AS by_first,
			   promise.line_delivered(d.last_day, d.delivered, d.delivered_day, d.partly[3]) AS by_last) AS b;
END;
COMMENT ON FUNCTION promise.judged_lines(daterange) IS
'the same as promise.scoreboard_lines(), for statements that the planner shall put it into';

CREATE FUNCTION promise.scoreboard_lines(during daterange DEFAULT NULL) RETURNS SETOF promise.scoreboard_line
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 ROWS 10000
	SET jit = off
BEGIN ATOMIC
	SELECT l.* FROM promise.judged_lines(during) AS l;
END;
COMMENT ON FUNCTION promise.scoreboard_lines(daterange) IS
'the lines that every number of the scoreboard is counted from: those whose customer asked for a day of the range, or all';
