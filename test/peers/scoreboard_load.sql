-- scoreboard_load.sql: the deliveries of the file :data as promises, each given
-- thirty days before its date; of every second one promise.deliver() books the
-- delivery, the others are in promise.delivery.
CREATE TABLE scms (id integer PRIMARY KEY, country text, fulfill_via text, shipment_mode text, vendor text, item text,
				   po_sent date, scheduled date, delivered date, recorded date, qty numeric, line_value numeric, site text);
\set copy '\\copy scms FROM ' :'data' ' CSV HEADER'
:copy

ALTER DATABASE scms SET promise.timezone = 'UTC';
ALTER DATABASE scms SET promise.clock = '2013-02-01 08:00+00';
SET promise.timezone = 'UTC';
SET promise.clock = '2013-02-01 08:00+00';
INSERT INTO promise.supply (item, location, quantity)
SELECT item, site, sum(qty) FROM scms GROUP BY item, site;
INSERT INTO promise.commitment (ref, item, location, at, quantity, requested_at, requested_quantity, accepted_at,
								customer, channel, seller, price, cost, currency)
SELECT id, item, site, due, qty, due, qty, due - interval '30 days', country, shipment_mode, vendor,
	   line_value / qty, line_value / qty * 0.75, CASE WHEN id % 5 = 0 THEN 'EUR' ELSE 'USD' END
FROM scms, LATERAL (SELECT promise.end_of_day(scheduled, 'UTC')) AS d (due);
INSERT INTO promise.delivery (ref, at, quantity)
SELECT id, delivered + time '12:00' AT TIME ZONE 'UTC', qty FROM scms WHERE id % 2 = 1;
SELECT count(promise.deliver(id::text, at => delivered + time '12:00' AT TIME ZONE 'UTC')) AS delivered FROM scms WHERE id % 2 = 0;

-- purchases whose date is known; two were sent after they had come
INSERT INTO promise.source (source, item, kind, lead_time) SELECT DISTINCT vendor, 'of ' || vendor, 'buy', interval '90 days' FROM scms;
INSERT INTO promise.outcome (source, started_at, ended_at, ordered, yielded)
SELECT vendor, po_sent + time '12:00' AT TIME ZONE 'UTC', delivered + time '12:00' AT TIME ZONE 'UTC', qty, qty
FROM scms WHERE po_sent <= delivered;
