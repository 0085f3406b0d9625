"""plan.py FOLDER MODEL: load a model, accept its orders, quote; see bench/plan.

Orders are accepted in the peer's order (priority, due date, quantity, name), just
in time for their date or, if late, for the earliest one.  The same rules hold for both:

* The lead time of a purchase is plain time, as with the peer: its operation has the
  working hours of no location but one with the supplier's name, and there is none.
* Machines work in the plant's hours without its holidays, work pauses meanwhile.
* The peer's deliveries wait for the plant's hours, ours do not.  What is late comes
  from a machine, within these hours; what comes from stock is in time for both.
* An order is as late as its last unit.  The peer may deliver it in parts, each from
  lots of its own.  Here it is delivered whole, from several lots if that is earlier
  (promise.smaller_lots); or in as many parts as PROMISE_PARTS says.
"""
import gzip
import json
import os
import subprocess
import sys
from datetime import timedelta

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "peers", "frepple"))

from case_tables import Case, instant, zulu
from replay import inserts, literal

ORDERS = """CREATE TABLE request (number bigint, ref text, item text, quantity numeric, due timestamptz);
CREATE TABLE answer (number bigint, ref text, due timestamptz, at timestamptz, milliseconds numeric);
"""

# Accept or quote one by one, and time each.  Milliseconds of processor time that this
# session has used, which the system counts in steps of 10.
ONE_BY_ONE = """
CREATE FUNCTION processor() RETURNS numeric LANGUAGE sql AS $$
	SELECT sum(ticks::numeric) * 10
	FROM unnest((string_to_array(regexp_replace(pg_read_file('/proc/self/stat'), '^.*[)] ', ''), ' '))[12:13]) AS ticks
$$;
CREATE FUNCTION quote_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	r request;
	started timestamptz;
	date timestamptz;
BEGIN
	FOR r IN SELECT * FROM request ORDER BY number LOOP
		started := clock_timestamp();
		SELECT min(q.available_at) INTO date FROM promise.quote(r.item, r.quantity, r.due, 'factory') AS q
		WHERE q.quantity = r.quantity;
		INSERT INTO answer VALUES (r.number, r.ref, r.due, date,
			extract(epoch FROM clock_timestamp() - started) * 1000);
	END LOOP;
END $$;
"""


def psql(text):
    run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                         capture_output=True, check=False)
    if run.returncode != 0:
        sys.exit(run.stderr[:2000])
    return [line.split("|") for line in run.stdout.strip().split("\n") if line]


def requests(orders):
    rows = [{"number": n, "ref": o["name"], "item": o["item"], "quantity": o["qty"], "due": o["due"] + "Z"}
            for n, o in enumerate(orders)]
    return "TRUNCATE request; INSERT INTO request SELECT * FROM jsonb_populate_recordset(NULL::request, %s);" % literal(json.dumps(rows))


def ways(record):
    """The models leave to the names of items who replenishes them."""
    for buffer in record["buffers"]:
        buffer["replenished_by"] = [
            {"kind": "operation", "name": o["name"], "priority": o["priority"]}
            for o in record["operations"] if (o["item"], o["location"]) == (buffer["item"], buffer["location"])
        ] + [
            {"kind": "purchase", "name": "Purchase %s from %s" % (buffer["name"], s["supplier"]), "priority": s["priority"]}
            for s in record["item_suppliers"] if s["item"] == buffer["item"]]
    return record


def main(folder, model):
    with gzip.open(os.path.join(folder, model + ".json.gz"), "rt") as file:
        record = json.load(file)
    with open(os.path.join(folder, model + ".result.json")) as file:
        theirs = json.load(file)
    case = Case(ways(record))
    session = "SET client_min_messages = warning; SET timezone = 'UTC'; SET promise.smaller_lots = on; SET promise.clock = %s;\n" % literal(zulu(case.now))
    orders = sorted(record["demands"], key=lambda d: (d.get("priority", 0), d["due"], d["qty"], d["name"]))
    psql(session + "\n".join(inserts(case.tables)) + ORDERS + ONE_BY_ONE + requests(orders) + "ANALYZE;")

    took, used = accept(session)
    late, days, total, weighted, none = psql(session + """SELECT count(*) FILTER (WHERE c.at > r.due),
	round(avg(extract(epoch FROM c.at - r.due) / 86400) FILTER (WHERE c.at > r.due), 2),
	round(sum(extract(epoch FROM c.at - r.due) / 86400) FILTER (WHERE c.at > r.due), 0),
	round(sum(c.late_units), 0),
	count(*) FILTER (WHERE c.ref IS NULL)
FROM request AS r LEFT JOIN (
	SELECT COALESCE(p.part_of, p.ref) AS ref, max(p.at) AS at,
		sum(p.quantity * extract(epoch FROM p.at - p.requested_at) / 86400) FILTER (WHERE p.at > p.requested_at) AS late_units
	FROM promise.commitment AS p GROUP BY 1) AS c USING (ref);""")[0]
    lots = psql("SELECT count(*) FROM promise.planned_lot;")[0][0]
    print("%s: %d orders accepted in %.1f s, %.1f s of CPU (%s lots); late %s, on average %s days, in all %s (%s units x days), not promised %s" % (
        model, len(orders), took, used, lots, late, days or 0, total or 0, weighted or 0, none))
    print("  peer: %.1f s of CPU; late %s, on average %.2f days, in all %.0f, short %s" % (
        theirs["full_plan_cpu_s"], theirs["late"], theirs["mean_days_late"],
        theirs["late"] * theirs["mean_days_late"], theirs["short"]))
    quotes(session, record["quotes"], folder, model)
    deep(session)
    return check(session)


def accept(session):
    """Seconds, by the clock and of the processor."""
    rows = psql(session + """
SELECT extract(epoch FROM clock_timestamp());
SELECT count(*) FROM promise.commit_query(
	'SELECT ref, item, quantity, due, ''factory'' AS location FROM request ORDER BY number', late => true, placement => 'jit', parts_max => %d);
SELECT extract(epoch FROM clock_timestamp());
SELECT processor() / 1000;""" % int(os.environ.get("PROMISE_PARTS", "1")))
    return float(rows[2][0]) - float(rows[0][0]), float(rows[3][0])


def check(session):
    """Does every plan hold, and how long does it take to tell?"""
    started, broken, ended = [row[0] for row in psql(session + """
SELECT extract(epoch FROM clock_timestamp());
SELECT count(*) FROM promise.check_plan();
SELECT extract(epoch FROM clock_timestamp());""")]
    print("  all plans checked in %.1f s: rules broken: %s" % (float(ended) - float(started), broken))
    return broken == "0"


def quotes(session, asked, folder, model):
    psql(session + "ANALYZE;" + requests(asked))
    quote(session, "quotes")
    psql(session + "CREATE TABLE asked AS TABLE answer; UPDATE request SET due = due + '1 year';")
    quote(session, "the same a year later")
    psql(session + "TRUNCATE answer; INSERT INTO answer TABLE asked;" + requests(asked))
    reads = psql(session + """SELECT round(avg(nodes), 1), round(avg(events), 0), round(avg(loads), 0), round(avg(sources + components + steps + resources), 0)
FROM request AS r, promise.plan_reads(r.item, r.quantity, r.due, 'factory');""")[0]
    print("  read for a quote, on average: %s nodes, %s events, %s loads, %s rows of the network" % tuple(reads))
    path = os.path.join(folder, model + ".quality.json")
    if os.path.exists(path):
        compare(session, path)


def quote(session, what):
    """Quote all requests in a new session, and again."""
    rows = psql(session + """SELECT quote_all();
SELECT round(milliseconds, 1) FROM answer ORDER BY number LIMIT 1; TRUNCATE answer;
SELECT processor() AS before \\gset
SELECT quote_all();
SELECT round((processor() - :before) / (SELECT count(*) FROM request), 1);
SELECT count(*) FILTER (WHERE at <= due), round(percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE at <= due)::numeric, 2),
	round(max(milliseconds) FILTER (WHERE at <= due), 1), count(*) FILTER (WHERE at > due),
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE at > due)::numeric, 2),
	round(max(milliseconds) FILTER (WHERE at > due), 1), count(*) FILTER (WHERE at IS NULL) FROM answer;""")
    rows = [row for row in rows if row != [""]]
    print("  %s: the first %s ms; on time %s: median %s ms, at most %s ms; late %s: median %s ms, at most %s ms; none %s; processor time %s ms" % (
        (what, rows[0][0]) + tuple(rows[2]) + (rows[1][0],)))


def deep(session):
    """A product of five levels and 50 components, on the model's machines and of its material."""
    psql(session + """
CREATE TEMP TABLE part AS
SELECT n, CASE WHEN n = 0 THEN 'deep' WHEN n < 22 THEN 'deep ' || n ELSE (material)[n - 21] END AS item,
	CASE WHEN n = 0 THEN NULL WHEN n < 4 THEN 0 WHEN n < 22 THEN (n - 2) / 2 ELSE 10 + (n - 22) % 12 END AS parent
FROM generate_series(0, 50) AS n, (
	SELECT array_agg(item ORDER BY item) AS material FROM promise.source WHERE kind = 'buy') AS b;
INSERT INTO promise.source (source, item, location, kind) SELECT 'make ' || item, item, 'factory', 'make' FROM part WHERE n < 22;
INSERT INTO promise.component (source, item, quantity)
SELECT 'make ' || p.item, c.item, 1 FROM part AS c JOIN part AS p ON p.n = c.parent;
INSERT INTO promise.step (source, step, resource, setup, run)
SELECT 'make ' || item, 1, (machine)[1 + n % cardinality(machine)], '15 minutes', '2 minutes'
FROM part, (SELECT array_agg(resource ORDER BY resource) AS machine FROM promise.resource) AS r WHERE n < 22;
""")
    reads, rows = psql(session + """
SELECT nodes, events, sources, components, steps, resources, loads FROM promise.plan_reads('deep', 1, NULL, 'factory');
SELECT (SELECT count(*) FROM (SELECT item FROM promise.source UNION SELECT item FROM promise.component) AS i),
	(SELECT count(*) FROM promise.planned_flow) + (SELECT count(*) FROM promise.commitment) + (SELECT count(*) FROM promise.supply),
	(SELECT count(*) FROM promise.source), (SELECT count(*) FROM promise.component), (SELECT count(*) FROM promise.step),
	(SELECT count(*) FROM promise.resource), (SELECT count(*) FROM promise.planned_load) + (SELECT count(*) FROM promise.resource_change);""")
    psql(session + "TRUNCATE request; INSERT INTO request SELECT n, n::text, 'deep', n, promise.now() + '1 day' FROM generate_series(1, 20) AS n;")
    took = psql(session + """SELECT quote_all(); TRUNCATE answer; SELECT quote_all();
SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds)::numeric, 1), round(max(milliseconds), 1) FROM answer;""")[-1]
    print("  a product of 50 components, late: median %s ms, at most %s ms; rows read, of those there are: %s" % (
        took[0], took[1], ", ".join("%s %s of %s" % row for row in zip(
            ("nodes", "events", "sources", "components", "steps", "resources", "loads"), reads, rows))))


def compare(session, path):
    """Our dates against the single-shipment answers of the peer."""
    with open(path) as file:
        theirs = {quote["name"]: quote for quote in json.load(file)["quotes"]}
    ours = dict(psql("SELECT ref, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM answer;"))
    earlier = later = 0
    late = [0, 0]
    for name, quote in theirs.items():
        due = instant(quote["due"])
        if quote.get("date") and ours.get(name):
            both = [max(instant(date) - due, timedelta(0)) / timedelta(1) for date in (ours[name], quote["date"])]
            earlier += both[0] < both[1]
            later += both[0] > both[1]
            late = [a + b for a, b in zip(late, both)]
    print("  against the peer's dates (each on its own plan of the orders): earlier %d, later %d of %d; days late in all %.1f, peer %.1f" % (
        (earlier, later, len(theirs)) + tuple(late)))


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], sys.argv[2]) else 1)
