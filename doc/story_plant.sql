-- The works of the story: a maker of cargo bikes, its people, and what they have
-- agreed on.  Monday, 23 November 2026, ten past eight.
ALTER DATABASE story SET promise.clock = '2026-11-23 08:10+01';
ALTER DATABASE story SET promise.timezone = 'Europe/Berlin';
ALTER DATABASE story SET TimeZone = 'Europe/Berlin';
ALTER DATABASE story SET DateStyle = 'ISO, DMY';
SET promise.clock = '2026-11-23 08:10+01';
SET promise.timezone = 'Europe/Berlin';
SET TimeZone = 'Europe/Berlin';
SET DateStyle = 'ISO, DMY';

-- ---------------------------------------------------------------------------
-- People: each logs in as a database role of their own.
-- ---------------------------------------------------------------------------

CREATE ROLE kim LOGIN;				-- sells
CREATE ROLE pat LOGIN;				-- sells
CREATE ROLE rosa LOGIN;				-- sales manager
CREATE ROLE olga LOGIN;				-- operations manager
CREATE ROLE sven LOGIN;				-- supplier desk
CREATE ROLE ann LOGIN;				-- auditor
\o /dev/null
SELECT promise.grant_script('seller', 'kim') \gexec
SELECT promise.grant_script('seller', 'pat') \gexec
SELECT promise.grant_script('seller', 'rosa') \gexec
SELECT promise.grant_script('operations', 'olga') \gexec
SELECT promise.grant_script('operations', 'sven') \gexec
SELECT promise.grant_script('auditor', 'ann') \gexec
\o

INSERT INTO promise.seller (seller, team, role_name) VALUES
	('Kim', 'inside sales', 'kim'), ('Pat', 'inside sales', 'pat');
INSERT INTO promise.customer (customer, customer_group) VALUES
	('Velo Weber', 'dealers'), ('City Bikes', 'dealers'), ('Post', 'fleets');
INSERT INTO promise.signatory (role_name, side) VALUES
	('rosa', 'sales'), ('olga', 'operations');

-- ---------------------------------------------------------------------------
-- Ten cargo bikes in stock, twenty to come, and what has been promised.
-- ---------------------------------------------------------------------------

INSERT INTO promise.item (item, unit, family) VALUES ('CARGO', 'pcs', 'bikes');
INSERT INTO promise.supply (item, at, quantity, ref, kind) VALUES
	('CARGO', '-infinity', 10, NULL, 'stock'),
	('CARGO', '2026-12-03 14:00', 20, 'PO-31', 'purchase');

\o /dev/null
SELECT promise.protect('promise.supply');
SELECT promise.commit('SO-201', 'CARGO', 8, '2026-12-01', customer => 'Velo Weber', seller => 'Pat',
	price => 3900, cost => 2900, currency => 'EUR');
SELECT promise.commit('SO-202', 'CARGO', 4, '2026-12-09', customer => 'Post', seller => 'Kim',
	price => 4200, cost => 2900, currency => 'EUR');
\o

-- ---------------------------------------------------------------------------
-- What sales may promise without asking; the guard refuses everything else.
-- ---------------------------------------------------------------------------

INSERT INTO promise.policy (policy, lead_time, latest_order_time, calendar) VALUES
	('standard', '5 days', '14:00', 'Europe/Berlin; Mon-Fri 08:00-17:00');
INSERT INTO promise.policy (policy, family, minimum_margin) VALUES ('margin of bikes', 'bikes', 20);
INSERT INTO promise.policy (policy, customer_group, maximum_quantity) VALUES ('dealers', 'dealers', 10);
\o /dev/null
SELECT promise.enforce_policy();
\o
