--
-- EXCEPTION
-- Promises outside of what can be kept or of the guidelines: asked for, talked
-- over, planned, signed by both sides.
--
SET promise.clock = '2026-11-23 10:00+00';	-- a Monday
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
\set SHOW_CONTEXT never
ALTER SEQUENCE promise.exception_exception_seq RESTART;
ALTER SEQUENCE promise.exception_entry_entry_seq RESTART;

CREATE ROLE regress_promise_party;
CREATE ROLE regress_promise_sales;
CREATE ROLE regress_promise_works;
CREATE ROLE regress_promise_kim LOGIN IN ROLE regress_promise_party;
CREATE ROLE regress_promise_sam LOGIN IN ROLE regress_promise_party, regress_promise_sales;
CREATE ROLE regress_promise_olga LOGIN IN ROLE regress_promise_party, regress_promise_works;
CREATE ROLE regress_promise_both LOGIN IN ROLE regress_promise_party, regress_promise_sales, regress_promise_works;
CREATE ROLE regress_promise_boss LOGIN IN ROLE regress_promise_party;
GRANT USAGE ON SCHEMA promise TO regress_promise_party;
GRANT SELECT ON ALL TABLES IN SCHEMA promise TO regress_promise_party;
GRANT INSERT, UPDATE ON promise.exception, promise.commitment, promise.resource_change TO regress_promise_party;
GRANT INSERT, DELETE ON promise.exception_entry TO regress_promise_party;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO regress_promise_party;

INSERT INTO promise.signatory (role_name, side, item) VALUES
	('regress_promise_sales', 'sales', NULL), ('regress_promise_works', 'operations', 'lamp');
INSERT INTO promise.seller (seller, role_name) VALUES ('Kim', 'regress_promise_kim'), ('Sam', 'regress_promise_sam');
INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('lamp', '-infinity', 10, NULL), ('lamp', '2026-12-14 00:00+00', 20, 'PO-1');
SELECT ref FROM promise.commit('SO-1', 'lamp', 8, '2026-12-01');

--
-- Asked for: what speaks against it, and the alternatives
--
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('SO-2', 'lamp', 2, '2026-12-01', 'they wait');
SELECT promise.ask_exception('SO-2', 'lamp', 5, '2026-12-01', NULL);
SELECT promise.ask_exception('SO-2', 'lamp', 0, '2026-12-01', 'they wait');
SELECT promise.ask_exception('SO-2', 'lamp', 5, '2026-12-01', 'they wait', urgency => 'now');
SELECT promise.ask_exception('SO-2', 'lamp', 5, '2026-12-01', 'The show opens on the second.', urgency => 'urgent',
	customer => 'Expo', seller => 'Kim', price => 30, currency => 'EUR') AS lamps \gset
SELECT promise.ask_exception('SO-2', 'lamp', 5, '2026-12-01', 'again');
\x
SELECT ref, item, location, at, quantity, missing, reason, detail, why, urgency, customer, seller, value, currency,
	standing, asked_by, asked_at, answer_by, plan, sales_signed_by, operations_signed_by
FROM promise.exceptions;
\x
SELECT kind, note, item, at, quantity, who, session_who, at_time FROM promise.exception_entry ORDER BY entry;
-- nothing is promised
SELECT ref FROM promise.commitment;
SELECT promise.commit('SO-2', 'lamp', 5, '2026-12-01');

--
-- Talked over, by both sides
--
SELECT promise.comment_exception(:lamps, 'They pay the express.');
SELECT promise.comment_exception(:lamps, 'They pay the express.', 'sales');
SELECT promise.comment_exception(:lamps, NULL);
SELECT promise.comment_exception(-1, 'nothing');
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.comment_exception(:lamps, 'SO-1 can wait, I have asked.', 'operations');
SELECT promise.add_alternative(:lamps, 'two now, three with PO-1', 2, '2026-12-01');

--
-- Who may sign what
--
-- not for the other side, not what one has asked for, not by SET ROLE
SELECT promise.sign_exception(:lamps, 'sales');
SELECT promise.sign_exception(:lamps, 'procurement');
SELECT promise.sign_exception(:lamps, NULL);
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.sign_exception(:lamps, 'sales');
RESET SESSION AUTHORIZATION;
GRANT regress_promise_sales, regress_promise_works TO regress_promise_kim;
GRANT regress_promise_party TO regress_promise_sales;
SET SESSION AUTHORIZATION regress_promise_kim;
SET ROLE regress_promise_sales;
SELECT promise.sign_exception(:lamps, 'sales');
RESET ROLE;
RESET SESSION AUTHORIZATION;
REVOKE regress_promise_sales, regress_promise_works FROM regress_promise_kim;
-- a superuser is a member of everything, and on no side
SELECT promise.sign_exception(:lamps, 'sales');
SET ROLE regress_promise_sam;
SELECT promise.sign_exception(:lamps, 'sales');
RESET ROLE;
-- nobody for both sides, no side twice
SET SESSION AUTHORIZATION regress_promise_both;
SELECT promise.sign_exception(:lamps, 'sales', 'fine');
SELECT promise.sign_exception(:lamps, 'operations');
SELECT promise.sign_exception(:lamps, 'sales');
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:lamps, 'sales');
SELECT sales_signed_by, operations_signed_by, standing FROM promise.exceptions;

--
-- A plan: signatures are for the plan as it was
--
SELECT promise.plan_move(:lamps, 'SO-1', '2026-12-20', 'the customer agrees');
SELECT sales_signed_by, operations_signed_by, plan FROM promise.exceptions;
SET SESSION AUTHORIZATION regress_promise_boss;
SELECT promise.plan_move(:lamps, 'SO-1', '2026-12-20');
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:lamps, 'operations', plan => 'promise "SO-1" moves to 2026-12-19');
SELECT promise.sign_exception(:lamps, 'operations', plan => 'promise "SO-1" moves to 2026-12-20');
SELECT promise.plan_anew(:lamps, 'not so late');
SELECT promise.plan_move(:lamps, 'SO-1', '2026-12-14');
SELECT plan, sales_signed_by, operations_signed_by FROM promise.exceptions;
SELECT promise.sign_exception(:lamps, 'operations');

--
-- The second signature gives the promise, by the guard
--
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:lamps, 'sales');
SELECT ref, at, quantity, customer, seller, price, currency FROM promise.commitment ORDER BY ref;
SELECT standing, sales_signed_by, operations_signed_by, decided_by, decided_at, expires_at FROM promise.exceptions;
SELECT accepted FROM promise.exception;
SELECT ref, kind, change, who, session_who FROM promise.ledger WHERE kind <> 'opening' ORDER BY entry;
SELECT * FROM promise.exception_history(:lamps);
-- what is decided is decided
SELECT promise.sign_exception(:lamps, 'sales');
SELECT promise.reject_exception(:lamps, 'sales', 'no');
SELECT promise.plan_anew(:lamps);
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.withdraw_exception(:lamps);

--
-- The history stays as it is
--
INSERT INTO promise.exception (ref, item, status) VALUES ('SO-9', 'lamp', 'approved');
INSERT INTO promise.exception (ref, item, operations_signed_by) VALUES ('SO-9', 'lamp', 'regress_promise_olga');
INSERT INTO promise.exception_entry (exception, kind, note, who) VALUES (:lamps, 'comment', 'yes', 'regress_promise_olga');
INSERT INTO promise.exception_entry (exception, kind, note, at_time) VALUES (:lamps, 'comment', 'yes', '2026-01-01');
INSERT INTO promise.exception_entry (exception, kind) VALUES (:lamps, 'reserve');
DELETE FROM promise.exception_entry;
UPDATE promise.exception SET status = 'pending';
UPDATE promise.exception SET quantity = 50;
UPDATE promise.exception SET asked_by = 'regress_promise_sam';
RESET SESSION AUTHORIZATION;
GRANT UPDATE, TRUNCATE ON promise.exception_entry TO regress_promise_party;
GRANT DELETE, TRUNCATE ON promise.exception TO regress_promise_party;
SET SESSION AUTHORIZATION regress_promise_kim;
UPDATE promise.exception_entry SET note = 'no';
TRUNCATE promise.exception_entry;
DELETE FROM promise.exception;
TRUNCATE promise.exception, promise.exception_entry;
-- whoever writes the row, it is of whoever writes it
INSERT INTO promise.exception (ref, item, at, quantity) VALUES ('SO-8', 'lamp', '2026-12-02', 5);
INSERT INTO promise.exception (ref, item, at, quantity, missing, asked_by, session_asked_by, asked_at, answer_by)
	VALUES ('SO-8', 'lamp', '2026-12-02', 5, 1, 'regress_promise_sam', 'regress_promise_sam', '2020-01-01', '2020-01-01')
	RETURNING asked_by, session_asked_by, asked_at, answer_by;

--
-- An approval is for one ref, one place, one date and quantity, and for a time
--
SELECT promise.ask_exception('SO-3', 'lamp', 6, '2026-12-02', 'they wait', reserve => false) AS asked \gset
SELECT missing FROM promise.exception WHERE exception = :asked;
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:asked, 'operations', 'at our risk');
SELECT standing, expires_at FROM promise.exceptions WHERE exception = :asked;
SELECT promise.commit('SO-4', 'lamp', 6, '2026-12-02');
SELECT promise.commit('SO-3', 'lamp', 6, '2026-12-01');
SELECT promise.commit('SO-3', 'lamp', 7, '2026-12-02');
SELECT promise.commit('SO-3', 'lamp', 6, '2026-12-02', location => 'outlet');
RESET SESSION AUTHORIZATION;
-- no more may be missing than they have accepted
BEGIN;
UPDATE promise.supply SET quantity = 9 WHERE at = '-infinity';
COMMIT;
SELECT promise.commit('SO-3', 'lamp', 6, '2026-12-02');
UPDATE promise.supply SET quantity = 10 WHERE at = '-infinity';
SET promise.clock = '2026-11-30 10:00+00';
SELECT standing FROM promise.exceptions WHERE exception = :asked;
SELECT promise.commit('SO-3', 'lamp', 6, '2026-12-02');
SET promise.clock = '2026-11-30 09:59+00';
SELECT kind, quantity, due, on_time FROM promise.commit('SO-3', 'lamp', 6, '2026-12-02');
SET promise.clock = '2026-12-30 10:00+00';
SELECT standing FROM promise.exceptions WHERE exception = :asked;
SET promise.clock = '2026-11-23 10:00+00';
SELECT promise.release('SO-3');

--
-- Rejected, with the nearest alternative; withdrawn
--
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('SO-5', 'lamp', 12, '2026-12-03', 'they wait') AS asked \gset
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.reject_exception(:asked, 'operations', NULL);
SELECT promise.reject_exception(:asked, 'sales', 'no');
SELECT promise.reject_exception(:asked, 'operations', 'the line is full');
SELECT kind, side, who, what FROM promise.exception_history(:asked);
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.commit('SO-5', 'lamp', 12, '2026-12-03');
SELECT promise.ask_exception('SO-5', 'lamp', 12, '2026-12-03', 'they still wait') AS asked \gset
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.withdraw_exception(:asked);
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.withdraw_exception(:asked, 'they took 2');
SELECT standing, decided_by FROM promise.exceptions WHERE exception = :asked;
SELECT promise.ask_exception('SO-5', 'lamp', 1000, '2026-12-03', 'they wait') AS asked \gset
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.reject_exception(:asked, 'operations', 'never');
SELECT kind, side, who, what FROM promise.exception_history(:asked) WHERE kind = 'reject';

--
-- What others have taken meanwhile is not promised twice
--
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('SO-6', 'lamp', 6, '2026-12-04', 'they wait') AS asked \gset
SELECT promise.plan_move(:asked, 'SO-2', '2026-12-15');
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
RESET SESSION AUTHORIZATION;
SELECT ref FROM promise.commit('SO-7', 'lamp', 5, '2026-12-02');
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:asked, 'operations');
SELECT standing, operations_signed_by FROM promise.exceptions WHERE exception = :asked;
SELECT ref, at FROM promise.commitment ORDER BY ref;

--
-- Once the time for an answer is over it escalates
--
RESET SESSION AUTHORIZATION;
INSERT INTO promise.urgency (urgency, answer_within, calendar, approved_for, escalates_to)
	VALUES ('urgent', '2 hours', 'Europe/Berlin; Mon-Fri 08:00-12:00', '1 day', 'regress_promise_boss');
SELECT urgency, answer_within, calendar, approved_for, escalates_to
FROM unnest('{urgent,normal,low}'::text[]) AS u, promise.urgency_terms(u);
SELECT promise.urgency_terms('whenever') IS NULL AS unknown;
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('SO-10', 'lamp', 12, '2026-12-04', 'they wait', urgency => 'urgent') AS asked \gset
SELECT standing, answer_by FROM promise.exceptions WHERE exception = :asked;
SELECT * FROM promise.exception_signatories(:asked);
SET SESSION AUTHORIZATION regress_promise_boss;
SELECT promise.sign_exception(:asked, 'sales');
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:asked, 'operations');
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-11-24 09:00+00';
SELECT standing FROM promise.exceptions WHERE exception = :asked;
SELECT ref, item, urgency, asked_by, answer_by, overdue_for, side, role_names FROM promise.escalations;
SET SESSION AUTHORIZATION regress_promise_boss;
SELECT promise.sign_exception(:asked, 'sales');
SELECT standing, sales_signed_by, operations_signed_by, decided_at, expires_at FROM promise.exceptions WHERE exception = :asked;
SELECT ref FROM promise.escalations;

--
-- How they ended
--
SELECT * FROM promise.exception_statistics();
SELECT reason, asked, overdue FROM promise.exception_statistics('[2026-11-24,)');

RESET SESSION AUTHORIZATION;
DELETE FROM promise.exception;
SELECT count(*) FROM promise.exception_entry;
SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.commitment;
DELETE FROM promise.supply;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.signatory;
DELETE FROM promise.seller;
DELETE FROM promise.urgency;
DROP OWNED BY regress_promise_party;
DROP ROLE regress_promise_kim, regress_promise_sam, regress_promise_olga, regress_promise_both, regress_promise_boss,
	regress_promise_sales, regress_promise_works, regress_promise_party;
