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

-- what would stop a plan: rows of routings and lists of parts
CREATE TABLE erp.way (id text, product text, sort text, wait interval, hours text, least numeric, steps float8, most numeric, from_wh text, frozen interval);
CREATE INDEX ON erp.way (product);
INSERT INTO erp.way VALUES
	('good', 'p', 'make', '2 days 03:00', 'UTC; Mon-Fri 08:00-16:00', 5, 5, 20, NULL, '1 day'),
	('month', 'p', 'buy', '1 month', NULL, NULL, NULL, NULL, NULL, '-1 day'), ('hours', 'p', 'buy', NULL, 'UTC; Mon-Fry 08:00', NULL, NULL, NULL, NULL, NULL),
	('zone', 'p', 'buy', NULL, 'Europe/Atlantis; daily 08:00-09:00', NULL, NULL, NULL, NULL, NULL), ('lots', 'p', 'buy', NULL, NULL, 6, 10, 9, NULL, NULL),
	('less', 'p', 'buy', NULL, NULL, -1, 'NaN', 3, NULL, NULL), ('kind', 'p', 'grow', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('move', 'p', 'move', NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('kit', 'p', 'kit', '1 day', NULL, NULL, NULL, NULL, NULL, NULL),
	(NULL, 'p', 'make', NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('none', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT promise.map('source', 'erp.way', source => 'id', item => 'product', kind => 'sort', lead_time => 'wait', calendar => 'hours',
	lot_minimum => 'least', lot_multiple => 'steps', lot_maximum => 'most', from_location => 'from_wh', fence => 'frozen');
CREATE TABLE erp.part (way text, product text, step integer, qty float8, lost numeric, work interval, after integer, people numeric);
CREATE INDEX ON erp.part (way);
INSERT INTO erp.part VALUES
	('good', 'q', 1, 1, 0.1, '00:10', 2, 1), ('nan', 'q', 1, 'NaN', 1, '1 year', 2, -1),
	('less', 'q', 1, -1, -0.1, '-00:10', 2, 0.5), ('null', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT promise.map('component', 'erp.part', source => 'way', item => 'product', quantity => 'qty', scrap => 'lost');
SELECT promise.map('output', 'erp.part', source => 'way', item => 'product', quantity => 'qty');
SELECT promise.map('step', 'erp.part', source => 'way', step => 'step', units => 'people', run => 'work');
SELECT promise.map('precedence', 'erp.part', source => 'way', before => 'step', after => 'after', lag => 'work');
SELECT promise.map('changeover', 'erp.part', changeover => 'way', duration => 'work');
SELECT promise.map('resource_skill', 'erp.part', resource => 'way', skill => 'product');
SELECT role, key, ref, problem FROM promise.mapping_problems('erp.way') ORDER BY ref COLLATE "C", problem COLLATE "C";
SELECT role, key, problem FROM promise.mapping_problems('erp.part')
ORDER BY role COLLATE "C", key COLLATE "C", problem COLLATE "C";
-- a plan stops at the first that it comes to
\set SHOW_CONTEXT never
SELECT promise.plan('p', 1);
\set SHOW_CONTEXT errors
-- calendars of resources
CREATE TABLE erp.hall (code text PRIMARY KEY, hours text);
INSERT INTO erp.hall VALUES ('good', 'UTC; daily 08:00-16:00'), ('bad', 'around noon'), ('none', NULL);
SELECT promise.map('resource', 'erp.hall', resource => 'code', calendar => 'hours');
SELECT role, key, problem FROM promise.mapping_problems('erp.hall') ORDER BY key COLLATE "C";

DELETE FROM promise.mapping;
DROP SCHEMA erp CASCADE;
