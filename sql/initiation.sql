/*
 * A project is promised when its check-list is complete and three people have
 * signed.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'UTC';
SET promise.clock = '2026-12-01 08:00+00';
\set SHOW_CONTEXT never

CREATE ROLE regress_init_sales;
CREATE ROLE regress_init_delivery;
CREATE ROLE regress_init_managers;
CREATE ROLE regress_init_sue IN ROLE regress_init_sales;
CREATE ROLE regress_init_dan IN ROLE regress_init_delivery, regress_init_sales;
CREATE ROLE regress_init_pat IN ROLE regress_init_managers, regress_init_delivery, regress_init_sales;
CREATE ROLE regress_init_eve;
GRANT USAGE ON SCHEMA promise TO PUBLIC;
GRANT SELECT ON promise.project, promise.deliverable, promise.checklist, promise.checklist_answer, promise.project_signature,
	promise.location, promise.source, promise.component, promise.output, promise.step, promise.precedence,
	promise.estimate, promise.estimate_review, promise.step_estimate
	TO regress_init_sue, regress_init_dan, regress_init_pat, regress_init_eve;
GRANT INSERT ON promise.checklist_answer, promise.project_signature TO regress_init_sue, regress_init_dan, regress_init_pat, regress_init_eve;
GRANT SELECT, INSERT, UPDATE ON promise.commitment TO regress_init_sue, regress_init_eve;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA promise TO regress_init_sue, regress_init_dan, regress_init_pat, regress_init_eve;

INSERT INTO promise.supply (item, quantity) VALUES ('PROJECT P', 5), ('PROJECT Q', 5), ('BIKE', 9);
INSERT INTO promise.checklist (checklist, point, question, place) VALUES
	('small', 'scope', 'Is the scope agreed?', 1), ('small', 'credit', 'Is the customer good for it?', 2), ('small', 'site', 'Has somebody seen the site?', 3);
INSERT INTO promise.project (project, item, checklist, sales_role, delivery_role, manager_role) VALUES
	('P', 'PROJECT P', 'small', 'regress_init_sales', 'regress_init_delivery', 'regress_init_managers'),
	('Q', 'PROJECT Q', NULL, 'regress_init_sales', NULL, 'nobody');

INSERT INTO promise.source (source, item, kind) VALUES ('do P', 'PROJECT P', 'make'), ('do Q', 'PROJECT Q', 'make');
INSERT INTO promise.step (source, step, setup) VALUES ('do P', 1, '16 hours'), ('do P', 2, '8 hours'), ('do P', 3, '8 hours'), ('do Q', 1, '1 hour');
INSERT INTO promise.precedence (source, before, after, lag) VALUES ('do P', 1, 2, '24 hours'), ('do P', 1, 3, '0');
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('do P', 1, '10 hours', '16 hours', '22 hours');

-- not enforced: promised like anything else
BEGIN;
SELECT kind FROM promise.commit('P-0', 'PROJECT P', 1, '2026-12-20');
ROLLBACK;
SELECT promise.enforce_initiation();
SELECT limit_name, check_function, loads FROM promise.guard_limit;
SELECT promise.enforce_initiation();

-- everything is open: it can be held, not promised; other items can be
SELECT kind, name, done, value FROM promise.initiation('P');
SELECT promise.is_initiated('P'), promise.is_initiated('Q'), promise.is_initiated('R');
SET SESSION AUTHORIZATION regress_init_sue;
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 1, '2026-12-20');
SELECT kind FROM promise.commit('Q-1', 'PROJECT Q', 1, '2026-12-20');
SELECT kind FROM promise.commit('B-1', 'BIKE', 1, '2026-12-20');
SELECT kind FROM promise.hold('P-1', 'PROJECT P', 1, '2026-12-20', '30 days');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('P-2', 'PROJECT P', '2026-12-20', 1);

-- a hold does not become a promise either, by whatever way
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 1, '2026-12-20');
UPDATE promise.commitment SET kind = 'customer', expires_at = NULL WHERE ref = 'P-1';
UPDATE promise.commitment SET item = 'PROJECT P' WHERE ref = 'B-1';
BEGIN;
SELECT kind FROM promise.hold('P-3', 'PROJECT P', 1, '2026-12-20', '30 days');
SELECT kind FROM promise.commit('P-3', 'PROJECT P', 1, '2026-12-20');
ROLLBACK;
SELECT ref, kind FROM promise.commitment ORDER BY ref;
SELECT kind FROM promise.change('P-1', 2);
SELECT kind FROM promise.change('P-1', 1);

-- incomplete
SELECT promise.sign_project('P', 'sales');
INSERT INTO promise.checklist_answer (project, point, answer) VALUES ('P', 'scope', 'yes'), ('P', 'credit', 'no'), ('P', 'site', 'yes');
SELECT promise.sign_project('P', 'sales');
\set VERBOSITY terse
INSERT INTO promise.checklist_answer (project, point, answer) VALUES ('P', 'credit', 'not applicable');
INSERT INTO promise.checklist_answer (project, point, answer, note) VALUES ('P', 'credit', 'maybe', 'they say so');
\set VERBOSITY default
INSERT INTO promise.checklist_answer (project, point, answer, note) VALUES ('P', 'credit', 'not applicable', 'is paid in advance');
SELECT kind, name, done, value, who, note FROM promise.initiation('P');

-- unsigned, signed by one, by two
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 1, '2026-12-20');
SELECT promise.sign_project('P', 'sales', note => 'at last');
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 1, '2026-12-20');
SELECT promise.sign_project('P', 'delivery manager');
SELECT promise.sign_project('P', 'boss');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_init_eve;
SELECT promise.sign_project('P', 'project manager');
INSERT INTO promise.project_signature (project, revision, part) VALUES ('P', promise.project_revision('P'), 'project manager');
INSERT INTO promise.project_signature (project, revision, part, who) VALUES ('P', promise.project_revision('P'), 'project manager', 'regress_init_pat');
RESET SESSION AUTHORIZATION;

-- one person twice: not in two parts, not by taking on a role; nor does a superuser, who is a member of all
SET SESSION AUTHORIZATION regress_init_pat;
SELECT promise.sign_project('P', 'project manager');
SELECT promise.sign_project('P', 'delivery manager');
SET ROLE regress_init_delivery;
RESET ROLE;
SELECT promise.sign_project('P', 'delivery manager');
\set VERBOSITY terse
SELECT promise.sign_project('P', 'project manager');
\set VERBOSITY default
RESET SESSION AUTHORIZATION;
SELECT promise.sign_project('P', 'delivery manager');
SET ROLE regress_init_dan;
SELECT promise.sign_project('P', 'delivery manager');
RESET ROLE;
SELECT part, who FROM promise.project_signature ORDER BY at_time;

-- somebody has entered something since it was read
SET SESSION AUTHORIZATION regress_init_dan;
\set VERBOSITY terse
SELECT promise.sign_project('P', 'delivery manager', regexp_replace(promise.project_revision('P'), '^4', '3'));
\set VERBOSITY default
SELECT promise.sign_project('P', 'delivery manager', promise.project_revision('P'));
RESET SESSION AUTHORIZATION;
SELECT kind, name, done, who, note FROM promise.initiation('P') WHERE kind = 'signature';
SELECT promise.is_initiated('P');

-- what is entered afterwards takes all signatures with it; what was, is not edited
BEGIN;
INSERT INTO promise.deliverable (project, list, deliverable) VALUES ('P', 'scope', 'one more');
SELECT promise.is_initiated('P');
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 1, '2026-12-20');
ROLLBACK;
BEGIN;
INSERT INTO promise.checklist_answer (project, point, answer) VALUES ('P', 'site', 'no');
SELECT name FROM promise.initiation('P') WHERE NOT done;
ROLLBACK;
BEGIN;
INSERT INTO promise.checklist (checklist, point) VALUES ('small', 'new point');
SELECT name FROM promise.initiation('P') WHERE NOT done;
ROLLBACK;

-- nor do they cover other steps, another order of them, or other estimates; nor components
CREATE FUNCTION pg_temp.signed_if(change text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	answer boolean;
BEGIN
	EXECUTE change;
	answer := promise.is_initiated('P');
	RAISE SQLSTATE 'UNDO1';
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
	RETURN answer;
END
$$;
SELECT pg_temp.signed_if(change), change FROM (VALUES
	($$SELECT$$),
	($$UPDATE promise.step SET setup = '17 hours' WHERE source = 'do P' AND step = 1$$),
	($$UPDATE promise.step SET resource = 'somebody' WHERE source = 'do P' AND step = 1$$),
	($$INSERT INTO promise.step (source, step) VALUES ('do P', 4)$$),
	($$DELETE FROM promise.step WHERE source = 'do P' AND step = 3$$),
	($$UPDATE promise.precedence SET lag = '1 day' WHERE after = 2$$),
	($$DELETE FROM promise.precedence WHERE after = 2$$),
	($$INSERT INTO promise.component (source, item, quantity) VALUES ('do P', 'LICENCE', 1)$$),
	($$INSERT INTO promise.output (source, item, quantity, step) VALUES ('do P', 'DESIGN', 1, 1)$$),
	($$UPDATE promise.source SET lead_time = '1 day' WHERE source = 'do P'$$),
	($$UPDATE promise.source SET item = 'PROJECT P' WHERE source = 'do Q'$$),
	($$INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('do P', 1, '10 hours', '16 hours', '22 hours')$$),
	($$INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('do P', 3, '1 hour', '2 hours', '3 hours')$$),
	($$INSERT INTO promise.estimate_review (entry, agreed, who) SELECT entry, true, 'eve' FROM promise.estimate WHERE source = 'do P'$$),
	-- what is no other state of this project, or is none for long
	($$UPDATE promise.step SET setup = '2 hours' WHERE source = 'do Q'$$),
	($$INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('do Q', 1, '1 hour', '2 hours', '3 hours')$$),
	($$WITH gone AS (DELETE FROM promise.step WHERE source = 'do P' RETURNING *)
	INSERT INTO promise.step (source, step, setup) SELECT source, step, setup FROM gone ORDER BY step DESC$$),
	($$UPDATE promise.step SET setup = '17 hours' WHERE source = 'do P' AND step = 1;
	UPDATE promise.step SET setup = '16 hours' WHERE source = 'do P' AND step = 1$$),
	($$SET LOCAL intervalstyle = iso_8601; SET LOCAL timezone = 'Asia/Tokyo'; SET LOCAL datestyle = 'German'$$)
) AS v (change);
BEGIN;
UPDATE promise.step SET setup = '17 hours' WHERE source = 'do P' AND step = 1;
SELECT name, who FROM promise.initiation('P') WHERE NOT done;
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 1, '2026-12-20');
ROLLBACK;

GRANT UPDATE, DELETE, TRUNCATE ON promise.checklist_answer, promise.project_signature TO regress_init_eve;
SET SESSION AUTHORIZATION regress_init_eve;
UPDATE promise.checklist_answer SET answer = 'yes';
DELETE FROM promise.checklist_answer;
UPDATE promise.project_signature SET revision = '';
DELETE FROM promise.project_signature;
TRUNCATE promise.project_signature;
UPDATE promise.project SET checklist = 'none';
RESET SESSION AUTHORIZATION;

-- and now it is promised; afterwards it can be released, and asks again for more
SET SESSION AUTHORIZATION regress_init_sue;
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 1, '2026-12-20');
SELECT kind FROM promise.change('P-1', 2);
RESET SESSION AUTHORIZATION;
INSERT INTO promise.deliverable (project, list, deliverable) VALUES ('P', 'scope', 'one more');
SELECT kind FROM promise.change('P-1', 3);
SELECT kind FROM promise.change('P-1', 1);
SELECT kind FROM promise.change('P-1', due => '2026-12-19');
SELECT promise.deliver('P-1');
SELECT ref, kind, status FROM promise.commitment ORDER BY ref;

-- tables of the business
CREATE TABLE sale (id text PRIMARY KEY, product text, due timestamptz, quantity numeric, state text);
CREATE INDEX ON sale (product);
SELECT promise.protect('sale', item => 'product', at => 'due', ref => 'id', kind => $$CASE state WHEN 'draft' THEN 'hold' ELSE 'customer' END$$);
INSERT INTO sale VALUES ('S-1', 'PROJECT P', '2026-12-24', 1, 'sold');
INSERT INTO sale VALUES ('S-1', 'PROJECT P', '2026-12-24', 1, 'draft'), ('S-2', 'BIKE', '2026-12-24', 1, 'draft');
UPDATE sale SET state = 'sold' WHERE id = 'S-1';
UPDATE sale SET state = 'sold';
UPDATE sale SET state = 'sold' WHERE id = 'S-2';
SELECT promise.enforce_initiation(false);
UPDATE sale SET state = 'sold' WHERE id = 'S-1';
SELECT id, state FROM sale ORDER BY id;

-- steps of the business: a change of theirs is a change, wherever the rows are
CREATE TABLE routing (source text, step integer, setup interval, pauses boolean);
CREATE TABLE follows (source text, before integer, after integer, lag interval);
INSERT INTO routing VALUES ('do P', 4, '1 hour', true), ('do Q', 4, '1 hour', true);
INSERT INTO follows VALUES ('do P', 3, 4, '0');
CREATE INDEX ON routing (source);
CREATE INDEX ON follows (source);
CREATE FUNCTION pg_temp.same_after(change text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	before constant text := promise.project_revision('P');
	after text;
BEGIN
	EXECUTE change;
	after := promise.project_revision('P');
	RAISE SQLSTATE 'UNDO1';
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
	RETURN after = before;
END
$$;
SELECT pg_temp.same_after($$SELECT promise.map('step', 'routing')$$);
SELECT promise.map('step', 'routing') IS NULL, promise.map('precedence', 'follows') IS NULL;
SELECT pg_temp.same_after(change), change FROM (VALUES
	($$SELECT$$),
	($$UPDATE routing SET setup = '2 hours' WHERE source = 'do P'$$),
	($$UPDATE routing SET pauses = false WHERE source = 'do P'$$),
	($$UPDATE follows SET lag = '1 hour'$$),
	($$DELETE FROM follows$$),
	($$UPDATE routing SET setup = '2 hours' WHERE source = 'do Q'$$),
	($$ALTER TABLE routing RENAME TO routing_of_old$$),
	($$CREATE TABLE recipe AS SELECT 'new P' AS source, 'PROJECT P' AS item, 'make' AS kind; CREATE INDEX ON recipe (item);
	SELECT promise.map('source', 'recipe')$$)
) AS v (change);
SELECT promise.unmap('step', 'routing'), promise.unmap('precedence', 'follows');
DROP TABLE routing, follows;

-- guidelines have judged a hold when it was made: to keep it is no other promise
SELECT kind FROM promise.hold('B-2', 'BIKE', 2, '2026-12-20', '30 days');
INSERT INTO promise.policy (policy, maximum_quantity) VALUES ('one', 1);
SELECT promise.enforce_policy();
SELECT kind FROM promise.commit('B-2', 'BIKE', 2, '2026-12-20');
\set VERBOSITY terse
SELECT kind FROM promise.commit('B-3', 'BIKE', 2, '2026-12-20');
\set VERBOSITY default
SELECT promise.enforce_policy(false);
DELETE FROM promise.policy;

SELECT promise.unprotect('sale'), promise.unmap('demand', 'sale'), promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DROP TABLE sale;
DELETE FROM promise.project_signature;
DELETE FROM promise.checklist_answer;
DELETE FROM promise.checklist;
DELETE FROM promise.deliverable;
DELETE FROM promise.project;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.supply;
DELETE FROM promise.estimate;
DELETE FROM promise.precedence;
DELETE FROM promise.step;
DELETE FROM promise.source;
DROP OWNED BY regress_init_sue, regress_init_dan, regress_init_pat, regress_init_eve;
REVOKE USAGE ON SCHEMA promise FROM PUBLIC;
DROP ROLE regress_init_sue, regress_init_dan, regress_init_pat, regress_init_eve, regress_init_sales, regress_init_delivery, regress_init_managers;
