/*
 * 95_audit.sql - who promised what, on which data, and who approved it.
 *
 * promise.ledger says who promised what and when.  The offers that promise.commit
 * and its like accepted are kept beside it, as their callers saw them, with what
 * they were decided on; like the ledger by the functions, whatever rights
 * their callers have.
 */
CREATE TABLE promise.offer_seen (
	entry bigint PRIMARY KEY,
	ref text NOT NULL,
	kind text NOT NULL,
	item text NOT NULL,
	location text NOT NULL,
	quantity numeric NOT NULL,
	available_at timestamptz,
	due timestamptz,
	on_time boolean NOT NULL,
	valid_until timestamptz,
	decided_at timestamptz NOT NULL,
	snapshot pg_snapshot NOT NULL,
	supply numeric,
	demand numeric,
	sources text[],
	moved text[]
);
COMMENT ON TABLE promise.offer_seen IS
'the offers that were accepted by promise.commit and its like, as they were seen, and what they rest on';
COMMENT ON COLUMN promise.offer_seen.entry IS 'the entry of promise.ledger by which it was accepted';
COMMENT ON COLUMN promise.offer_seen.ref IS 'the promise';
COMMENT ON COLUMN promise.offer_seen.kind IS 'kind of the offer';
COMMENT ON COLUMN promise.offer_seen.item IS 'the item';
COMMENT ON COLUMN promise.offer_seen.location IS 'where it is delivered from';
COMMENT ON COLUMN promise.offer_seen.quantity IS 'the quantity';
COMMENT ON COLUMN promise.offer_seen.available_at IS
'the first instant at which it could be had; NULL: it could not, and was accepted all the same';
COMMENT ON COLUMN promise.offer_seen.due IS 'the date that was asked for; NULL: as early as possible';
COMMENT ON COLUMN promise.offer_seen.on_time IS 'whether it could be had by then';
COMMENT ON COLUMN promise.offer_seen.valid_until IS 'end of a hold';
COMMENT ON COLUMN promise.offer_seen.decided_at IS 'what was taken for now when it was decided';
COMMENT ON COLUMN promise.offer_seen.snapshot IS
'the transactions whose changes were seen; see promise.promised_then()';
COMMENT ON COLUMN promise.offer_seen.supply IS
'what was expected of the item there by the promised date; NULL: it was not decided by that alone';
COMMENT ON COLUMN promise.offer_seen.demand IS 'what had been promised of that already';
COMMENT ON COLUMN promise.offer_seen.sources IS
'the sources of what is made, bought or moved for it; NULL: nothing is';
COMMENT ON COLUMN promise.offer_seen.moved IS
'the promises whose plans were placed anew for it; NULL: none';

SELECT pg_catalog.pg_extension_config_dump('promise.offer_seen', '');

-- to add rows is for restoring a dump; see promise.ledger_keep()
GRANT SELECT, INSERT ON promise.offer_seen TO @extowner@ WITH GRANT OPTION;

CREATE TRIGGER ledger_keep
	BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON promise.offer_seen
	FOR EACH STATEMENT EXECUTE FUNCTION promise.ledger_keep();
ALTER TABLE promise.offer_seen ENABLE ALWAYS TRIGGER ledger_keep;
COMMENT ON TRIGGER ledger_keep ON promise.offer_seen IS
'what was seen stays as it is, even if somebody was granted more';

/* a foreign key would be checked for each promise */
CREATE FUNCTION promise.offer_seen_goes() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM promise.offer_seen AS s USING gone AS g WHERE s.entry = g.entry;
	DELETE FROM promise.gone_order AS o USING gone AS g WHERE o.entry = g.entry;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION promise.offer_seen_goes() IS
'removes what was seen, and what gone orders said, with the entries of the ledger that a superuser removes';

CREATE TRIGGER offer_seen_goes
	AFTER DELETE ON promise.ledger
	REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION promise.offer_seen_goes();
COMMENT ON TRIGGER offer_seen_goes ON promise.ledger IS
'what was seen and said goes with its entry';

/*
 * These read with the rights of whoever asks.  An exception may have been asked
 * for before the promise, or be asked for by the guard with it.
 */
CREATE VIEW promise.audit WITH (security_invoker = true) AS
	SELECT l.entry, l.at_time, l.kind, l.ref, l.item, l.location,
		   COALESCE(c.customer, l.customer) AS customer, COALESCE(c.seller, l.seller) AS seller,
		   l.change, l.at AS promised_at, l.who, l.session_who,
		   s.quantity AS offered, s.due AS asked_for, s.available_at, s.on_time,
		   s.decided_at, s.supply, s.demand, s.sources, s.moved,
		   x.exception, x.status AS standing, x.why, x.sales_signed_by,
		   x.operations_signed_by, x.decided_at AS signed_at,
		   NULL::text AS column_name, NULL::text AS was, NULL::text AS became,
		   l.relation
	FROM promise.ledger AS l
	LEFT JOIN promise.offer_seen AS s ON s.entry OPERATOR(pg_catalog.=) l.entry
	LEFT JOIN promise.commitment AS c ON c.ref OPERATOR(pg_catalog.=) l.ref AND l.relation IS NULL
	LEFT JOIN LATERAL (
		SELECT e.exception, e.status, e.why, e.sales_signed_by, e.operations_signed_by, e.decided_at
		FROM promise.exception AS e
		WHERE e.ref OPERATOR(pg_catalog.=) l.ref
		  AND e.item OPERATOR(pg_catalog.=) l.item
		  AND e.location OPERATOR(pg_catalog.=) l.location
		  AND e.asked_at OPERATOR(pg_catalog.<=) l.at_time
		ORDER BY e.asked_at DESC, e.exception DESC
		LIMIT 1) AS x ON true
	WHERE l.change OPERATOR(pg_catalog.>) 0 OR s.entry IS NOT NULL
	UNION ALL
	SELECT a.entry, a.at_time, 'amend', a.ref, c.item, c.location, c.customer, c.seller,
		   NULL, NULL, a.who, a.session_who, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		   NULL, NULL, NULL, NULL, NULL, NULL,
		   a.column_name, a.was, a.became, NULL
	FROM promise.amendment AS a
	LEFT JOIN promise.commitment AS c ON c.ref OPERATOR(pg_catalog.=) a.ref;
COMMENT ON VIEW promise.audit IS
'who promised what, on which data, and who approved it: a row for each entry of the ledger that promises, or for which an offer was accepted, and for each amendment';
COMMENT ON COLUMN promise.audit.entry IS 'entry of promise.ledger, or of promise.amendment';
COMMENT ON COLUMN promise.audit.at_time IS 'when it was entered';
COMMENT ON COLUMN promise.audit.kind IS 'by what, as in promise.ledger; amend: something else of it was changed';
COMMENT ON COLUMN promise.audit.ref IS 'the promise';
COMMENT ON COLUMN promise.audit.item IS 'its item';
COMMENT ON COLUMN promise.audit.location IS 'where it is delivered from';
COMMENT ON COLUMN promise.audit.customer IS 'whom it is promised to, as promise.commitment says now, or the row of a mapped relation said then';
COMMENT ON COLUMN promise.audit.seller IS 'who sells it, the same';
COMMENT ON COLUMN promise.audit.change IS 'how much more is open there since then';
COMMENT ON COLUMN promise.audit.promised_at IS 'the date that was promised';
COMMENT ON COLUMN promise.audit.who IS 'the role that promised';
COMMENT ON COLUMN promise.audit.session_who IS 'the role that had logged in';
COMMENT ON COLUMN promise.audit.offered IS
'the quantity of the offer that was accepted; NULL: there was none, a statement wrote the row, or offers were not kept';
COMMENT ON COLUMN promise.audit.asked_for IS 'the date that was asked for; NULL: the first possible one';
COMMENT ON COLUMN promise.audit.available_at IS
'the first instant at which it could be had, as the offer said; NULL: none, it was accepted all the same';
COMMENT ON COLUMN promise.audit.on_time IS 'whether that is in time';
COMMENT ON COLUMN promise.audit.decided_at IS 'what was taken for now';
COMMENT ON COLUMN promise.audit.supply IS
'what was expected of the item there by that date; NULL: it was not decided by that alone';
COMMENT ON COLUMN promise.audit.demand IS 'what had been promised of that already';
COMMENT ON COLUMN promise.audit.sources IS 'the sources of what was planned for it';
COMMENT ON COLUMN promise.audit.moved IS 'the promises whose plans were placed anew for it';
COMMENT ON COLUMN promise.audit.exception IS
'the last exception of the promise that had been asked for by then; NULL: none';
COMMENT ON COLUMN promise.audit.standing IS 'what became of that: pending, approved, rejected or withdrawn';
COMMENT ON COLUMN promise.audit.why IS 'what made it worth an exception';
COMMENT ON COLUMN promise.audit.sales_signed_by IS 'who signed for sales';
COMMENT ON COLUMN promise.audit.operations_signed_by IS 'who signed for operations';
COMMENT ON COLUMN promise.audit.signed_at IS 'when it was decided';
COMMENT ON COLUMN promise.audit.column_name IS 'of an amendment: the column of promise.commitment; else NULL';
COMMENT ON COLUMN promise.audit.was IS 'what stood there';
COMMENT ON COLUMN promise.audit.became IS 'what stands there since then';
COMMENT ON COLUMN promise.audit.relation IS
'the mapped relation in which it was promised; NULL: promise.commitment';

/*
 * The ledger keeps everything, so what a transaction saw of it can be read again.
 * Numbers of transactions begin anew where a dump is restored; the time keeps what
 * came later from counting.
 */
CREATE FUNCTION promise.promised_then(
	entry bigint,
	OUT ref text,
	OUT at timestamptz,
	OUT quantity numeric
) RETURNS SETOF record
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10000 ROWS 100
BEGIN ATOMIC
	WITH open AS (
		SELECT l.ref, l.at, l.relation, pg_catalog.sum(l.change) AS quantity
		FROM promise.offer_seen AS s
		JOIN promise.ledger AS own ON own.entry OPERATOR(pg_catalog.=) s.entry
		JOIN promise.ledger AS l ON l.item OPERATOR(pg_catalog.=) s.item
								AND l.location OPERATOR(pg_catalog.=) s.location
		WHERE s.entry OPERATOR(pg_catalog.=) promised_then.entry
		  AND l.ref OPERATOR(pg_catalog.<>) s.ref
		  AND l.at_time OPERATOR(pg_catalog.<=) own.at_time
		  AND (pg_catalog.pg_visible_in_snapshot(l.transaction, s.snapshot)
			   OR l.transaction OPERATOR(pg_catalog.=) own.transaction
				  AND l.entry OPERATOR(pg_catalog.<) s.entry)
		GROUP BY l.ref, l.at, l.relation
		HAVING pg_catalog.sum(l.change) OPERATOR(pg_catalog.<>) 0
	)
	SELECT o.ref, o.at, pg_catalog.sum(o.quantity)
	FROM open AS o
	-- what the business took over counts once
	WHERE o.relation IS NOT NULL
	   OR NOT EXISTS (SELECT FROM open AS t
					  WHERE t.ref OPERATOR(pg_catalog.=) o.ref AND t.relation IS NOT NULL)
	GROUP BY o.ref, o.at
	ORDER BY o.at, o.ref COLLATE "C";
END;
COMMENT ON FUNCTION promise.promised_then(bigint) IS
'what else was promised of the item at the location when the offer of an entry was accepted, as far as the ledger knows';

GRANT SELECT ON promise.audit TO @extowner@ WITH GRANT OPTION;
