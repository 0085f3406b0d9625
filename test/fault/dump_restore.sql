-- Rows in every table of the extension, for dump_restore: ordinary ones, and
-- some at the ends of what a column takes.
CREATE EXTENSION promise;
SET TimeZone = 'America/New_York';

INSERT INTO promise.item VALUES
	('BIKE', 'pcs', 'bicycles'), ('WHEEL 28"', 'pcs', NULL), ('Öl; ''O''\n', 'l', E'a\tb');
INSERT INTO promise.location VALUES
	('main', 'Europe/Berlin', 0), ('north', NULL, 1);
INSERT INTO promise.stocking VALUES
	('BIKE', 'main', 2, '1 year', '30 days', '1 day 12:00:00.000001', true),
	('BIKE', 'north', 9223372036854.775807, NULL, NULL, '0', false);
INSERT INTO promise.supply (item, location, at, quantity, ref, kind, status, for_ref, lot, expires_at) VALUES
	('BIKE', 'main', '-infinity', 5, NULL, 'stock', NULL, NULL, 'L1', '2026-12-31 23:59:59.999999+01'),
	('BIKE', 'main', '2026-10-25 02:30+02', 10.000001, 'PO1', 'purchase', 'sent', NULL, NULL, NULL),
	('BIKE', 'main', '2026-10-25 02:30+01', -9223372036854.775807, 'PO2', NULL, NULL, 'SO1', NULL, 'infinity');
INSERT INTO promise.commitment
	(ref, item, at, quantity, kind, group_ref, priority, requested_at, accepted_at, customer, channel, zone, expires_at, fixed) VALUES
	('SO1', 'BIKE', '2026-11-05 23:59:59.999999+01', 4, 'customer', 'SO', 1, '2026-11-01', '2026-10-01', 'Ada', 'shop', 'EU', NULL, true),
	('H1', 'BIKE', 'infinity', 0.000001, 'hold', NULL, 0, NULL, '2026-10-02', NULL, NULL, NULL, '2026-10-03', false);
INSERT INTO promise.commitment (ref, item, at, quantity, part_of) VALUES ('SO1 part 2', 'BIKE', '2026-11-06', 1, 'SO1');
INSERT INTO promise.resource VALUES
	('welder', 'main', 'Europe/Berlin; Mon-Fri 08:00-12:00 13:00-17:00; 2026-12-25 closed', 2, true),
	('dock', 'north', NULL, 0.5, false);
INSERT INTO promise.resource_change (resource, during, units) VALUES
	('welder', '[2026-11-07 08:00+01, 2026-11-07 12:00+01)', 1), ('welder', '(,2026-01-01 00:00+00]', -2);
INSERT INTO promise.resource VALUES ('welder 2', 'main', NULL, 1, true, 'welder', true, 'matrix', 'blue');
INSERT INTO promise.load (resource, during, units, ref, setup_state) VALUES
	('welder', '[2026-11-09 08:00+01, 2026-11-09 16:00+01)', 1, 'MO1', 'red'), ('dock', '[2027-01-01 00:00+00,)', 0.25, NULL, NULL);
INSERT INTO promise.resource_skill VALUES ('welder', 'weld', 0), ('welder 2', 'weld', -1);
INSERT INTO promise.changeover (changeover, from_setup, to_setup, duration) VALUES
	('matrix', 'blue', 'red', '01:30'), ('matrix', NULL, 'red', '02:00:00.000001'), ('matrix', NULL, NULL, '0');
INSERT INTO promise.source
	(source, item, location, kind, priority, lead_time, calendar, supplier, from_location,
	 lot_minimum, lot_multiple, lot_maximum, fence, cost, currency, effective) VALUES
	('make BIKE', 'BIKE', 'main', 'make', 0, '0', 'UTC; always', NULL, NULL, 1, 1, 10, '2 days', 12.34, 'EUR', '[2026-01-01 00:00+00,)'),
	('move BIKE', 'BIKE', 'north', 'move', 1, '1 mon 2 days 03:00', NULL, NULL, 'main', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO promise.component (source, item, quantity, quantity_fixed, scrap, step, effective) VALUES
	('make BIKE', 'WHEEL 28"', 2, 0, 0.015, 1, 'empty'), ('make BIKE', 'Öl; ''O''\n', 0, 0.1, 0, NULL, NULL);
INSERT INTO promise.step (source, step, resource, skill, units, setup, run, batch) VALUES
	('make BIKE', 1, 'welder', 'weld', 1, '00:30', '00:10:00.5', NULL), ('make BIKE', 2, NULL, NULL, 1, '0', '0', 5);
INSERT INTO promise.component (source, item, quantity, choice, priority) VALUES
	('make BIKE', 'Öl; ''O''\n', 1, 'oil', -1), ('make BIKE', 'GREASE', 0.000001, 'oil', 1);
INSERT INTO promise.output VALUES ('make BIKE', 'BIKE', 1, 0), ('make BIKE', 'CHIPS', 0.5, 0.25);
INSERT INTO promise.step (source, step, resource, pauses, setup_state, choice, priority) VALUES
	('make BIKE', 2, 'welder', false, 'red', 'any', 1), ('make BIKE', 2, 'dock', true, NULL, 'any', 2);
INSERT INTO promise.precedence VALUES ('make BIKE', 1, 2, '1 day');
INSERT INTO promise.lane VALUES
	('main', 'EU', '2 days', 'Europe/Berlin; Mon-Sat 08:00-20:00', '16:00', 'dock'), ('north', '', '0', NULL, NULL, NULL);
INSERT INTO promise.substitute (item, substitute, ratio, priority, effective) VALUES
	('BIKE', 'WHEEL 28"', 2.5, 1, '[2026-01-01 00:00+00, 2027-01-01 00:00+00)');
INSERT INTO promise.planned_flow (ref, item, location, at, quantity, kind) VALUES
	('SO1', 'BIKE', 'main', '2026-11-05 12:00+01', 4, 'planned'), ('SO1', 'WHEEL 28"', 'main', '2026-11-04 12:00+01', -8, 'component');
INSERT INTO promise.planned_load (ref, resource, during, units) VALUES
	('SO1', 'welder', '[2026-11-05 08:00+01, 2026-11-05 09:10+01)', 1);
INSERT INTO promise.planned_lot
	(plan, lot, ref, source, quantity, start_at, end_at, need, inherited, steps, step_starts, step_ends, step_changeovers) VALUES
	(nextval('promise.plan_number'), 0, 'SO1', 'make BIKE', 4, '2026-11-05 08:00+01', '2026-11-05 09:10+01', 0, false,
	 '{2,-1}', '{2026-11-05 08:00+01,2026-11-05 09:00+01}', '{2026-11-05 09:00+01,2026-11-05 09:10+01}', '{00:30,0}'),
	(nextval('promise.plan_number'), 1, 'SO1', 'gone', 0.000001, '-infinity', 'infinity', 1, true, '{}', '{}', '{}', '{}');
INSERT INTO promise.planned_flow (ref, item, at, quantity, plan, lot, need, component) VALUES
	('SO1', 'BIKE', '2026-11-05 09:10+01', 4, 1, 0, NULL, NULL),
	('SO1', 'WHEEL 28"', '2026-11-05 08:00+01', -8, 1, 0, 1, 0);
INSERT INTO promise.planned_load (ref, resource, during, plan, lot, step, use, setup_state) VALUES
	('SO1', 'welder', '[2026-11-05 08:00+01, 2026-11-05 09:00+01)', 1, 0, 2, 0, 'red');
UPDATE promise.planned_lot SET firm = true WHERE lot = 0;
UPDATE promise.planned_flow SET handed_over = quantity > 0, kept = quantity < 0 WHERE lot = 0;
UPDATE promise.planned_load SET kept = true WHERE lot = 0;

-- a mapping of a table whose name needs quotes, in a schema of its own
CREATE SCHEMA "the shop";
CREATE TABLE "the shop"."Order line" (id integer PRIMARY KEY, product integer, due date, qty numeric, state text);
CREATE INDEX ON "the shop"."Order line" (product);
INSERT INTO "the shop"."Order line" VALUES (1, 7, '2026-11-20', 3, 'open');
SELECT promise.map('demand', '"the shop"."Order line"', item => 'product', at => 'due',
	quantity => 'qty', ref => 'id', filter => 'state = ''open''', name => 'it''s open');

-- promised without any supply, before anything was guarded: to load it again
-- is not to promise it again
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SHORT', 'NOTHING', '2031-01-01 00:00+00', 5);
INSERT INTO promise.load (resource, during, units) VALUES
	('welder', '[2031-01-06 08:00+00, 2031-01-06 09:00+00)', 1000);

-- guarded tables of the business, one of them partitioned, a guarded view
CREATE TABLE "the shop"."Sale ""1""" (id integer, product text, due date, qty numeric) PARTITION BY RANGE (id);
CREATE TABLE "the shop"."Part" PARTITION OF "the shop"."Sale ""1""" FOR VALUES FROM (0) TO (10);
CREATE TABLE "the shop".rest PARTITION OF "the shop"."Sale ""1""" DEFAULT;
CREATE INDEX ON "the shop"."Sale ""1""" (product);
INSERT INTO "the shop"."Sale ""1""" VALUES (1, 'NOTHING', '2031-01-01', 5), (11, 'NOTHING', '2031-01-01', 5), (12, 'NOTHING', '2031-01-01', 5);
SELECT promise.protect('"the shop"."Sale ""1"""', item => 'product', at => 'due', quantity => 'qty',
	ref => '''S'' || id', deferred => true);
SELECT promise.keep_history('"the shop"."Sale ""1"""');
DELETE FROM "the shop"."Sale ""1""" WHERE id = 12;
CREATE TABLE "the shop"."Head" (id integer PRIMARY KEY, due date);
CREATE TABLE "the shop"."Line" (id integer PRIMARY KEY, head integer REFERENCES "the shop"."Head", product text, qty numeric);
CREATE INDEX ON "the shop"."Line" (product);
CREATE VIEW "the shop".orders AS
	SELECT 'O' || l.id AS ref, l.product AS item, h.due AS at, l.qty AS quantity
	FROM "the shop"."Line" AS l JOIN "the shop"."Head" AS h ON h.id = l.head;
INSERT INTO "the shop"."Head" VALUES (1, '2031-01-01');
INSERT INTO "the shop"."Line" VALUES (1, 1, 'NOTHING', 5);
SELECT promise.protect('"the shop".orders', mode => 'block', watch => '{
	"\"Head\"": "SELECT l.product AS item FROM changed AS c JOIN \"the shop\".\"Line\" AS l ON l.head = c.id",
	"\"Line\"": "SELECT product AS item FROM changed"}');

-- own tables, a limit, an exception
SELECT promise.protect('promise.supply');
SELECT promise.protect('promise.stocking');
SELECT promise.protect('promise.resource');
SELECT promise.protect('promise.resource_change');
SELECT promise.protect('promise.load');
CREATE FUNCTION "the shop".no_limit(claims promise.claim[]) RETURNS SETOF promise.limit_violation
	STABLE LANGUAGE sql AS 'SELECT c.ref, NULL, NULL FROM unnest(claims) AS c WHERE false';
INSERT INTO promise.guard_limit VALUES ('none', '"the shop".no_limit(promise.claim[])');
INSERT INTO promise.exception (ref, item, at, quantity, missing, reason, detail, asked_by, asked_at) VALUES
	('SO1', 'BIKE', '2026-11-05', 4, 1.5, 'stock', 'Too few.', 'ada', '2026-10-01');
INSERT INTO promise.exception (exception, ref, item, at, quantity, missing, reason, why, urgency, asked_by, session_asked_by, asked_at,
	status, sales_signed_by, operations_signed_by, accepted, decided_by, decided_at, expires_at, guidelines) VALUES
	(1001, 'SO2', 'NOTHING', '2026-11-05', 4, 2, 'policy', 'They pay for it.', 'urgent', 'ada', 'ada', '2026-10-01',
	 'approved', 'bob', 'eve', 2, 'eve', '2026-10-02', '2026-10-09', '{bikes}');
INSERT INTO promise.exception (exception, ref, item, at, quantity, missing, order_at, order_quantity, order_passed_at, was_at,
	was_quantity, asked_by, session_asked_by, asked_at, status) VALUES
	(1002, 'SO3', 'BIKE', '2026-11-06', 40, 30, '2026-11-06', 40, '2026-10-01', '2026-11-07', 3, 'ada', 'ada', '2026-10-01', 'rejected');
INSERT INTO promise.exception_entry (exception, kind, side, note, expires_at, who, session_who, at_time) VALUES
	(1001, 'comment', NULL, 'Can it be done?', NULL, 'bob', 'bob', '2026-10-01'),
	(1001, 'sign', 'sales', NULL, '2026-10-08', 'bob', 'bob', '2026-10-01'),
	(1001, 'sign', 'operations', 'We work on Saturday.', '2026-10-09', 'eve', 'eve', '2026-10-02');
INSERT INTO promise.feed_time VALUES ('depot', '2 hours', 'UTC; Mon-Sat 06:00-14:00');
INSERT INTO promise.acknowledgement (ref, role_name, item, location, at, quantity, delivered, entry, note, who, session_who, at_time) VALUES
	('SO1', 'depot', 'BIKE', 'main', '2026-11-05 23:59:59.999999+01', 4, NULL, 1, 'on Tuesday', 'bob', 'bob', '2026-10-02'),
	('7', 'depot', '7', 'main', '2026-11-20', 0.000001, 2.5, NULL, NULL, 'bob', 'bob', '2026-10-02');
INSERT INTO promise.urgency VALUES ('urgent', '2 hours', 'Europe/Berlin; Mon-Fri 08:00-12:00', '1 day', 'board');

-- somebody at risk
INSERT INTO promise.alert (raised_at, raised_by, item, ref, promised_at, quantity, missing, reason, detail, transaction) VALUES
	('2026-10-02', 'ada', 'BIKE', 'SO1', '2026-11-05', 4, 1.5, 'stock', 'Too few.', '7');

-- what was offered to somebody
INSERT INTO promise.offer_seen (entry, ref, kind, item, location, quantity, available_at, due, on_time, decided_at, snapshot, supply, demand, sources, moved) VALUES
	(900, 'SO1', 'whole', 'BIKE', 'main', 4, '2026-11-05', NULL, false, '2026-10-01', '10:20:10,14,15', 4, 0.000001, '{"make BIKE"}', '{SO2,"SO 3"}');
-- ... and changed
INSERT INTO promise.amendment (entry, ref, column_name, was, became, who, session_who, at_time, transaction) VALUES
	(901, 'SO1', 'price', '120.50', NULL, 'kim', 'kim', '2026-10-02', '11');

-- the people
INSERT INTO promise.delivery (ref, at, quantity, cost) VALUES ('SO1', '2026-11-05 12:00+01', 2, 81.50);
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, yielded, ref, worked, resource, set_up_at, setup_worked) VALUES
	('make BIKE', NULL, '2026-11-02 08:00+01', '2026-11-05 08:00+01', 4, 3, 'SO1', '23:59:59.999999', 'press', '2026-11-02 09:00+01', '1:00');
INSERT INTO promise.pipeline (ref, kind, group_ref, item, quantity, due, probability, customer, price, currency) VALUES
	('Q7', 'promotion', 'spring', 'BIKE', 3, '2027-03-01', 0.25, 'Velo Weber', 480, 'EUR');
INSERT INTO promise.customer VALUES ('Velo Weber', 'dealers', 'south', 'Europe/Berlin');
INSERT INTO promise.seller VALUES ('Kim', 'inside sales', 'kim');
INSERT INTO promise.signatory (role_name, side, family) VALUES ('ada', 'operations', 'bikes');

-- a project
INSERT INTO promise.project VALUES ('P', 'PROJECT P', 'Velo Weber', 'standard', 'sales', 'delivery', 'managers');
INSERT INTO promise.deliverable (project, list, deliverable, quantity, price, currency, who, at_time) VALUES
	('P', 'requirement', 'D1', 2, NULL, NULL, 'ada', '2026-10-01'), ('P', 'bid', 'D1', 0.000001, 9000, 'EUR', 'bob', '2026-10-02');
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic, who, at_time) VALUES
	('make PROJECT P', 1, '0', '08:00:00.000001', '1000:00', 'ada', '2026-10-03');
INSERT INTO promise.estimate_review (entry, who, agreed, note, at_time) SELECT entry, 'bob', false, 'no', '2026-10-04' FROM promise.estimate;
INSERT INTO promise.hour_rate (resource, skill, since, cost, currency) VALUES
	('Ann', NULL, DEFAULT, 90.25, 'EUR'), (NULL, 'develop', '2026-10-01', 0.000001, 'CHF');
INSERT INTO promise.checklist VALUES ('standard', 'scope', 'Is it agreed?', 1);
INSERT INTO promise.checklist_answer (project, point, answer, note, who, at_time) VALUES ('P', 'scope', 'not applicable', 'no', 'ada', '2026-10-05');
INSERT INTO promise.project_signature VALUES ('P', '3', 'ada', 'sales', NULL, '2026-10-06'), ('P', '2', 'ada', 'project manager', 'old', '2026-10-06');

-- guidelines, enforced
INSERT INTO promise.policy (policy, family, lead_time, calendar, period, may_promise) VALUES
	('bikes', 'bikes', '3 days', 'Europe/Berlin; Mon-Fri 08:00-17:00', '[2031-01-01,2031-07-01)', '{Kim,"inside sales"}');
INSERT INTO promise.flexibility VALUES ('bikes', '7 days', 10, '1 day', 2);
SELECT promise.enforce_policy();
