/*
 * 86_exception_view.sql - exceptions as people look at them.
 */

/*
 * Was an approval used?  Where the order is kept elsewhere, it is used if there
 * is demand under its ref.
 */
CREATE FUNCTION promise.exception_is_used(asked promise.exception) RETURNS boolean
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 1000
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM promise.exception_entry AS x
				   WHERE x.exception OPERATOR(pg_catalog.=) (asked).exception
					 AND x.kind OPERATOR(pg_catalog.=) 'reserve')
		OR EXISTS (SELECT FROM promise.demanded((asked).item, (asked).location) AS d
				   WHERE d.ref OPERATOR(pg_catalog.=) (asked).ref);
END;
COMMENT ON FUNCTION promise.exception_is_used(promise.exception) IS
'is the promise of an exception given';

CREATE FUNCTION promise.exception_standing(asked promise.exception) RETURNS text
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100
	RETURN CASE WHEN (asked).status OPERATOR(pg_catalog.=) 'pending'
					 AND (asked).answer_by OPERATOR(pg_catalog.<) promise.now() THEN 'overdue'
				WHEN (asked).status OPERATOR(pg_catalog.=) 'approved'
					 AND (asked).expires_at OPERATOR(pg_catalog.<=) promise.now()
					 AND NOT promise.exception_is_used(asked) THEN 'expired'
				ELSE (asked).status END;
COMMENT ON FUNCTION promise.exception_standing(promise.exception) IS
'how an exception stands now: its status, or overdue if it is pending for too long, or expired if its approval was not used in time';

CREATE FUNCTION promise.exception_plan_text(exception bigint) RETURNS text
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(
			CASE p.kind
			WHEN 'move' THEN pg_catalog.format('promise "%s" moves to %s', p.ref, promise.policy_text(p.at, promise.policy_zone(NULL)))
			ELSE pg_catalog.format('%s more of resource "%s" from %s to %s', promise.policy_text(p.units), p.resource,
					promise.policy_text(pg_catalog.lower(p.during), promise.policy_zone(NULL)),
					promise.policy_text(pg_catalog.upper(p.during), promise.policy_zone(NULL)))
			END, '; ' ORDER BY p.entry)
	FROM promise.exception_plan(exception) AS p;
END;
COMMENT ON FUNCTION promise.exception_plan_text(bigint) IS
'the plan of an exception as a sentence; NULL: none is stated';

/* these views read with the rights of whoever asks */
CREATE VIEW promise.exceptions WITH (security_invoker = true) AS
	SELECT e.exception, e.ref, e.item, e.location, e.at, e.quantity, e.missing,
		   e.reason, e.guidelines, e.detail, e.why, e.urgency,
		   COALESCE(e.customer, c.customer) AS customer,
		   COALESCE(e.seller, c.seller) AS seller,
		   e.quantity OPERATOR(pg_catalog.*) COALESCE(e.price, c.price) AS value,
		   COALESCE(e.currency, c.currency) AS currency,
		   promise.exception_standing(e) AS standing,
		   e.asked_by, e.asked_at, e.answer_by,
		   promise.exception_plan_text(e.exception) AS plan,
		   e.sales_signed_by, e.operations_signed_by,
		   e.decided_by, e.decided_at, e.expires_at
	FROM promise.exception AS e
	LEFT JOIN promise.commitment AS c ON c.ref OPERATOR(pg_catalog.=) e.ref;
COMMENT ON VIEW promise.exceptions IS 'exceptions and how they stand now';
COMMENT ON COLUMN promise.exceptions.exception IS 'number of the exception';
COMMENT ON COLUMN promise.exceptions.ref IS 'the promise';
COMMENT ON COLUMN promise.exceptions.item IS 'its item';
COMMENT ON COLUMN promise.exceptions.location IS 'its location';
COMMENT ON COLUMN promise.exceptions.at IS 'its date';
COMMENT ON COLUMN promise.exceptions.quantity IS 'its quantity';
COMMENT ON COLUMN promise.exceptions.missing IS 'how much was missing when it was asked for';
COMMENT ON COLUMN promise.exceptions.reason IS 'why it could not be kept, or policy';
COMMENT ON COLUMN promise.exceptions.guidelines IS 'the guidelines that it is outside of';
COMMENT ON COLUMN promise.exceptions.detail IS 'what speaks against it, as sentences';
COMMENT ON COLUMN promise.exceptions.why IS 'what makes it worth an exception';
COMMENT ON COLUMN promise.exceptions.urgency IS 'how urgent';
COMMENT ON COLUMN promise.exceptions.customer IS 'whom it is promised to';
COMMENT ON COLUMN promise.exceptions.seller IS 'who sells it';
COMMENT ON COLUMN promise.exceptions.value IS 'its value, quantity times price';
COMMENT ON COLUMN promise.exceptions.currency IS 'currency of the value';
COMMENT ON COLUMN promise.exceptions.standing IS
'pending, overdue, approved, expired (approved, and not used in time), rejected or withdrawn';
COMMENT ON COLUMN promise.exceptions.asked_by IS 'who asked for it';
COMMENT ON COLUMN promise.exceptions.asked_at IS 'when';
COMMENT ON COLUMN promise.exceptions.answer_by IS 'until when it is to be answered';
COMMENT ON COLUMN promise.exceptions.plan IS 'what is planned for it: orders that move, capacity';
COMMENT ON COLUMN promise.exceptions.sales_signed_by IS 'who has signed for sales';
COMMENT ON COLUMN promise.exceptions.operations_signed_by IS 'who has signed for operations';
COMMENT ON COLUMN promise.exceptions.decided_by IS 'who decided; of two the last';
COMMENT ON COLUMN promise.exceptions.decided_at IS 'when';
COMMENT ON COLUMN promise.exceptions.expires_at IS 'until when an approval can be used';

CREATE VIEW promise.escalations WITH (security_invoker = true) AS
	SELECT e.exception, e.ref, e.item, e.location, e.urgency, e.asked_by, e.answer_by,
		   promise.now() OPERATOR(pg_catalog.-) e.answer_by AS overdue_for,
		   v.side,
		   ARRAY(SELECT s.role_name FROM promise.exception_signatories(e.exception) AS s
				 WHERE s.side OPERATOR(pg_catalog.=) v.side) AS role_names
	FROM promise.exception AS e,
		 LATERAL (VALUES ('sales', e.sales_signed_by), ('operations', e.operations_signed_by)) AS v (side, signed_by)
	WHERE e.status OPERATOR(pg_catalog.=) 'pending'
	  AND e.answer_by OPERATOR(pg_catalog.<) promise.now()
	  AND v.signed_by IS NULL;
COMMENT ON VIEW promise.escalations IS
'exceptions that were not answered in time, a row for each side that has not signed';
COMMENT ON COLUMN promise.escalations.exception IS 'number of the exception';
COMMENT ON COLUMN promise.escalations.ref IS 'the promise';
COMMENT ON COLUMN promise.escalations.item IS 'its item';
COMMENT ON COLUMN promise.escalations.location IS 'its location';
COMMENT ON COLUMN promise.escalations.urgency IS 'how urgent';
COMMENT ON COLUMN promise.escalations.asked_by IS 'who asked for it';
COMMENT ON COLUMN promise.escalations.answer_by IS 'until when it was to be answered';
COMMENT ON COLUMN promise.escalations.overdue_for IS 'for how long it has been overdue';
COMMENT ON COLUMN promise.escalations.side IS 'side that has not signed';
COMMENT ON COLUMN promise.escalations.role_names IS
'roles that may sign for it now: its signatories, and whom the urgency escalates to';

/*
 * What the guard has let pass in mode except is in the tables of the business.
 * It does not count, but only those who keep it can take it back.
 */
CREATE VIEW promise.rejected_orders WITH (security_invoker = true) AS
	SELECT e.exception, e.ref, e.item, e.location, d.at, d.quantity, e.status, e.decided_by, e.decided_at
	FROM promise.exception AS e
	CROSS JOIN LATERAL (
		SELECT pg_catalog.min(o.at) AS at, pg_catalog.sum(o.quantity) AS quantity
		FROM promise.demanded(e.item, e.location, true) AS o
		WHERE o.ref OPERATOR(pg_catalog.=) e.ref) AS d
	WHERE e.status IN ('rejected', 'withdrawn')
	  AND d.quantity OPERATOR(pg_catalog.>=) COALESCE(e.quantity, 0)
	  AND d.at OPERATOR(pg_catalog.<=) COALESCE(e.at, 'infinity')
	  AND NOT EXISTS (SELECT FROM promise.exception AS n
					  WHERE n.ref OPERATOR(pg_catalog.=) e.ref
						AND n.exception OPERATOR(pg_catalog.>) e.exception
						AND n.status IN ('pending', 'approved'));
COMMENT ON VIEW promise.rejected_orders IS
'orders that stand as they were asked for although their exception was rejected or withdrawn';
COMMENT ON COLUMN promise.rejected_orders.exception IS 'number of the exception';
COMMENT ON COLUMN promise.rejected_orders.ref IS 'the order';
COMMENT ON COLUMN promise.rejected_orders.item IS 'its item';
COMMENT ON COLUMN promise.rejected_orders.location IS 'its location';
COMMENT ON COLUMN promise.rejected_orders.at IS 'its date';
COMMENT ON COLUMN promise.rejected_orders.quantity IS 'its quantity';
COMMENT ON COLUMN promise.rejected_orders.status IS 'rejected or withdrawn';
COMMENT ON COLUMN promise.rejected_orders.decided_by IS 'who decided';
COMMENT ON COLUMN promise.rejected_orders.decided_at IS 'when';

CREATE FUNCTION promise.exception_history(
	exception bigint,
	OUT at_time timestamptz,
	OUT kind text,
	OUT side text,
	OUT who text,
	OUT what text
) RETURNS SETOF record
	LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED COST 1000 ROWS 10
BEGIN ATOMIC
	SELECT h.at_time, h.kind, h.side, h.who, h.what
	FROM (SELECT 0 AS entry, e.asked_at AS at_time, 'ask' AS kind, NULL AS side, e.session_asked_by AS who,
				 pg_catalog.concat_ws(' ', e.why, '(' OPERATOR(pg_catalog.||) NULLIF(e.detail, '') OPERATOR(pg_catalog.||) ')') AS what
		  FROM promise.exception AS e
		  WHERE e.exception OPERATOR(pg_catalog.=) exception_history.exception
		  UNION ALL
		  SELECT x.entry, x.at_time, x.kind, x.side, x.session_who,
				 pg_catalog.concat_ws(': ',
					CASE WHEN x.kind IN ('alternative', 'reject', 'reserve') THEN
						NULLIF(pg_catalog.concat_ws(' ',
							promise.policy_text(x.quantity) OPERATOR(pg_catalog.||) CASE WHEN x.item IS NULL THEN '' ELSE pg_catalog.format(' of "%s"', x.item) END,
							'by ' OPERATOR(pg_catalog.||) promise.policy_text(x.at, promise.policy_zone(NULL))), '')
						 WHEN x.kind OPERATOR(pg_catalog.=) 'move' THEN
						pg_catalog.format('"%s" to %s', x.ref, promise.policy_text(x.at, promise.policy_zone(NULL)))
						 WHEN x.kind OPERATOR(pg_catalog.=) 'capacity' THEN
						pg_catalog.format('%s more of "%s" from %s', promise.policy_text(x.units), x.resource,
								promise.policy_text(pg_catalog.lower(x.during), promise.policy_zone(NULL))) END,
					x.note)
		  FROM promise.exception_entry AS x
		  WHERE x.exception OPERATOR(pg_catalog.=) exception_history.exception) AS h
	ORDER BY h.entry;
END;
COMMENT ON FUNCTION promise.exception_history(bigint) IS
'what has become of an exception, step by step, as sentences';

/*
 * Which guideline, or which reason, produces most exceptions?
 */
CREATE FUNCTION promise.exception_statistics(
	during tstzrange DEFAULT NULL,
	OUT reason promise.reason,
	OUT guideline text,
	OUT asked bigint,
	OUT approved bigint,
	OUT expired bigint,
	OUT rejected bigint,
	OUT withdrawn bigint,
	OUT pending bigint,
	OUT overdue bigint,
	OUT answered_late bigint,
	OUT median_hours numeric
) RETURNS SETOF record
	LANGUAGE sql STABLE PARALLEL RESTRICTED COST 10000 ROWS 20
BEGIN ATOMIC
	SELECT s.reason, s.guideline, pg_catalog.count(*),
		   pg_catalog.count(*) FILTER (WHERE s.standing OPERATOR(pg_catalog.=) 'approved'),
		   pg_catalog.count(*) FILTER (WHERE s.standing OPERATOR(pg_catalog.=) 'expired'),
		   pg_catalog.count(*) FILTER (WHERE s.standing OPERATOR(pg_catalog.=) 'rejected'),
		   pg_catalog.count(*) FILTER (WHERE s.standing OPERATOR(pg_catalog.=) 'withdrawn'),
		   pg_catalog.count(*) FILTER (WHERE s.standing OPERATOR(pg_catalog.=) 'pending'),
		   pg_catalog.count(*) FILTER (WHERE s.standing OPERATOR(pg_catalog.=) 'overdue'),
		   pg_catalog.count(*) FILTER (WHERE s.decided_at OPERATOR(pg_catalog.>) s.answer_by),
		   pg_catalog.round((pg_catalog.percentile_cont(0.5) WITHIN GROUP (
				ORDER BY extract(epoch FROM s.decided_at OPERATOR(pg_catalog.-) s.asked_at)::float8 OPERATOR(pg_catalog./) 3600))::numeric, 2)
	FROM (SELECT g.guideline,
				 CASE WHEN g.guideline IS NULL THEN e.reason ELSE 'policy' END AS reason,
				 promise.exception_standing(e) AS standing, e.asked_at, e.decided_at, e.answer_by
		  FROM promise.exception AS e
		  LEFT JOIN LATERAL pg_catalog.unnest(e.guidelines) AS g (guideline) ON true
		  WHERE e.asked_at OPERATOR(pg_catalog.<@) exception_statistics.during IS NOT FALSE) AS s
	GROUP BY s.reason, s.guideline
	ORDER BY pg_catalog.count(*) DESC, s.reason, s.guideline COLLATE "C";
END;
COMMENT ON FUNCTION promise.exception_statistics(tstzrange) IS
'how many exceptions each guideline, or each reason, has produced and how they ended; one outside of two guidelines counts for both';

GRANT SELECT ON promise.exceptions, promise.escalations, promise.rejected_orders TO @extowner@ WITH GRANT OPTION;
