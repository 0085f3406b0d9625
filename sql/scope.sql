/*
 * What is required, scoped and bid of a project, and who changed it.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
\set SHOW_CONTEXT never

CREATE ROLE regress_scope_ann;
CREATE ROLE regress_scope_bob;
GRANT USAGE ON SCHEMA promise TO regress_scope_ann, regress_scope_bob;
GRANT SELECT, INSERT ON promise.deliverable TO regress_scope_ann, regress_scope_bob;
GRANT SELECT ON promise.project, promise.deliverable_now TO regress_scope_ann, regress_scope_bob;
GRANT EXECUTE ON FUNCTION promise.scope_review, promise.is_superuser, promise.may_restore TO regress_scope_ann, regress_scope_bob;

INSERT INTO promise.project (project, item) VALUES ('P', 'PROJECT P'), ('Q', 'PROJECT Q');
SELECT * FROM promise.scope_review('P');

-- one list after the other: what is missing is missing in the next
SET SESSION AUTHORIZATION regress_scope_ann;
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity) VALUES
	('P', 'requirement', 'D1', 'web shop', 1), ('P', 'requirement', 'D2', 'training day', 3), ('P', 'requirement', 'D3', 'manual', 1),
	('P', 'requirement', 'D4', 'scanner', 10), ('Q', 'requirement', 'D9', 'of another project', 1);
SELECT deliverable, kind, list, property, old_value, new_value, who FROM promise.scope_review('P');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_scope_bob;
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity) VALUES
	('P', 'scope', 'D1', 'web shop on the standard theme', 1), ('P', 'scope', 'D2', 'training day', 3), ('P', 'scope', 'D4', 'scanner', 8),
	('P', 'scope', 'D5', 'data migration', 1);
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity, price, cost, currency) VALUES
	('P', 'bid', 'D1', 'web shop', 1, 9000, 6000, 'EUR'), ('P', 'bid', 'D4', 'scanner', 8, 300, 200, 'EUR'),
	('P', 'bid', 'D5', 'data migration', 1, 2000, 1500, 'EUR'), ('P', 'bid', 'D6', 'coffee machine', 1, 400, 300, 'EUR');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_scope_ann;
SELECT deliverable, kind, list, property, old_value, new_value, who FROM promise.scope_review('P');

-- the customer changes its mind: more, something else, not any more, and back
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity, note) VALUES
	('P', 'requirement', 'D1', 'web shop in two languages', 1, 'call of Monday'), ('P', 'requirement', 'D4', 'scanner', 12, NULL),
	('P', 'requirement', 'D2', 'training day', 0, 'they train themselves');
SELECT deliverable, kind, list, property, old_value, new_value, who FROM promise.scope_review('P');
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity) VALUES
	('P', 'requirement', 'D1', 'web shop', 1), ('P', 'requirement', 'D4', 'scanner', 10.000), ('P', 'requirement', 'D2', 'training day', 3);
SELECT deliverable, kind, list, property, old_value, new_value, who FROM promise.scope_review('P') WHERE deliverable IN ('D1', 'D2', 'D4');

-- the scope follows; then the bid is behind
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity) VALUES
	('P', 'scope', 'D1', 'web shop', 1), ('P', 'scope', 'D4', 'scanner', 10), ('P', 'scope', 'D3', 'manual', 1), ('P', 'scope', 'D5', 'data migration', 0);
SELECT deliverable, kind, list, property, old_value, new_value, who FROM promise.scope_review('P');
INSERT INTO promise.deliverable (project, list, deliverable, description, quantity, price, currency) VALUES
	('P', 'bid', 'D1', 'web shop', 1, 9000, 'EUR'), ('P', 'bid', 'D2', 'training day', 3, 800, 'EUR'), ('P', 'bid', 'D3', 'manual', 1, 0, 'EUR'),
	('P', 'bid', 'D4', 'scanner', 10, 300, 'EUR'), ('P', 'bid', 'D5', 'data migration', 0, NULL, NULL), ('P', 'bid', 'D6', 'coffee machine', 0, NULL, NULL);
SELECT count(*) FROM promise.scope_review('P');
SELECT list, deliverable, description, quantity, price, currency FROM promise.deliverable_now WHERE project = 'P' ORDER BY list, deliverable;

-- nothing that was said is unsaid, nor said by somebody else
SELECT list, description, quantity, who FROM promise.deliverable WHERE project = 'P' AND deliverable = 'D4' ORDER BY entry;
INSERT INTO promise.deliverable (project, list, deliverable, who) VALUES ('P', 'bid', 'D7', 'regress_scope_bob');
INSERT INTO promise.deliverable (project, list, deliverable, at_time) VALUES ('P', 'bid', 'D7', '2020-01-01') RETURNING at_time > now() - interval '1 hour' AS now;
-- not even by a number that is before or after all others
INSERT INTO promise.deliverable (entry, project, list, deliverable, quantity) VALUES (-1, 'P', 'bid', 'D4', 99), (1000000, 'P', 'bid', 'D4', 10);
SELECT quantity FROM promise.deliverable_now WHERE project = 'P' AND list = 'bid' AND deliverable = 'D4';
INSERT INTO promise.deliverable (entry, project, list, deliverable, quantity) VALUES (-2, 'P', 'bid', 'D4', 11);
SELECT quantity FROM promise.deliverable_now WHERE project = 'P' AND list = 'bid' AND deliverable = 'D4';
UPDATE promise.deliverable SET quantity = 5;
RESET SESSION AUTHORIZATION;
GRANT UPDATE, DELETE, TRUNCATE ON promise.deliverable TO regress_scope_ann;
SET SESSION AUTHORIZATION regress_scope_ann;
UPDATE promise.deliverable SET quantity = 5;
DELETE FROM promise.deliverable;
TRUNCATE promise.deliverable;
RESET SESSION AUTHORIZATION;

-- a role that is taken on is not who did it
GRANT regress_scope_bob TO regress_scope_ann;
SET SESSION AUTHORIZATION regress_scope_ann;
SET ROLE regress_scope_bob;
INSERT INTO promise.deliverable (project, list, deliverable) VALUES ('P', 'scope', 'D7') RETURNING who;
RESET SESSION AUTHORIZATION;

-- what is no list, no quantity, no project
\set VERBOSITY terse
INSERT INTO promise.deliverable (project, list, deliverable) VALUES ('P', 'offer', 'D1');
INSERT INTO promise.deliverable (project, list, deliverable, quantity) VALUES ('P', 'bid', 'D1', -1);
INSERT INTO promise.deliverable (project, list, deliverable) VALUES ('R', 'bid', 'D1');
INSERT INTO promise.deliverable (project, list, deliverable, price) VALUES ('P', 'bid', 'D1', 5);
DELETE FROM promise.project;
\set VERBOSITY default
SELECT * FROM promise.scope_review(NULL);

DELETE FROM promise.deliverable;
DELETE FROM promise.project;
DROP OWNED BY regress_scope_ann, regress_scope_bob;
DROP ROLE regress_scope_ann, regress_scope_bob;
