/*
 * Intermediate stock: steps of a lot that consume what other steps of it yield.
 *
 * Days are working days of eight hours; it is Tuesday, 1 December, 9 o'clock.  What
 * is asked for is derived by hand at each question.
 */
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';

CREATE FUNCTION pg_temp.steps(rows promise.plan_row) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', $1.step, $1.resource, to_char($1.start_at, 'Dy DD HH24:MI'), to_char($1.end_at, '- Dy DD HH24:MI'))
$$;
CREATE FUNCTION pg_temp.earliest(quantity numeric) RETURNS text LANGUAGE sql AS $$
	SELECT to_char(promise.earliest('CUPBOARD', $1), 'Dy DD HH24:MI')
$$;

BEGIN;
SET LOCAL promise.clock = '2026-12-01 09:00+00';
INSERT INTO promise.resource (resource, calendar)
	SELECT name, 'UTC; Mon-Fri 09:00-17:00' FROM unnest('{saw,bench}'::text[]) AS name;

-- six boards are sawn for a cupboard, four of them make its body; for the doors it
-- takes three more, so one of the seven is from stock
INSERT INTO promise.source (source, item, kind) VALUES ('joinery', 'CUPBOARD', 'make');
INSERT INTO promise.step (source, step, resource, setup) VALUES
	('joinery', 10, 'saw', '2 hours'), ('joinery', 20, 'bench', '3 hours'), ('joinery', 30, 'bench', '1 hour');
INSERT INTO promise.output (source, item, quantity, step) VALUES ('joinery', 'BOARD', 6, 10);
INSERT INTO promise.component (source, item, quantity, step) VALUES
	('joinery', 'BOARD', 4, 20), ('joinery', 'BOARD', 3, 30);
INSERT INTO promise.supply (item, quantity) VALUES ('BOARD', 2);

-- sawn until 11, put together until 14, done at 15; three lack a board
SELECT pg_temp.earliest(1), pg_temp.earliest(2), pg_temp.earliest(3);
SELECT kind, item, quantity, pg_temp.steps(p) FROM promise.plan('CUPBOARD', 2) AS p;
SELECT kind, item, quantity, pg_temp.steps(p) FROM promise.plan('CUPBOARD', 3) AS p;
SELECT available_at, reason, detail FROM promise.quote('CUPBOARD', 3);

-- boards alone are those in stock: what is sawn is for the cupboards
SELECT promise.earliest('BOARD', 2), promise.earliest('BOARD', 3);
SELECT reason, detail FROM promise.quote('BOARD', 3);

-- one comes on Friday noon: the doors of the third wait for it
SAVEPOINT s;
INSERT INTO promise.supply (item, quantity, at) VALUES ('BOARD', 1, '2026-12-04 12:00+00');
SELECT pg_temp.earliest(2), pg_temp.earliest(3);
SELECT promise.explain('CUPBOARD', 3);
-- unless it is kept in reserve
UPDATE promise.stocking SET safety_stock = 1 WHERE item = 'BOARD';
INSERT INTO promise.stocking (item, safety_stock) SELECT 'BOARD', 1
 WHERE NOT EXISTS (SELECT FROM promise.stocking WHERE item = 'BOARD');
SELECT pg_temp.earliest(1), pg_temp.earliest(2), pg_temp.earliest(3);
ROLLBACK TO s;

-- what others were promised is theirs: of two boards one is left, also for a lot that
-- yields more than that before it takes it
SAVEPOINT s;
SELECT promise.protect('promise.commitment');
SELECT available_at FROM promise.commit('SO 1', 'BOARD', 1, '2026-12-03');
SELECT pg_temp.earliest(1), pg_temp.earliest(2);
SELECT available_at, on_time FROM promise.commit('SO 2', 'CUPBOARD', 1, '2026-12-02 12:00+00');
SELECT item, at, quantity, kind FROM promise.planned_flow ORDER BY at, item, quantity;
SELECT pg_temp.earliest(1), promise.earliest('BOARD', 1);
SELECT kind, item, quantity, end_at FROM promise.planned('SO 2') WHERE item IS NOT NULL;
SELECT count(*) FROM promise.check_plan();
SELECT * FROM promise.verify();
-- just in time: done on Wednesday at 12, begun on Tuesday at 14
SELECT promise.release('SO 2');
SELECT pg_temp.steps(p) FROM promise.plan('CUPBOARD', 1, '2026-12-02 12:00+00', placement => 'jit') AS p WHERE step IS NOT NULL;
ROLLBACK TO s;

-- nothing but the boards puts the body after the saw: with enough of them it is begun
-- at once, else it waits
INSERT INTO promise.precedence (source, before, after) VALUES ('joinery', 10, 30), ('joinery', 20, 30);
SELECT pg_temp.steps(p) FROM promise.plan('CUPBOARD', 1) AS p WHERE step IS NOT NULL;
UPDATE promise.supply SET quantity = 4 WHERE item = 'BOARD';
SELECT pg_temp.steps(p) FROM promise.plan('CUPBOARD', 1) AS p WHERE step IS NOT NULL;

-- a component that is in force for a time only
UPDATE promise.supply SET quantity = 1 WHERE item = 'BOARD';
UPDATE promise.component SET effective = '[2026-12-02 00:00+00,)' WHERE step = 30;
SELECT pg_temp.earliest(3), pg_temp.earliest(4);
SELECT pg_temp.steps(p) FROM promise.plan('CUPBOARD', 3, '2026-12-01 17:00+00', placement => 'jit') AS p WHERE step IS NOT NULL;

-- what is made of the lot itself is still an error
DELETE FROM promise.output;
INSERT INTO promise.output (source, item, quantity) VALUES ('joinery', 'BOARD', 6);
SELECT promise.earliest('BOARD', 3);
ROLLBACK;
