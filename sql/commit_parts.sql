/*
 * Promises in parts: given, kept, changed and taken back.
 */
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL promise.clock = '2026-12-01 08:00+00';
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text;
	detail text;
BEGIN
	EXECUTE statement;
	RETURN 'done';
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL;
	RETURN state || ' ' || SQLERRM || COALESCE(' | ' || NULLIF(detail, ''), '');
END $$;
CREATE VIEW pg_temp.promised AS
	SELECT ref, part_of, location, quantity, requested_quantity AS requested, at, status
	FROM promise.commitment ORDER BY length(ref), ref;
CREATE VIEW pg_temp.sound AS
	SELECT (SELECT count(*) FROM promise.conflicts()) AS conflicts,
		   (SELECT count(*) FROM promise.check_plan()) AS broken,
		   (SELECT count(*) FROM promise.verify()) AS unsound;

INSERT INTO promise.supply (item, at, quantity, ref) VALUES
	('LAMP', '-infinity', 10, NULL),
	('LAMP', '2026-12-10 10:00+00', 20, 'PO-1');

-- all by the date, or nothing: what customers take instead is for them to say
SELECT pg_temp.try($$SELECT promise.commit('SO-1', 'LAMP', 16, '2026-12-05')$$);
SELECT pg_temp.try($$SELECT promise.commit('SO-1', 'LAMP', 16, '2026-12-05', parts_max => 2)$$);
SELECT pg_temp.try($$SELECT promise.commit('SO-1', 'LAMP', 16, '2026-12-05', parts_max => 2, lateness_max => '4 days')$$);

-- as much as there is by the date, the rest when it comes
SELECT ref, option, part, kind, location, quantity, available_at, due, on_time
FROM promise.commit('SO-1', 'LAMP', 16, '2026-12-05', parts_max => 2, lateness_max => '5 days', price => 3);
SELECT * FROM pg_temp.promised;
SELECT entry IS NOT NULL AS entry, ref, part_of, kind, at, change FROM promise.ledger ORDER BY entry;
SELECT kind, at, change, open FROM promise.history('SO-1');
SELECT * FROM pg_temp.sound;

-- asked again it is the same; otherwise it is not
SELECT ref, part, quantity, available_at
FROM promise.commit('SO-1', 'LAMP', 16, '2026-12-05', parts_max => 2, lateness_max => '5 days');
SELECT pg_temp.try($$SELECT promise.commit('SO-1', 'LAMP', 10, '2026-12-05')$$);
SELECT count(*) FROM promise.commitment;

-- nobody gets what was promised in parts
SELECT pg_temp.try($$SELECT promise.commit('SO-2', 'LAMP', 1, '2026-12-09')$$);
SELECT pg_temp.try($$SELECT promise.commit('SO-2', 'LAMP', 15, '2026-12-20')$$);
SELECT available_at FROM promise.commit('SO-2', 'LAMP', 14, '2026-12-20');

-- the whole is delivered from its first part on, and what is not delivered taken back
SELECT promise.deliver('SO-1', 4);
SELECT promise.deliver('SO-1', 9, '2026-12-02');
SELECT * FROM pg_temp.promised;
SELECT pg_temp.try($$SELECT promise.deliver('SO-1', 4)$$);
SELECT promise.release('SO-1'), promise.release('SO-1');
SELECT pg_temp.try($$SELECT promise.deliver('SO-1')$$);
SELECT ref, part, quantity FROM promise.commit('SO-1', 'LAMP', 16, '2026-12-05');
SELECT ref, kind, at, change, delivered_at FROM promise.ledger WHERE 'SO-1' IN (ref, part_of) ORDER BY entry;
SELECT * FROM pg_temp.sound;

-- several locations, the least of a part, and how many of them
INSERT INTO promise.location (location, priority) VALUES ('east', 1), ('west', 2), ('north', 3);
INSERT INTO promise.supply (item, location, at, quantity) VALUES
	('DESK', 'east', '-infinity', 6), ('DESK', 'west', '-infinity', 3), ('DESK', 'north', '-infinity', 2),
	('DESK', 'north', '2026-12-08', 20);
SELECT pg_temp.try($$SELECT promise.commit('D-1', 'DESK', 11, '2026-12-03', parts_max => 2)$$);
SELECT pg_temp.try($$SELECT promise.commit('D-1', 'DESK', 11, '2026-12-03', parts_max => 3, part_minimum => 3)$$);
SELECT pg_temp.try($$SELECT promise.commit('D-1', 'DESK', 11, '2026-12-03', parts_max => 3, ship_complete => true)$$);
SELECT ref, part, kind, location, quantity, available_at, on_time
FROM promise.commit('D-1', 'DESK', 11, '2026-12-03', parts_max => 3);
SELECT promise.release('D-1');
SELECT ref, part, kind, location, quantity, available_at, on_time
FROM promise.commit('D-2', 'DESK', 12, '2026-12-03', parts_max => 9, part_minimum => 3, lateness_max => NULL);
SELECT promise.release('D-2');
SELECT ref, part, kind, location, quantity, available_at, on_time
FROM promise.commit('D-3', 'DESK', 7, '2026-12-03', parts_max => 9, part_minimum => 2, lateness_max => NULL);
SELECT promise.release('D-3');

-- late, all at once, but not too late
SELECT pg_temp.try($$SELECT promise.commit('D-4', 'DESK', 12, '2026-12-03', lateness_max => '4 days')$$);
SELECT ref, part, kind, location, quantity, available_at, due, on_time
FROM promise.commit('D-4', 'DESK', 12, '2026-12-03', lateness_max => '5 days');
SELECT ref, at, requested_at FROM promise.commitment WHERE ref = 'D-4';
SELECT promise.release('D-4');

-- as early as it can be
SELECT ref, part, location, quantity, available_at, on_time
FROM promise.commit('D-5', 'DESK', 12, NULL, parts_max => 3);

-- changed as a whole: less from the end, more to the end, none after the date
SELECT ref, part, location, quantity, due FROM promise.change('D-5', 10);
SELECT ref, part, location, quantity, due FROM promise.change('D-5', 13);
SELECT pg_temp.try($$SELECT promise.change('D-5', 32)$$);
SELECT ref, part, location, quantity, due FROM promise.change('D-5', NULL, '2026-12-20');
SELECT ref, part, location, quantity, due FROM promise.change('D-5', NULL, '2026-12-10');
SELECT pg_temp.try($$SELECT promise.change('D-5', NULL, '2026-12-07')$$);
-- or one part by its own name
SELECT ref, part, quantity FROM promise.change('D-5 part 2', 1);
SELECT promise.deliver('D-5 part 2'), promise.deliver('D-5', 7);
SELECT ref, part, location, quantity, due FROM promise.change('D-5', 2);
SELECT * FROM pg_temp.promised WHERE 'D-5' IN (ref, part_of);
SELECT promise.deliver('D-5');
SELECT * FROM pg_temp.promised WHERE 'D-5' IN (ref, part_of);
SELECT * FROM pg_temp.sound;

-- what cannot be said
SELECT pg_temp.try($$SELECT promise.commit('E', 'DESK', 1, NULL, parts_max => 0)$$);
SELECT pg_temp.try($$SELECT promise.commit('E', 'DESK', 1, NULL, part_minimum => 0)$$);
SELECT pg_temp.try($$SELECT promise.commit('E', 'DESK', 1, '2026-12-03', lateness_max => '-1 day')$$);
SELECT pg_temp.try($$INSERT INTO promise.commitment (ref, item, at, accepted_at, quantity, part_of)
	VALUES ('E', 'DESK', '2026-12-30', '2026-12-01', 1, 'E')$$);

-- a name that is taken
INSERT INTO promise.supply (item, quantity, at) VALUES ('SOFA', 5, '-infinity'), ('SOFA', 10, '2026-12-08');
INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('F part 2', 'SOFA', '2026-12-24', 1);
SELECT pg_temp.try($$SELECT promise.commit('F', 'SOFA', 9, '2026-12-03', parts_max => 2, lateness_max => NULL)$$);
SELECT pg_temp.try($$SELECT promise.commit_query('SELECT ''F'' AS ref, ''SOFA'' AS item, 9 AS quantity,
	timestamptz ''2026-12-03'' AS due', late => true, parts_max => 2)$$);
SELECT count(*) FROM promise.commitment WHERE ref = 'F';
SELECT ref, part, quantity, available_at
FROM promise.commit_query('SELECT ''G'' AS ref, ''SOFA'' AS item, 9 AS quantity, timestamptz ''2026-12-03'' AS due', late => true, parts_max => 2);
ROLLBACK;
