/*
 * 36_amendment.sql - what else has become of every promise: what is changed of it
 * beside quantity and date.
 *
 * The ledger has what is open, where and when.  Here is every other change that
 * says something about a promise, written as the ledger is, whoever changes the row
 * and however, once promise.commitment is guarded.  The numbers are those of the
 * ledger, so that there is one order of both.
 */
CREATE TABLE promise.amendment (
	entry bigint PRIMARY KEY DEFAULT pg_catalog.nextval('promise.ledger_entry_seq'),
	ref text NOT NULL,
	column_name text NOT NULL,
	was text,
	became text,
	who text NOT NULL,
	session_who text NOT NULL,
	at_time timestamptz NOT NULL,
	transaction xid8 NOT NULL
);
CREATE INDEX amendment_ref ON promise.amendment (ref, entry);
COMMENT ON TABLE promise.amendment IS
'what was changed of a promise that promise.ledger does not tell, such as its price or customer: rows are added, never changed';
COMMENT ON COLUMN promise.amendment.entry IS
'number of the row; rows and entries of promise.ledger are numbered together, those of one ref in order';
COMMENT ON COLUMN promise.amendment.ref IS 'the promise, as it was called until then';
COMMENT ON COLUMN promise.amendment.column_name IS 'the column of promise.commitment';
COMMENT ON COLUMN promise.amendment.was IS 'what stood there, dates in UTC; NULL: nothing';
COMMENT ON COLUMN promise.amendment.became IS 'what stands there since then; NULL: nothing';
COMMENT ON COLUMN promise.amendment.who IS 'the role that did it';
COMMENT ON COLUMN promise.amendment.session_who IS 'the role that had logged in';
COMMENT ON COLUMN promise.amendment.at_time IS 'when: the clock, or the setting promise.clock';
COMMENT ON COLUMN promise.amendment.transaction IS 'the transaction that did it';

SELECT pg_catalog.pg_extension_config_dump('promise.amendment', '');

-- to add rows is for restoring a dump; see promise.ledger_keep()
GRANT SELECT, INSERT ON promise.amendment TO @extowner@ WITH GRANT OPTION;

CREATE TRIGGER ledger_keep
	BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON promise.amendment
	FOR EACH STATEMENT EXECUTE FUNCTION promise.ledger_keep();
ALTER TABLE promise.amendment ENABLE ALWAYS TRIGGER ledger_keep;
COMMENT ON TRIGGER ledger_keep ON promise.amendment IS
'what was changed stays as it is told, even if somebody was granted more';

CREATE FUNCTION promise.amendment_goes() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM promise.amendment AS a
	USING (SELECT DISTINCT g.ref FROM gone AS g) AS g
	WHERE a.ref = g.ref
	  AND NOT EXISTS (SELECT FROM promise.ledger AS l WHERE l.ref = g.ref);
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION promise.amendment_goes() IS
'removes what was amended of promises whose last entries of the ledger a superuser removes';

CREATE TRIGGER amendment_goes
	AFTER DELETE ON promise.ledger
	REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION promise.amendment_goes();
COMMENT ON TRIGGER amendment_goes ON promise.ledger IS
'what was amended of a promise goes with its last entry';

/*
 * Which columns, and when: the conditions cost next to nothing where none of them
 * changes.  Not "UPDATE OF", because other triggers change columns that the
 * statement does not name.  Nothing is said of available_at, which is computed.
 */
CREATE FUNCTION promise.amendment_record() RETURNS trigger
	AS 'MODULE_PATHNAME', 'amendment_record' LANGUAGE C;
COMMENT ON FUNCTION promise.amendment_record() IS
'adds to promise.amendment those of the columns named that an update changes, once promise.commitment is guarded';

CREATE TRIGGER amendment_facts
	AFTER UPDATE ON promise.commitment
	FOR EACH ROW
	WHEN ((OLD.ref, OLD.customer, OLD.seller, OLD.channel, OLD.zone, OLD.group_ref, OLD.part_of,
		   OLD.price, OLD.cost, OLD.currency, OLD.priority, OLD.fixed)
		  IS DISTINCT FROM
		  (NEW.ref, NEW.customer, NEW.seller, NEW.channel, NEW.zone, NEW.group_ref, NEW.part_of,
		   NEW.price, NEW.cost, NEW.currency, NEW.priority, NEW.fixed))
	EXECUTE FUNCTION promise.amendment_record('ref', 'customer', 'seller', 'channel', 'zone', 'group_ref', 'part_of',
											  'price', 'cost', 'currency', 'priority', 'fixed');

-- a hold becomes a promise by an entry of the ledger, and asks for nothing before
CREATE TRIGGER amendment_kind
	AFTER UPDATE ON promise.commitment
	FOR EACH ROW
	WHEN (OLD.kind <> 'hold'
		  AND (OLD.kind, OLD.accepted_at, OLD.requested_at, OLD.requested_quantity)
			  IS DISTINCT FROM (NEW.kind, NEW.accepted_at, NEW.requested_at, NEW.requested_quantity))
	EXECUTE FUNCTION promise.amendment_record('kind', 'accepted_at', 'requested_at', 'requested_quantity');

CREATE TRIGGER amendment_hold
	AFTER UPDATE ON promise.commitment
	FOR EACH ROW
	WHEN (NEW.kind = 'hold' AND OLD.expires_at IS DISTINCT FROM NEW.expires_at)
	EXECUTE FUNCTION promise.amendment_record('expires_at');

-- of what is not open any more the ledger has no entries
CREATE TRIGGER amendment_settled
	AFTER UPDATE ON promise.commitment
	FOR EACH ROW
	WHEN (NEW.quantity = 0
		  AND (OLD.item, OLD.location, OLD.at) IS DISTINCT FROM (NEW.item, NEW.location, NEW.at))
	EXECUTE FUNCTION promise.amendment_record('item', 'location', 'at');
CREATE TRIGGER amendment_delivered
	AFTER UPDATE ON promise.commitment
	FOR EACH ROW
	WHEN (OLD.quantity = 0 AND NEW.quantity = 0 AND OLD.delivered_at IS DISTINCT FROM NEW.delivered_at)
	EXECUTE FUNCTION promise.amendment_record('delivered_at');
COMMENT ON TRIGGER amendment_facts ON promise.commitment IS
'keeps what is changed of a promise that the ledger does not tell';
COMMENT ON TRIGGER amendment_kind ON promise.commitment IS
'keeps it if something else is made of a promise, or of what the customer asked for';
COMMENT ON TRIGGER amendment_hold ON promise.commitment IS 'keeps how long a hold was to last';
COMMENT ON TRIGGER amendment_settled ON promise.commitment IS
'keeps what is changed of a promise that is not open any more';
COMMENT ON TRIGGER amendment_delivered ON promise.commitment IS
'keeps it if a delivery is claimed or given another date afterwards';
