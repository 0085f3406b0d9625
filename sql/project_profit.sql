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

SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.delivery;
DELETE FROM promise.deliverable;
DELETE FROM promise.project;
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.supply;
