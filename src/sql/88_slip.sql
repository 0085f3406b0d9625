/*
 * 88_slip.sql - promises that were moved.
 */

/*
 * Slips: open promises that were moved to a later date.  One statement takes
 * them from the old date and puts them at the new one.  A hold is no promise
 * before it is converted.  (One condition, because the planner multiplies what it
 * guesses of several, until it takes slips for so few that it reads them again for
 * every line.)
 *
 * What is promised in parts is promised for the date of the last of them, so
 * it slips when that moves.
 *
 * An order in a mapped table that is entered and moved in one transaction was never
 * promised otherwise.
 */
CREATE VIEW promise.slip WITH (security_invoker = true) AS
	SELECT COALESCE(m.part_of, m.ref) AS ref, m.entry, GREATEST(m.was_at, others.at) AS was_at,
		   m.at AS now_at, m.at_time AS told_at, alert.known_at
	FROM (SELECT l.ref, l.part_of, l.entry, l.at, l.at_time, l.relation, l.transaction,
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
		  WINDOW before AS (PARTITION BY l.ref, l.relation ORDER BY l.entry)) AS m
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
					WHERE o.ref OPERATOR(pg_catalog.=) m.part_of AND o.relation IS NULL) AS l
			  WHERE l.ref OPERATOR(pg_catalog.<>) m.ref AND l.entry OPERATOR(pg_catalog.<) m.entry
			  GROUP BY l.ref
			  HAVING pg_catalog.sum(l.change) FILTER (WHERE l.delivered_at IS NULL) OPERATOR(pg_catalog.>) 0) AS p) AS others
	CROSS JOIN LATERAL (
		SELECT pg_catalog.min(a.raised_at) AS known_at
		FROM promise.alert AS a
		WHERE a.ref OPERATOR(pg_catalog.=) ANY (pg_catalog.array_prepend(m.ref, others.refs))
		  AND a.promised_at OPERATOR(pg_catalog.=) GREATEST(m.was_at, others.at)
		  AND a.raised_at OPERATOR(pg_catalog.<=) m.at_time) AS alert
	WHERE m.is_slip AND m.at OPERATOR(pg_catalog.>) COALESCE(others.at, '-infinity')
	  AND (m.relation IS NULL
		   OR NOT EXISTS (SELECT FROM promise.ledger AS i
						  WHERE i.ref OPERATOR(pg_catalog.=) m.ref AND i.relation OPERATOR(pg_catalog.=) m.relation
							AND i.kind OPERATOR(pg_catalog.=) 'insert'
							AND i.transaction OPERATOR(pg_catalog.=) m.transaction));
COMMENT ON VIEW promise.slip IS 'promises that were moved to a later date, each time';
COMMENT ON COLUMN promise.slip.ref IS 'the promise; if it is one in parts, the whole';
COMMENT ON COLUMN promise.slip.entry IS 'entry of promise.ledger';
COMMENT ON COLUMN promise.slip.was_at IS 'what was promised until then';
COMMENT ON COLUMN promise.slip.now_at IS 'what was promised instead';
COMMENT ON COLUMN promise.slip.told_at IS 'when that was';
COMMENT ON COLUMN promise.slip.known_at IS
'when promise.alert first said that the old date was at risk; NULL: it never did';
GRANT SELECT ON promise.slip TO @extowner@ WITH GRANT OPTION;
