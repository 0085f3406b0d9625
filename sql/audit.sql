/*
 * Who promised what, on which data, and who approved it.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
SET promise.clock = '2026-12-01 08:00+00';
INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('LAMP', '-infinity', 10, NULL), ('LAMP', '2026-12-10 10:00+00', 20, 'PO-1');
INSERT INTO promise.source (source, item, kind, lead_time) VALUES ('buy DESK', 'DESK', 'buy', '3 days');

-- each offer that is accepted is kept, once, as it was answered
CREATE TEMP TABLE answered AS
	SELECT 'commit' AS by, o.* FROM promise.commit('SO-1', 'LAMP', 8, '2026-12-05', customer => 'Ada', seller => 'Kim') AS o;
INSERT INTO answered SELECT 'commit', o.* FROM promise.commit('SO-2', 'LAMP', 5, NULL) AS o;
SELECT quantity FROM promise.commit('SO-2', 'LAMP', 5, NULL);
INSERT INTO answered SELECT 'hold', o.* FROM promise.hold('CART', 'LAMP', 1, '2026-12-05', '15 minutes') AS o;
INSERT INTO answered SELECT 'convert', o.* FROM promise.commit('CART', 'LAMP', 1, '2026-12-05') AS o;
INSERT INTO answered SELECT 'change', o.* FROM promise.change('SO-1', 7) AS o;
INSERT INTO answered SELECT 'change', o.* FROM promise.change('SO-1', 9) AS o;
INSERT INTO answered SELECT 'change', o.* FROM promise.change('SO-1', 9, '2026-12-11') AS o;
INSERT INTO answered SELECT 'commit', o.* FROM promise.commit('SO-3', 'DESK', 2, '2026-12-20') AS o;
INSERT INTO answered SELECT 'commit', o.* FROM promise.commit_query($$
	SELECT * FROM (VALUES ('Q-1', 'LAMP', 2, date '2026-12-12'), ('Q-2', 'DESK', 1, '2026-12-20'), ('Q-3', 'LAMP', 100, '2026-12-12'))
		AS q (ref, item, quantity, due)$$) AS o WHERE o.kind <> 'none';
SELECT s.ref, l.kind, s.quantity, s.available_at, s.due, s.on_time, s.valid_until, s.supply, s.demand, s.sources
FROM promise.offer_seen AS s JOIN promise.ledger AS l USING (entry, ref) ORDER BY s.entry;
SELECT count(*) FROM answered;
SELECT a.ref, a.by FROM answered AS a
WHERE NOT EXISTS (SELECT FROM promise.offer_seen AS s JOIN promise.ledger AS l USING (entry)
				  WHERE (s.ref, l.kind, s.kind, s.item, s.location, s.quantity, s.on_time) =
						(a.ref, a.by, a.kind, a.item, a.location, a.quantity, a.on_time)
					AND (s.available_at, s.due, s.valid_until) IS NOT DISTINCT FROM (a.available_at, a.due, a.valid_until));
-- what is refused leaves nothing, and so does what is less or delivered
SELECT promise.commit('SO-9', 'LAMP', 100, '2026-12-05');
SELECT promise.deliver('SO-1', 1) AS open, promise.release('SO-2') AS released;
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('BY-HAND', 'LAMP', '2026-12-20', 1);
SELECT count(*) FROM promise.offer_seen;
SELECT ref, kind, who = CURRENT_USER AS by_me, offered, asked_for FROM promise.audit WHERE ref IN ('SO-2', 'BY-HAND') ORDER BY entry;

-- on which data: what was promised then, whatever has become of it
SELECT a.ref, a.kind, a.supply, a.demand, t.ref AS promised, t.quantity, t.at
FROM promise.audit AS a, LATERAL promise.promised_then(a.entry) AS t
WHERE a.ref = 'CART' OR a.ref = 'Q-1' ORDER BY a.entry, t.at, t.ref;
-- the same numbers from the ledger and from the decision
SELECT a.entry, a.demand, a.promised_at, sum(t.quantity) FROM promise.audit AS a, LATERAL promise.promised_then(a.entry) AS t
WHERE a.demand IS NOT NULL AND t.at <= a.promised_at GROUP BY 1, 2, 3 HAVING a.demand <> sum(t.quantity);

-- in any isolation level it is what counted, not the transaction's snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT quantity FROM promise.commit('RR-1', 'LAMP', 1, '2026-12-15');
SELECT quantity FROM promise.commit('RR-2', 'LAMP', 1, '2026-12-15');
SELECT t.ref FROM promise.audit AS a, LATERAL promise.promised_then(a.entry) AS t WHERE a.ref = 'RR-2' ORDER BY t.ref;
ROLLBACK;
SELECT count(*) FROM promise.offer_seen WHERE ref LIKE 'RR%';

-- whose plans are moved for it
BEGIN;
INSERT INTO promise.resource (resource, calendar) VALUES ('saw', NULL);
INSERT INTO promise.source (source, item, kind) VALUES ('make DOOR', 'DOOR', 'make'), ('make GATE', 'GATE', 'make');
INSERT INTO promise.step (source, step, resource, run) VALUES ('make DOOR', 1, 'saw', '1 hour'), ('make GATE', 1, 'saw', '1 hour');
SELECT available_at FROM promise.commit('D-1', 'DOOR', 10, '2026-12-03');
SELECT available_at FROM promise.commit('G-1', 'GATE', 5, '2026-12-01 13:00+00');
SELECT ref, sources, moved FROM promise.audit WHERE ref IN ('D-1', 'G-1') ORDER BY entry;
ROLLBACK;

-- only a superuser may do without
SET promise.keep_offers = off;
SELECT quantity FROM promise.commit('SO-5', 'LAMP', 1, '2026-12-15');
RESET promise.keep_offers;
SELECT ref, kind, offered FROM promise.audit WHERE ref = 'SO-5';
CREATE ROLE regress_audit_owner;
SET ROLE regress_audit_owner;
SET promise.keep_offers = off;
RESET ROLE;

-- nobody rewrites what was seen, whatever he was granted
GRANT USAGE ON SCHEMA promise TO regress_audit_owner;
GRANT ALL ON promise.offer_seen TO regress_audit_owner;
SET ROLE regress_audit_owner;
\set VERBOSITY terse
UPDATE promise.offer_seen SET supply = 1000;
DELETE FROM promise.offer_seen;
TRUNCATE promise.offer_seen;
INSERT INTO promise.offer_seen SELECT 0, ref, kind, item, location, quantity, available_at, due, on_time, valid_until, decided_at, snapshot
FROM promise.offer_seen LIMIT 1;
\set VERBOSITY default
RESET ROLE;
DROP OWNED BY regress_audit_owner;
DROP ROLE regress_audit_owner;

DELETE FROM promise.commitment;
DELETE FROM promise.guard;
DELETE FROM promise.supply;
DELETE FROM promise.source;
DELETE FROM promise.alert;
-- who removes entries removes what was seen
DELETE FROM promise.ledger WHERE ref = 'Q-1';
SELECT count(*), count(*) FILTER (WHERE ref = 'Q-1') FROM promise.offer_seen;
DELETE FROM promise.ledger;
SELECT count(*) FROM promise.offer_seen;
