"""replay.py - plan the demands of a case in their order, in one transaction."""
import json
import subprocess
from datetime import datetime

from case_tables import Case, zulu

# What is on order needs components: planned first, or missing as it was.
# Then accept each demand: just in time if its date can be kept, else as early as
# possible; late, it may draw on safety stock, as with the peer.
ACCEPT = """
CREATE FUNCTION pg_temp.accept(new_ref text, item text, location text, quantity numeric, due timestamptz)
RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
	date timestamptz;
BEGIN
	BEGIN
		SELECT available_at INTO STRICT date FROM promise.commit(new_ref, item, quantity, due, location, placement => 'jit');
		RETURN (SELECT at FROM promise.commitment WHERE ref = new_ref);
	EXCEPTION WHEN SQLSTATE 'PR001' THEN
	END;
	UPDATE promise.stocking AS s SET safety_stock = 0;
	BEGIN
		SELECT available_at INTO STRICT date FROM promise.commit(new_ref, item, quantity, due, location, placement => 'jit');
	EXCEPTION WHEN SQLSTATE 'PR001' THEN
		BEGIN
			SELECT available_at INTO STRICT date FROM promise.commit(new_ref, item, quantity, NULL, location);
		EXCEPTION WHEN SQLSTATE 'PR001' THEN
		END;
	END;
	UPDATE promise.stocking AS s SET safety_stock = o.safety_stock
	FROM safety AS o WHERE (o.item, o.location) = (s.item, s.location) AND s.safety_stock <> o.safety_stock;
	RETURN (SELECT at FROM promise.commitment WHERE ref = new_ref);
END $$;
"""


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def inserts(tables):
    for table, rows in tables.rows.items():
        kinds = {}
        for row in rows:
            kinds.setdefault(tuple(row), []).append(row)
        for columns, same in kinds.items():
            names = ", ".join('"%s"' % column for column in columns)
            yield "INSERT INTO promise.%s (%s) SELECT %s FROM jsonb_populate_recordset(NULL::promise.%s, %s);" % (
                table, names, names, table, literal(json.dumps(same)))


# What there is in the end, for the checker
STATE = """SELECT jsonb_build_object(
	'lots', (SELECT jsonb_agg(to_jsonb(l) ORDER BY plan, lot) FROM promise.planned_lot AS l),
	'flows', (SELECT jsonb_agg(to_jsonb(f) ORDER BY id) FROM promise.planned_flow AS f),
	'loads', (SELECT jsonb_agg(jsonb_build_object('ref', ref, 'resource', resource, 'units', units,
		'plan', plan, 'lot', lot, 'step', step, 'setup_state', setup_state,
		'changeover', extract(epoch FROM coalesce(changeover, '0')), 'start', lower(during), 'end', upper(during)) ORDER BY id) FROM promise.planned_load),
	'conflicts', (SELECT jsonb_agg(to_jsonb(c)) FROM promise.conflicts() AS c),
	'violations', (SELECT jsonb_agg(to_jsonb(v)) FROM promise.check_plan() AS v));"""


NEED = """
CREATE FUNCTION pg_temp.need(new_ref text, item text, location text, quantity numeric, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM promise.commit(new_ref, item, quantity, at, location, kind => 'component', placement => 'jit');
EXCEPTION WHEN SQLSTATE 'PR001' THEN
	INSERT INTO promise.commitment (ref, item, location, quantity, at, kind)
	VALUES (new_ref, item, location, quantity, at, 'component');
END $$;
"""
SETUP = "SET client_min_messages = warning;\nSET timezone = 'UTC';\n" + ACCEPT + NEED


def script(case):
    """The statements of a case; (statements, demands)."""
    lines = ["BEGIN;", "SET LOCAL promise.clock = %s;" % literal(zulu(case.now))]
    demands = case.demands()
    lines.extend(inserts(case.tables))
    lines.append("CREATE TEMP TABLE safety ON COMMIT DROP AS SELECT item, location, safety_stock FROM promise.stocking;")
    for row in case.needs:
        lines.append("DO $$ BEGIN PERFORM pg_temp.need(%s, %s, %s, %s, %s); END $$;" % (
            literal(row["ref"]), literal(row["item"]), literal(row["location"]), row["quantity"], literal(row["at"])))
    for demand, item, location in demands:
        lines.append("SELECT pg_temp.accept(%s, %s, %s, %s, %s);" % (
            literal(demand["name"]), literal(item), literal(location), demand["qty"], literal(demand["due"] + "Z")))
    # what is late may have drawn on it
    lines.append("UPDATE promise.stocking SET safety_stock = 0;")
    lines.extend([STATE, "ROLLBACK;"])
    return "\n".join(lines), demands


class Answer:
    """What became of a case: dates by demand and what is planned, or an error."""

    def __init__(self, demands, output, errors):
        self.error = errors.strip()
        self.dates, self.state = {}, {}
        lines = output.removesuffix("\n").split("\n")
        if not self.error:
            self.dates = {d["name"]: datetime.fromisoformat(line.replace("+00", "")) if line else None
                          for (d, _, _), line in zip(demands, lines)}
            self.state = json.loads(lines[-1])


MARK = "\x01"


def replay(cases):
    """Answers of cases, in one session."""
    scripts = [script(case) for case in cases]
    text = SETUP + "\n".join("\\echo %s\n\\warn %s\n%s" % (MARK, MARK, lines) for lines, _ in scripts)
    run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "VERBOSITY=terse"], input=text, text=True,
                         capture_output=True, timeout=900)
    outputs, errors = run.stdout.split(MARK + "\n"), run.stderr.split(MARK + "\n")
    if len(outputs) != len(cases) + 1 or len(errors) != len(cases) + 1 or errors[0]:
        raise RuntimeError("psql ended early: " + run.stderr[-2000:])
    return [Answer(demands, output, error) for (_, demands), output, error in zip(scripts, outputs[1:], errors[1:])]
