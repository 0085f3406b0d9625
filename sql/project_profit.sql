/*
 * What a project was to earn, and what it has earned.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'UTC';
SET promise.clock = '2026-12-01 08:00+00';

INSERT INTO promise.project (project, item) VALUES ('P', 'PROJECT P'), ('Q', 'PROJECT Q');
INSERT INTO promise.supply (item, quantity) VALUES ('PROJECT P', 100), ('PROJECT Q', 100);
SELECT * FROM promise.project_profit('P');
SELECT * FROM promise.project_profit('R');

-- bid: the scope of it costs nothing, what was taken off the list neither
INSERT INTO promise.deliverable (project, list, deliverable, quantity, price, cost, currency) VALUES
	('P', 'bid', 'shop', 1, 24000, 17000, 'EUR'), ('P', 'bid', 'scanner', 10, 350, 240, 'EUR'), ('P', 'scope', 'scanner', 10, 999, 999, 'EUR'),
	('P', 'bid', 'van', 1, 5000, 4000, 'EUR'), ('P', 'bid', 'flight', 2, 400, 380, 'CHF'), ('Q', 'bid', 'advice', 5, 1200, NULL, 'EUR');
INSERT INTO promise.deliverable (project, list, deliverable, quantity) VALUES ('P', 'bid', 'van', 0), ('P', 'bid', 'coffee', 1);
SELECT * FROM promise.project_profit('P');
-- what is not known of one is not known of all
INSERT INTO promise.deliverable (project, list, deliverable, quantity, price, cost, currency) VALUES ('Q', 'bid', 'travel', 1, 500, 400, 'EUR');
SELECT * FROM promise.project_profit('Q');

-- promised for less than bid, in two lines and two currencies; a hold and what is cancelled are no promises
SELECT kind FROM promise.commit('P-1', 'PROJECT P', 2, '2026-12-10', price => 13000, cost => 9700, currency => 'EUR');
SELECT kind FROM promise.commit('P-2', 'PROJECT P', 1, '2026-12-10', price => 800, cost => 760, currency => 'CHF');
SELECT kind FROM promise.commit('P-3', 'PROJECT P', 1, '2026-12-10', price => 5000, cost => 1, currency => 'EUR');
SELECT kind FROM promise.hold('P-4', 'PROJECT P', 1, '2026-12-10', '1 day', price => 5000, cost => 1, currency => 'EUR');
SELECT promise.release('P-3');
SELECT kind FROM promise.commit('Q-1', 'PROJECT Q', 1, '2026-12-10', price => 5000, currency => 'EUR');
SELECT * FROM promise.project_profit('P');

-- delivered: half of it at what was thought, then the rest at what it cost
SELECT promise.deliver('P-1', 1);
SELECT * FROM promise.project_profit('P') WHERE currency = 'EUR';
INSERT INTO promise.delivery (ref, at, quantity, cost) VALUES ('P-1', '2026-12-08', 1, NULL), ('P-1', '2026-12-09', 1, 14000), ('Q-1', '2026-12-09', 1, 4000);
SELECT * FROM promise.project_profit('P');
SELECT * FROM promise.project_profit('Q');
-- the scoreboard says the same
SELECT p.currency, p.stage, p.margin - CASE p.stage WHEN 'promise' THEN v.margin_promised ELSE v.margin_delivered END AS difference
FROM promise.project_profit('P') AS p JOIN promise.scoreboard_value('item') AS v ON v.name = 'PROJECT P' AND v.currency = p.currency
WHERE p.stage <> 'bid' ORDER BY 1, 2;

-- What an hour costs: Ann has a rate of her own, which has risen; Bob has that of his
-- pool, Cid that of developers; two work together on step 3.
INSERT INTO promise.project (project, item) VALUES ('H', 'PROJECT H');
INSERT INTO promise.supply (item, quantity) VALUES ('PROJECT H', 100);
INSERT INTO promise.resource (resource, pool) VALUES ('Ann', 'staff'), ('Bob', 'staff'), ('Cid', NULL);
INSERT INTO promise.resource_skill (resource, skill) VALUES ('Cid', 'develop');
INSERT INTO promise.source (source, item, kind, priority) VALUES ('do H', 'PROJECT H', 'make', 1), ('buy H', 'PROJECT H', 'make', 2);
INSERT INTO promise.step (source, step, resource, skill, units, setup, run) VALUES
	('do H', 1, 'Ann', NULL, 1, '10 hours', '0'), ('do H', 2, NULL, 'develop', 2, '4 hours', '30 minutes'),
	('do H', 3, 'Bob', NULL, 1, '8 hours', '0'), ('do H', 3, 'Cid', 'develop', 1, '6 hours', '0'), ('buy H', 1, 'Bob', NULL, 1, '1 hour', '0');
SELECT * FROM promise.project_hours('H');
SELECT * FROM promise.project_labour('H', 'estimated');
INSERT INTO promise.hour_rate (resource, skill, since, cost, currency) VALUES
	('Ann', NULL, DEFAULT, 90, 'EUR'), ('Ann', NULL, '2026-10-01', 100, 'EUR'), ('Ann', NULL, '2027-01-01', 120, 'EUR'), ('staff', NULL, DEFAULT, 60, 'EUR'), (NULL, 'develop', DEFAULT, 80, 'CHF');
-- 10 * 100, (4 + 0.5) * 2 * 80 CHF, 8 * 60 EUR and 8 * 80 CHF
SELECT * FROM promise.project_hours('H');
SELECT * FROM promise.project_labour('H', 'estimated');
SELECT * FROM promise.project_labour('H', 'estimated', 3);
SELECT * FROM promise.project_labour('H', 'worked');
-- an estimate instead of what the step says
INSERT INTO promise.estimate (source, step, optimistic, likely, pessimistic) VALUES ('do H', 1, '12 hours', '12 hours', '12 hours');
SELECT hours, cost FROM promise.project_hours('H') WHERE step = 1;
-- of choices the first one counts
BEGIN;
INSERT INTO promise.step (source, step, resource, setup, choice, priority) VALUES ('do H', 4, 'Ann', '1 hour', 'who', 2), ('do H', 4, 'Bob', '1 hour', 'who', 1), ('do H', 4, 'Cid', '1 hour', 'else', 1);
SELECT currency, cost FROM promise.project_hours('H') WHERE step = 4;
INSERT INTO promise.hour_rate (resource, cost, currency) VALUES ('Cid', 50, 'EUR');
SELECT currency, cost FROM promise.project_hours('H') WHERE step = 4;
ROLLBACK;

-- promised without a cost: by the hours.  With one: as promised
SELECT kind FROM promise.commit('H-1', 'PROJECT H', 1, '2026-12-10', price => 5000, currency => 'EUR');
SELECT * FROM promise.project_profit('H');
SELECT kind FROM promise.commit('H-2', 'PROJECT H', 1, '2026-12-10', price => 700, cost => 650, currency => 'EUR');
SELECT * FROM promise.project_profit('H') WHERE stage = 'promise';
SELECT promise.release('H-2');
BEGIN;
DELETE FROM promise.hour_rate WHERE skill IS NOT NULL;
SELECT * FROM promise.project_profit('H');
ROLLBACK;

-- delivered: unknown while hours of a step are missing; then 11 at 90, 5 * 2 * 80, 9 and 9
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked) VALUES
	('do H', 1, '2026-09-01', '2026-09-02', 1, '11 hours'), ('do H', 2, '2026-12-01', '2026-12-02', 1, '4 hours'), ('do H', 2, '2026-12-03', '2026-12-04', 1, '1 hour'), ('do H', NULL, '2026-09-01', '2026-12-04', 1, NULL);
SELECT promise.deliver('H-1', 1);
SELECT * FROM promise.project_profit('H') WHERE stage = 'delivery';
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked) VALUES ('do H', 3, '2026-12-05', '2026-12-06', 1, '9 hours');
SELECT * FROM promise.project_hours('H') WHERE kind = 'worked';
SELECT * FROM promise.project_profit('H') WHERE stage = 'delivery';
-- Ann did what a developer was to do, so hers is the rate; that of Cid is the rate of others with his skill
BEGIN;
UPDATE promise.outcome SET resource = 'Ann' WHERE step = 2;
SELECT * FROM promise.project_hours('H') WHERE kind = 'worked' AND step = 2;
UPDATE promise.outcome SET resource = 'Cid' WHERE step = 2;
SELECT * FROM promise.project_hours('H') WHERE kind = 'worked' AND step = 2;
ROLLBACK;
-- the other source was worked by, too, but not priced; then it is
BEGIN;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered, worked) VALUES ('buy H', 1, '2026-12-05', '2026-12-06', 1, '2 hours');
SELECT * FROM promise.project_labour('H', 'worked');
ROLLBACK;
-- in tables of the business: the same
BEGIN;
CREATE TABLE recipe AS SELECT source, item, kind, priority FROM promise.source;
CREATE TABLE routing AS SELECT source, step, resource, skill, units, setup, run FROM promise.step;
CREATE TABLE before AS SELECT * FROM promise.project_hours('H');
DELETE FROM promise.source;
DELETE FROM promise.step;
SET LOCAL client_min_messages = warning;
SELECT count(promise.map('source', 'recipe')) + count(promise.map('step', 'routing')) AS mapped;
SELECT count(*), (SELECT count(*) FROM before) AS before FROM promise.project_hours('H') AS h JOIN before AS b ON (b.*) IS NOT DISTINCT FROM (h.*);
SELECT step, stated, setup FROM promise.corrected_estimates('do H');
INSERT INTO promise.estimate_review (entry, who, agreed) SELECT entry, 'bob', true FROM promise.estimate;
SELECT promise.apply_estimates('do H');
ROLLBACK;
-- what nobody knows the hours of
BEGIN;
UPDATE promise.step SET resource = NULL WHERE source = 'do H' AND step = 3;
INSERT INTO promise.outcome (source, step, started_at, ended_at, ordered) VALUES ('do H', 3, '2026-12-06', '2026-12-07', 1);
SELECT * FROM promise.project_hours('H') WHERE kind = 'worked' AND step = 3;
SELECT * FROM promise.project_profit('H') WHERE stage = 'delivery';
ROLLBACK;
-- what a delivery says counts; of a part only it is not known of all
INSERT INTO promise.delivery (ref, at, quantity, cost) VALUES ('H-1', '2026-12-08', 0.5, 2100);
SELECT * FROM promise.project_profit('H') WHERE stage = 'delivery';
INSERT INTO promise.delivery (ref, at, quantity) VALUES ('H-1', '2026-12-09', 0.5);
SELECT * FROM promise.project_profit('H') WHERE stage = 'delivery';

\set VERBOSITY terse
INSERT INTO promise.hour_rate (resource, cost, currency) VALUES ('staff', 61, 'EUR');
INSERT INTO promise.hour_rate (resource, skill, cost, currency) VALUES ('staff', 'develop', 61, 'EUR');
INSERT INTO promise.hour_rate (cost, currency) VALUES (61, 'EUR');
INSERT INTO promise.hour_rate (resource, cost, currency) VALUES ('Bob', -1, 'EUR');
\set VERBOSITY default

DELETE FROM promise.hour_rate;
DELETE FROM promise.outcome;
DELETE FROM promise.estimate;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource_skill;
DELETE FROM promise.resource;
SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.delivery;
DELETE FROM promise.deliverable;
DELETE FROM promise.project;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.supply;
