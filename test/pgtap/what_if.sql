-- The story of a planner who tries things out: change, ask, undo, ask again,
-- in one transaction that sees one state of everybody else's work.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT plan(7);
SET LOCAL promise.clock = '2026-11-02 08:00+00';

INSERT INTO promise.supply (item, at, quantity, ref) VALUES
  ('BIKE', '-infinity', 5, 'stock'),
  ('BIKE', '2026-11-12 12:00+00', 20, 'MO-17');

SELECT is(promise.earliest('BIKE', 5), '2026-11-02 08:00+00', 'five bicycles can go at once');

SAVEPOINT what_if;
UPDATE promise.supply SET quantity = 4 WHERE ref = 'stock';
SELECT is(promise.earliest('BIKE', 5), '2026-11-12 12:00+00', 'with one less they wait for the next lot');
ROLLBACK TO what_if;
SELECT is(promise.earliest('BIKE', 5), '2026-11-02 08:00+00', 'undone, they go at once again');

INSERT INTO promise.commitment (ref, item, at, quantity) VALUES ('SO-1', 'BIKE', '2026-11-05', 3);
SELECT is(promise.earliest('BIKE', 5), '2026-11-12 12:00+00', 'a promise made in between counts');
SAVEPOINT what_if;
DELETE FROM promise.commitment;
SELECT is(promise.earliest('BIKE', 5), '2026-11-02 08:00+00', 'and no longer when it is taken back');
ROLLBACK TO what_if;

-- One expression of a function asks three times, so whatever it may keep from
-- call to call is kept; the second time inside a change that is undone.
CREATE FUNCTION pg_temp.ask_thrice() RETURNS timestamptz[] LANGUAGE plpgsql AS $$
DECLARE
  answer timestamptz;
  answers timestamptz[];
BEGIN
  FOR i IN 1..3 LOOP
    BEGIN
      IF i = 2 THEN
        UPDATE promise.supply SET at = at + interval '1 day' WHERE ref = 'MO-17';
      END IF;
      answer := promise.earliest('BIKE', 5);
      answers := answers || answer;
      IF i = 2 THEN
        RAISE EXCEPTION 'undo';
      END IF;
    EXCEPTION WHEN raise_exception THEN
      NULL;
    END;
  END LOOP;
  RETURN answers;
END
$$;
SELECT is(pg_temp.ask_thrice(),
          '{2026-11-12 12:00+00, 2026-11-13 12:00+00, 2026-11-12 12:00+00}'::timestamptz[],
          'a loop that asks before, inside and after an undone change');
SELECT is(pg_temp.ask_thrice(),
          '{2026-11-12 12:00+00, 2026-11-13 12:00+00, 2026-11-12 12:00+00}'::timestamptz[],
          'and the same once more');

SELECT * FROM finish();
ROLLBACK;
