--
-- EXCEPTION_CASES
-- What exceptions meet: guidelines, plans with capacity, promises that change,
-- orders in tables of the business, what the guard has recorded.
--
\i sql/include/deciders.sql
INSERT INTO promise.signatory (role_name, side, resource) VALUES
	('regress_promise_sam', 'sales', NULL), ('regress_promise_olga', 'operations', NULL),
	('regress_promise_kim', 'operations', 'press');

--
-- Outside of guidelines: they are named, and let it pass once it is signed
--
INSERT INTO promise.policy (policy, lead_time, maximum_quantity) VALUES ('standard', '5 days', 10);
INSERT INTO promise.policy (policy, customer, minimum_margin) VALUES ('thin "deal"', 'Expo', 25);
INSERT INTO promise.supply (item, at, quantity) VALUES ('lamp', '-infinity', 100);
SELECT promise.enforce_policy();
SELECT quantity FROM promise.commit('SO-0', 'lamp', 1, '2026-12-20');
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.commit('SO-1', 'lamp', 12, '2026-11-25', customer => 'Expo', price => 20, cost => 18);
SELECT promise.ask_exception('SO-1', 'lamp', 12, '2026-11-25', 'they buy for the first time', customer => 'Expo',
	price => 20, cost => 18, currency => 'EUR') AS asked \gset
SELECT missing, reason, guidelines, detail, value FROM promise.exceptions;
SELECT kind, what FROM promise.exception_history(:asked);
SELECT * FROM promise.nearest_alternative(:asked);
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:asked, 'operations');
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
SELECT ref, at, quantity FROM promise.commitment ORDER BY ref;
-- what is signed for guidelines lets nothing be missing
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('SO-2', 'lamp', 80, '2026-11-25', 'big', reserve => false) AS asked \gset
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:asked, 'operations');
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
RESET SESSION AUTHORIZATION;
BEGIN;
UPDATE promise.supply SET quantity = 50 WHERE item = 'lamp';
SAVEPOINT s;
SELECT promise.commit('SO-2', 'lamp', 80, '2026-11-25');
ROLLBACK;
SELECT quantity FROM promise.commit('SO-2', 'lamp', 80, '2026-11-25');

--
-- A promise that is to become more
--
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('SO-0', 'lamp', 14, '2026-12-22', 'they need more') AS asked \gset
SELECT missing, reason, guidelines FROM promise.exceptions WHERE exception = :asked;
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:asked, 'operations');
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
SELECT ref, at, quantity FROM promise.commitment WHERE ref = 'SO-0';
SELECT kind, side, who, what FROM promise.exception_history(:asked);

--
-- Capacity, by whoever has the right to add it; a signatory of a resource signs
-- for what is planned there
--
RESET SESSION AUTHORIZATION;
DELETE FROM promise.policy;
INSERT INTO promise.resource (resource, calendar) VALUES ('saw', 'UTC; Mon-Fri 08:00-16:00'), ('press', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind) VALUES ('make bench', 'bench', 'make');
INSERT INTO promise.step (source, step, resource, run) VALUES ('make bench', 10, 'saw', '4 hours');
SELECT quantity FROM promise.commit('B-1', 'bench', 2, '2026-11-24');
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('B-2', 'bench', 2, '2026-11-24', 'the old one broke') AS asked \gset
SELECT missing, reason FROM promise.exceptions WHERE exception = :asked;
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.plan_capacity(:asked, 'saw', '[2026-11-23 10:00+00,2026-11-24 16:00+00)', 1, 'we borrow one');
SELECT plan FROM promise.exceptions WHERE exception = :asked;
SELECT * FROM promise.exception_signatories(:asked);
SELECT promise.sign_exception(:asked, 'operations');
SET SESSION AUTHORIZATION regress_promise_sam;
-- nothing is left half done
SELECT promise.sign_exception(:asked, 'sales');
SELECT standing, sales_signed_by FROM promise.exceptions WHERE exception = :asked;
RESET SESSION AUTHORIZATION;
GRANT INSERT ON promise.resource_change TO regress_promise_sam;
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
SELECT resource, during, units FROM promise.resource_change;
SELECT ref, at, quantity FROM promise.commitment WHERE item = 'bench' ORDER BY ref;
SELECT ref, resource, during FROM promise.planned_load ORDER BY ref, during;
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('B-3', 'bench', 20, '2026-11-24', 'more') AS asked \gset
RESET SESSION AUTHORIZATION;
SELECT promise.plan_capacity(:asked, 'press', '[2026-11-23 10:00+00,2026-11-24 16:00+00)');
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.plan_capacity(:asked, 'press', '[2026-11-23 10:00+00,2026-11-24 16:00+00)');
SELECT * FROM promise.exception_signatories(:asked);
SELECT promise.plan_capacity(:asked, 'press', NULL);
SELECT promise.reject_exception(:asked, 'operations', 'no');

--
-- Orders in a table of the business: what the guard lets pass and records, and
-- what is moved where it is kept
--
RESET SESSION AUTHORIZATION;
CREATE TABLE sale (id text PRIMARY KEY, product text, due timestamptz, qty numeric);
CREATE INDEX ON sale (product);
SELECT promise.protect('sale', item => 'product', at => 'due', quantity => 'qty', ref => 'id', mode => 'except');
GRANT SELECT, INSERT, UPDATE ON sale TO regress_promise_kim, regress_promise_sam, regress_promise_olga;
INSERT INTO promise.policy (policy, maximum_quantity) VALUES ('small', 10);
INSERT INTO promise.supply (item, at, quantity) VALUES ('rug', '-infinity', 20), ('rug', '2026-12-20', 20);
SET SESSION AUTHORIZATION regress_promise_kim;
INSERT INTO sale VALUES ('S-1', 'rug', '2026-12-01', 10), ('S-2', 'rug', '2026-12-01', 10);
INSERT INTO sale VALUES ('S-3', 'rug', '2026-12-02', 4);
INSERT INTO sale VALUES ('S-4', 'rug', '2026-12-22', 11);
SELECT ref, at, quantity, missing, reason, guidelines, why, urgency, standing, asked_by, answer_by
FROM promise.exceptions WHERE item = 'rug' ORDER BY exception;
SELECT exception AS asked FROM promise.exceptions WHERE ref = 'S-3' \gset
SELECT promise.sign_exception(:asked, 'operations');
SELECT promise.plan_move(:asked, 'S-1', '2026-12-21');
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.sign_exception(:asked, 'operations');
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
UPDATE sale SET due = '2026-12-21' WHERE id = 'S-1';
SELECT promise.sign_exception(:asked, 'sales');
SELECT ref, standing FROM promise.exceptions WHERE item = 'rug' ORDER BY exception;
-- it is used, so it does not expire
RESET SESSION AUTHORIZATION;
SET promise.clock = '2026-12-30 10:00+00';
SELECT ref, standing FROM promise.exceptions WHERE item = 'rug' ORDER BY exception;
SELECT reason, guideline, asked, approved, rejected, pending, overdue FROM promise.exception_statistics();

-- an order that was rejected is listed until it is taken back or changed
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT exception AS asked FROM promise.exceptions WHERE ref = 'S-4' \gset
SELECT promise.reject_exception(:asked, 'operations', 'ten at most');
SELECT quantity FROM promise.exception_entry WHERE exception = :asked AND kind = 'reject';
SELECT ref, item, at, quantity, status, decided_by FROM promise.rejected_orders;
RESET SESSION AUTHORIZATION;
UPDATE sale SET qty = 10, due = '2026-12-31 12:00' WHERE id = 'S-4';
SELECT ref FROM promise.rejected_orders;

-- limits of one's own: what they refuse is an exception, asked for or recorded
CREATE FUNCTION at_most_5(claims promise.claim[]) RETURNS SETOF promise.limit_violation
STABLE LANGUAGE sql
AS $$
	SELECT c.ref, 'Nobody gets more than 5 pins at once.', 'Split the order.'
	FROM unnest(claims) AS c WHERE c.item = 'pin' AND c.quantity > 5
$$;
CREATE FUNCTION no_strangers(claims promise.claim[]) RETURNS SETOF promise.limit_violation
STABLE LANGUAGE sql
AS $$
	SELECT c.ref, NULL, NULL FROM unnest(claims) AS c WHERE c.item = 'pin' AND c.customer = 'Stranger'
$$;
REVOKE EXECUTE ON FUNCTION at_most_5(promise.claim[]), no_strangers(promise.claim[]) FROM PUBLIC;
INSERT INTO promise.guard_limit VALUES
	('at most 5', 'at_most_5(promise.claim[])'), ('no strangers', 'no_strangers(promise.claim[])');
INSERT INTO promise.supply (item, at, quantity) VALUES ('pin', '-infinity', 100);
SET SESSION AUTHORIZATION regress_promise_kim;
SELECT promise.ask_exception('S-20', 'pin', 5, '2026-12-31 12:00', 'they wait');
SELECT promise.commit('S-20', 'pin', 6, '2026-12-31 12:00', customer => 'Stranger');
SELECT * FROM promise.check_limits('S-20', 'pin', 6, '2026-12-31 12:00', 'main', customer => 'Stranger');
SELECT promise.ask_exception('S-20', 'pin', 6, '2026-12-31 12:00', 'they wait', customer => 'Stranger') AS asked \gset
SELECT reason, detail, guidelines, missing FROM promise.exceptions WHERE exception = :asked;
SELECT kind, note, quantity FROM promise.exception_entry WHERE exception = :asked ORDER BY entry;
INSERT INTO sale VALUES ('S-21', 'pin', '2026-12-31', 7);
SELECT reason, detail, guidelines, missing FROM promise.exceptions WHERE ref = 'S-21';
-- whatever else is wrong with it
INSERT INTO sale VALUES ('S-22', 'pin', '2026-12-31', 101);
SELECT reason, detail, guidelines, missing FROM promise.exceptions WHERE ref = 'S-22';
SELECT reason, guideline, asked FROM promise.exception_statistics() WHERE guideline IN ('at most 5', 'no strangers') ORDER BY guideline;
-- nothing that they refuse is an alternative
SET SESSION AUTHORIZATION regress_promise_olga;
SELECT promise.reject_exception(exception, 'operations', 'too many') FROM promise.exceptions WHERE ref = 'S-21';
SELECT x.at, x.quantity FROM promise.exception_entry AS x JOIN promise.exception AS e USING (exception)
WHERE e.ref = 'S-21' AND x.kind = 'reject';
-- signed, it passes them
SELECT promise.sign_exception(:asked, 'operations');
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT promise.sign_exception(:asked, 'sales');
SELECT ref, quantity, customer FROM promise.commitment WHERE ref = 'S-20';
RESET SESSION AUTHORIZATION;
DELETE FROM promise.guard_limit WHERE limit_name IN ('at most 5', 'no strangers');
DROP FUNCTION at_most_5, no_strangers;
DELETE FROM sale WHERE product = 'pin';
DELETE FROM promise.exception WHERE item = 'pin';

-- where nobody may sign, that is what is said
DELETE FROM promise.signatory;
INSERT INTO promise.supply (item, at, quantity) VALUES ('mat', '-infinity', 20);
INSERT INTO sale VALUES ('S-5', 'mat', '2027-01-10', 11);
SET promise.clock = '2027-01-04 10:00+00';
SELECT ref, side, role_names FROM promise.escalations ORDER BY ref, side;
SET SESSION AUTHORIZATION regress_promise_sam;
SELECT exception AS asked FROM promise.exceptions WHERE ref = 'S-5' \gset
SELECT promise.sign_exception(:asked, 'sales');

RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
SELECT promise.enforce_policy(false);
SELECT promise.unprotect('sale'), promise.unmap('demand', 'sale');
DROP TABLE sale;
DELETE FROM promise.exception;
DELETE FROM promise.policy;
SELECT promise.release(ref) FROM promise.commitment WHERE quantity > 0 ORDER BY ref;
DELETE FROM promise.commitment;
DELETE FROM promise.guard;
DELETE FROM promise.resource_change;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
DELETE FROM promise.supply;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DROP OWNED BY regress_promise_kim, regress_promise_sam, regress_promise_olga;
DROP ROLE regress_promise_kim, regress_promise_sam, regress_promise_olga;
