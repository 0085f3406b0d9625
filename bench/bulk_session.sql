/*
 * Promises made one by one in one session: "way" says how.  Memory is read after
 * a tenth, half and all of them, in the middle of the transaction where there is
 * only one.
 */
SELECT promise.protect('bulk.line', item => 'il', at => 't', quantity => 'qty') \g /dev/null

CREATE OR REPLACE PROCEDURE bulk.make(way text, first int, last int, items int) LANGUAGE plpgsql AS $$
DECLARE
	item	int;
BEGIN
	FOR i IN first .. last LOOP
		item := 1 + (i * 7919::bigint) % items;
		CASE way
			WHEN 'transactions' THEN
				INSERT INTO bulk.line (il, t, qty) VALUES (item, now() + interval '2 hours', 1);
				COMMIT;
			WHEN 'transaction' THEN
				INSERT INTO bulk.line (il, t, qty) VALUES (item, now() + interval '2 hours', 1);
			WHEN 'savepoints' THEN
				BEGIN
					INSERT INTO bulk.line (il, t, qty) VALUES (item, now() + interval '2 hours', 1);
				EXCEPTION WHEN division_by_zero THEN
					NULL;
				END;
			WHEN 'refusals' THEN
				BEGIN
					INSERT INTO bulk.line (il, t, qty) VALUES (item, now() + interval '2 hours', 2000000000);
					RAISE 'not refused';
				EXCEPTION WHEN SQLSTATE 'PR001' THEN
					NULL;
				END;
			WHEN 'commit' THEN
				PERFORM promise.commit('bulk-' || i, item::text, 1, now() + interval '2 hours');
				COMMIT;
		END CASE;
	END LOOP;
END $$;

CREATE OR REPLACE PROCEDURE bulk.measure(way text, promises int, items int) LANGUAGE plpgsql AS $$
DECLARE
	cpu		bigint;
	marks	int[] := ARRAY[0, promises / 10, promises / 2, promises];
BEGIN
	CALL bulk.make(way, promises + 1, promises + 100, items);
	cpu := bulk.cpu();
	FOR i IN 1 .. 3 LOOP
		CALL bulk.make(way, marks[i] + 1, marks[i + 1], items);
		INSERT INTO bulk.session VALUES
			(way, marks[i + 1], bulk.cpu() - cpu, bulk.memory('RssAnon'), bulk.contexts());
	END LOOP;
END $$;

\c
CALL bulk.measure(:'way', :promises, :items);
SELECT promise.unprotect('bulk.line') \g /dev/null
TRUNCATE bulk.line;
DELETE FROM promise.commitment;
