/*
 * Rows that cannot be read are listed; they count for nothing, or stop the
 * answer.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET client_min_messages = warning;
CREATE SCHEMA erp;

CREATE TABLE erp.bad (id integer PRIMARY KEY, item text, loc text, at date, qty numeric);
CREATE INDEX ON erp.bad (item);
INSERT INTO erp.bad VALUES
	(1, 'ok', 'main', '2026-12-01', 1),
	(2, 'ok', 'main', NULL, 2),
	(3, 'ok', 'main', 'infinity', 3),
	(4, 'ok', 'main', '-infinity', 4),
	(5, 'ok', 'main', '2026-12-01', NULL),
	(6, 'ok', 'main', '2026-12-01', -5),
	(7, 'ok', NULL, '2026-12-01', 7),
	(8, NULL, 'main', '2026-12-01', 8),
	(9, 'ok', 'main', '5874897-12-31', 9),
	(10, 'nan', 'main', '2026-12-01', 'NaN'),
	(11, 'big', 'main', '2026-12-01', 9223372036855),
	(12, 'big', 'main', '2026-12-01', 123456789012345678901234567890),
	(13, 'inf', 'main', '2026-12-01', '-Infinity'),
	(14, 'fine', 'main', '2026-12-01', 0.0000005);
SELECT promise.map('supply', 'erp.bad', item => 'item', location => 'loc', at => 'at', quantity => 'qty', ref => 'id');
SELECT promise.map('demand', 'erp.bad', item => 'item', location => 'loc', at => 'at', quantity => 'qty', ref => 'id');
SELECT * FROM promise.mapping_problems WHERE relation = 'erp.bad'::regclass
ORDER BY role COLLATE "C", ref::integer, problem COLLATE "C";
SELECT ref, at, quantity FROM promise.events('ok') ORDER BY quantity, ref;
SELECT at, quantity FROM promise.events('fine');
\set VERBOSITY sqlstate
SELECT * FROM promise.events('nan');
SELECT * FROM promise.events('big');
SELECT * FROM promise.events('inf');
\set VERBOSITY default
SELECT * FROM promise.events('nan');


-- locations whose zone is not known, stocking that is no number
CREATE TABLE erp.place (code text PRIMARY KEY, tz text, reserve float8);
INSERT INTO erp.place VALUES ('good', 'Europe/Berlin', 1), ('none', NULL, NULL),
	('bad', 'Europe/Atlantis', 'NaN'), ('less', 'UTC', -1);
SELECT promise.map('location', 'erp.place', location => 'code', zone => 'tz');
SELECT promise.map('stocking', 'erp.place', item => '''x'' || code', location => 'code', safety_stock => 'reserve');
SELECT role, key, problem FROM promise.mapping_problems('erp.place')
ORDER BY role COLLATE "C", key COLLATE "C";

-- an expression that raises is one problem, and the others are still found
SELECT promise.map('supply', 'erp.bad', item => 'item', at => 'at', quantity => '10 / (id - 14)', ref => 'id');
SELECT role, key, problem FROM promise.mapping_problems('erp.bad')
WHERE role = 'supply' OR ref = '2' ORDER BY role COLLATE "C";
SELECT * FROM promise.events('fine');

DELETE FROM promise.mapping;
DROP SCHEMA erp CASCADE;
