/*
 * Quotations and promotions, checked together before they are announced.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET promise.timezone = 'UTC';
SET promise.clock = '2026-11-02 08:00+00';
INSERT INTO promise.supply (item, at, quantity) VALUES ('lamp', '-infinity', 60), ('lamp', '2026-11-20 08:00+00', 40);
SELECT quantity FROM promise.commit('SO-1', 'lamp', 10, '2026-11-25');

-- each of three would be possible alone, and two of them together
INSERT INTO promise.pipeline (ref, item, quantity, due, probability, price, currency) VALUES
	('Q-1', 'lamp', 30, '2026-11-10', 0.5, 50, 'EUR'),
	('Q-2', 'lamp', 20, '2026-11-10', 0.9, 60, 'EUR'),
	('Q-3', 'lamp', 40, '2026-11-10', 0.2, 55, 'EUR');
SELECT ref, promise.feasible(item, quantity, due) FROM promise.pipeline ORDER BY ref;
SELECT rank, ref, kind, quantity, probability, value, feasible, available_at, way, reason FROM promise.check_pipeline();
SELECT ref, detail FROM promise.check_pipeline() WHERE NOT feasible;
SELECT rank, ref, expected_quantity, expected_feasible, expected_at FROM promise.check_pipeline();

-- what somebody wants served first; what has no price comes last; currencies take turns
UPDATE promise.pipeline SET priority = -1 WHERE ref = 'Q-3';
INSERT INTO promise.pipeline (ref, kind, group_ref, item, quantity, due, probability, price, currency) VALUES
	('Q-4', 'quotation', 'Q', 'lamp', 1, '2026-11-30', 1, 99999, 'USD'),
	('Q-5', 'quotation', 'Q', 'lamp', 1, '2026-11-30', 1, 1, 'USD'),
	('Q-6', 'quotation', 'Q', 'lamp', 1, '2026-11-30', 0.0000001, NULL, 'USD'),
	('P-1', 'promotion', 'advent', 'lamp', 200, '2026-11-28', 0.5, 50, 'EUR');
SELECT rank, ref, kind, group_ref, value, currency, feasible, available_at, reason, expected_quantity, expected_feasible FROM promise.check_pipeline();

-- what is held or promised under the same ref counts once
SELECT quantity FROM promise.hold('Q-3', 'lamp', 40, '2026-11-10', '10 days');
SELECT rank, ref, feasible FROM promise.check_pipeline() WHERE ref IN ('Q-1', 'Q-2', 'Q-3');
SELECT quantity FROM promise.commit('Q-3', 'lamp', 40, '2026-11-10');
SELECT rank, ref, feasible FROM promise.check_pipeline() WHERE ref IN ('Q-1', 'Q-2', 'Q-3');
SELECT promise.deliver('Q-3');
SELECT count(*) FROM promise.pipeline_lines() WHERE ref = 'Q-3';
-- likewise if it is held in parts
SELECT ref, part, quantity FROM promise.hold('Q-1', 'lamp', 45, '2026-11-10', '30 days', parts_max => 2, lateness_max => NULL);
SELECT ref, part_of, kind, quantity FROM promise.commitment WHERE ref LIKE 'Q-1%' ORDER BY ref;
UPDATE promise.pipeline SET quantity = 45, priority = -2 WHERE ref = 'Q-1';
SELECT rank, ref, available_at FROM promise.check_pipeline() WHERE ref = 'Q-1';
SELECT promise.release('Q-1');
SELECT rank, ref, available_at FROM promise.check_pipeline() WHERE ref = 'Q-1';
CREATE TABLE public.shop_order (id text PRIMARY KEY, product text, amount numeric, due date);
CREATE INDEX ON public.shop_order (product);
SELECT promise.map('demand', 'public.shop_order', item => 'product', quantity => 'amount', at => 'due', ref => 'id');
INSERT INTO public.shop_order VALUES ('Q-1', 'lamp', 5, '2026-11-10');
SELECT count(*) FROM promise.pipeline_lines() WHERE ref = 'Q-1';
SELECT promise.unmap('demand', 'public.shop_order');
DELETE FROM promise.pipeline;

/*
 * Capacity: a lathe of eight hours a day, a lot takes an hour for each.
 */
INSERT INTO promise.resource (resource, calendar) VALUES ('lathe', 'UTC; Mon-Fri 08:00-16:00');
INSERT INTO promise.source (source, item, kind) VALUES ('turn', 'vase', 'make'), ('turn bowls', 'bowl', 'make');
INSERT INTO promise.step (source, step, resource, run) VALUES ('turn', 1, 'lathe', '1 hour'), ('turn bowls', 1, 'lathe', '2 hours');
INSERT INTO promise.pipeline (ref, item, quantity, due, probability, price, currency) VALUES
	('V', 'vase', 24, '2026-11-06', 0.5, 100, 'EUR'), ('B', 'bowl', 12, '2026-11-06', 0.5, 90, 'EUR');
SELECT ref, promise.feasible(item, quantity, due) FROM promise.pipeline ORDER BY ref;
SELECT ref, feasible, available_at, reason, expected_quantity, expected_feasible, expected_at FROM promise.check_pipeline();
DELETE FROM promise.pipeline;

-- what is wanted late leaves the stock to what is wanted before more comes, also beside what is made
INSERT INTO promise.supply (item, at, quantity) VALUES ('clock', '-infinity', 10), ('clock', '2026-11-20 08:00+00', 10);
INSERT INTO promise.pipeline (ref, item, quantity, due, price, currency) VALUES
	('late', 'clock', 8, '2026-11-25', 100, 'EUR'), ('soon', 'clock', 7, '2026-11-10', 90, 'EUR'), ('sooner', 'clock', 4, '2026-11-09', 80, 'EUR');
SELECT ref, feasible, available_at FROM promise.check_pipeline();
SELECT ref, feasible, available_at FROM promise.check_pipeline(placement => 'asap');
INSERT INTO promise.pipeline (ref, item, quantity, due, price, currency) VALUES ('made', 'vase', 8, '2026-11-13', 1000, 'EUR'), ('made too', 'vase', 32, '2026-11-06', 10, 'EUR');
SELECT ref, feasible, available_at FROM promise.check_pipeline();
SELECT ref, feasible, available_at FROM promise.check_pipeline(placement => 'asap');
\set SHOW_CONTEXT never
SELECT promise.check_pipeline(placement => 'tomorrow');
DELETE FROM promise.pipeline;

/*
 * Less than all, nothing, something else, and against the guidelines
 */
INSERT INTO promise.supply (item, quantity) VALUES ('desk', 5), ('shelf', 50);
INSERT INTO promise.substitute (item, substitute) VALUES ('rack', 'shelf');
INSERT INTO promise.pipeline (ref, item, quantity, due) VALUES
	('partly', 'desk', 8, '2026-11-10'), ('unknown', 'boat', 1, '2026-11-10'), ('other', 'rack', 10, '2026-11-10'), ('past', 'shelf', 1, '2026-10-10');
SELECT ref, feasible, available_at, way, reason, detail FROM promise.check_pipeline();
DELETE FROM promise.pipeline;
INSERT INTO promise.policy (policy, item, maximum_quantity) VALUES ('few shelves', 'shelf', 5);
INSERT INTO promise.pipeline (ref, item, quantity, due) VALUES ('many', 'shelf', 10, '2026-11-10');
SELECT ref, feasible, way, reason, detail FROM promise.check_pipeline();
DELETE FROM promise.policy;
DELETE FROM promise.pipeline;
SELECT * FROM promise.check_pipeline();

/*
 * The joint answer is that of selling one line after the other.
 */
INSERT INTO promise.supply (item, location, at, quantity)
SELECT 'chair ' || n % 4, CASE WHEN n % 3 = 0 THEN 'Ulm' ELSE 'Kiel' END, timestamptz '2026-11-03 08:00+00' + n * n % 29 * interval '1 day', 5 + n * 7 % 11
FROM generate_series(1, 40) AS n;
INSERT INTO promise.pipeline (ref, item, location, quantity, due, probability, price, currency)
SELECT 'C-' || n, 'chair ' || n * 5 % 4, CASE n % 3 WHEN 0 THEN 'Ulm' WHEN 1 THEN 'Kiel' END, 2 + n * 13 % 9,
	timestamptz '2026-11-04 08:00+00' + n * 17 % 31 * interval '1 day', (1 + n * 7 % 10) / 10.0, 10 + n * 3 % 20, 'EUR'
FROM generate_series(1, 60) AS n;
CREATE TEMP TABLE together AS SELECT rank, ref, feasible, available_at FROM promise.check_pipeline();
CREATE TEMP TABLE one_by_one (ref text, feasible boolean, available_at timestamptz);
DO $$
DECLARE
	line record;
BEGIN
	FOR line IN SELECT * FROM promise.pipeline ORDER BY probability * quantity * price DESC, due, ref COLLATE "C" LOOP
		INSERT INTO one_by_one
		SELECT line.ref, bool_and(o.on_time AND o.kind NOT IN ('none', 'partial')),
			CASE WHEN bool_and(o.kind NOT IN ('none', 'partial')) THEN max(o.available_at) END
		FROM promise.quote_lines(ARRAY[promise.request(line.item, line.quantity, line.due, line.location)]) AS o;
		INSERT INTO promise.commitment (ref, item, location, at, quantity)
		SELECT 'sold ' || line.ref || o.part, line.item, o.location, greatest(o.available_at, line.due::timestamptz), o.quantity
		FROM promise.quote_lines(ARRAY[promise.request(line.item, line.quantity, line.due, line.location)]) AS o WHERE o.available_at IS NOT NULL;
	END LOOP;
END $$;
SELECT count(*) AS lines, count(*) FILTER (WHERE NOT t.feasible) AS not_feasible, count(*) FILTER (WHERE t.available_at IS NULL) AS never,
	count(*) FILTER (WHERE (t.feasible, t.available_at) IS DISTINCT FROM (o.feasible, o.available_at)) AS otherwise
FROM together AS t JOIN one_by_one AS o USING (ref);
DELETE FROM promise.pipeline;

/*
 * A pipeline that is kept elsewhere: any table or view with these columns
 */
CREATE SCHEMA "the crm";
CREATE TABLE "the crm"."Offer" (no integer PRIMARY KEY, product text, amount integer, wanted date, chance integer);
INSERT INTO "the crm"."Offer" VALUES (1, 'lamp', 20, '2026-11-10', 100), (2, 'lamp', 20, '2026-11-10', 25);
CREATE VIEW "the crm"."Lines" AS SELECT no::text AS ref, product AS item, amount AS quantity, wanted AS due, chance / 100.0 AS probability FROM "the crm"."Offer";
SELECT rank, ref, kind, quantity, due, probability, value, feasible, expected_quantity, expected_feasible FROM promise.check_pipeline('"the crm"."Lines"');
INSERT INTO "the crm"."Offer" VALUES (3, 'lamp', 0, '2026-11-10', 25);
SELECT promise.check_pipeline('"the crm"."Lines"');
UPDATE "the crm"."Offer" SET amount = 1, chance = 101 WHERE no = 3;
SELECT promise.check_pipeline('"the crm"."Lines"');
UPDATE "the crm"."Offer" SET chance = 100, wanted = NULL WHERE no = 3;
SELECT promise.check_pipeline('"the crm"."Lines"');
CREATE VIEW "the crm".twice AS SELECT 'A' AS ref, 'lamp' AS item, 1 AS quantity, date '2026-11-10' AS due FROM generate_series(1, 2);
SELECT promise.check_pipeline('"the crm".twice');
SELECT promise.check_pipeline('pg_class');
SELECT promise.check_pipeline(NULL);
INSERT INTO promise.pipeline (ref, item, quantity, due, probability) VALUES ('A', 'lamp', 1, '2026-11-10', 0);
INSERT INTO promise.pipeline (ref, item, quantity, due) VALUES ('A', 'lamp', 0, '2026-11-10');

DROP SCHEMA "the crm" CASCADE;
DROP TABLE public.shop_order;
SELECT promise.unprotect('promise.commitment'), promise.unprotect('promise.supply', 'supply');
DELETE FROM promise.commitment;
DELETE FROM promise.ledger;
DELETE FROM promise.alert;
DELETE FROM promise.supply;
DELETE FROM promise.substitute;
DELETE FROM promise.step;
DELETE FROM promise.source;
DELETE FROM promise.resource;
RESET promise.clock;
