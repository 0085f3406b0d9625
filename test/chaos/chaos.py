#!/usr/bin/python3
"""Random writers against the guard, then the judgement of a naive model.

	chaos.py [SECONDS [SEED]]

runs each scenario for its share of SECONDS (default 60), replays what the
writers recorded in the order of the locks, and prints TAP.  Zero promises that
the model would have refused, zero refusals that no state explains, the tables
as the model has them, and promise.verify() without a finding.  The cluster is
that of the environment (test/cluster).
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import psycopg2

import model
from writer import FIRST_DAY, LEVELS, Writer

ERP = ['order', 'order', 'order', 'order_again', 'change_line', 'cancel_line', 'deliver_line',
       'receive', 'receive', 'change_receipt']
HOT = ['order'] * 12 + ['receive'] * 6 + ['cancel_line', 'change_line', 'deliver_line',
                                          'change_receipt']
OWN = ['commit', 'commit', 'hold', 'release', 'deliver', 'change']


class Plan:
    """What the writers of a scenario do."""

    def __init__(self, name, writers, items, share, statements=4, deferred=False,
                 levels=LEVELS, statements_of=ERP, set_constraints=False, deadlocks=True,
                 alone=False, rush=None):
        self.alone = alone           # is every statement a transaction?
        self.rush = rush             # seconds for which all want the same item, until it is sold
        self.name, self.writers, self.items, self.share = name, writers, items, share
        self.statements, self.deferred, self.levels = statements, deferred, levels
        self.statements_of, self.set_constraints = statements_of, set_constraints
        self.deadlocks = deadlocks   # may it have any?


PLANS = [
    Plan('one writer alone', 1, 2, 1, statements_of=ERP + OWN),
    Plan('two writers, one item', 2, 1, 2, deadlocks=False),
    Plan('four writers, READ COMMITTED', 4, 3, 2, levels=LEVELS[:1]),
    Plan('eight writers, three items, all levels', 8, 3, 3, statements_of=ERP + OWN),
    Plan('sixteen writers, many items', 16, 100, 3, statements_of=ERP + OWN),
    Plan('eight writers, deferred', 8, 3, 3, deferred=True, deadlocks=False),
    Plan('sixteen writers, deferred, many items', 16, 40, 2, deferred=True, deadlocks=False),
    Plan('a rush for one item after the other, each statement alone', 16, 1000, 3, levels=LEVELS[:2],
         statements_of=HOT, alone=True, deadlocks=False, rush=0.2),
    Plan('a rush for one item after the other, deferred', 16, 1000, 3, levels=LEVELS[:2],
         statements_of=HOT, deferred=True, statements=2, deadlocks=False, rush=0.2),
    Plan('deferred, checked early in savepoints', 6, 3, 2, deferred=True, set_constraints=True),
]


class Tap:
    def __init__(self):
        self.tests = self.failures = 0

    def ok(self, passed, name, complaints=()):
        self.tests += 1
        self.failures += not passed
        print('%s %d - %s' % ('ok' if passed else 'not ok', self.tests, name))
        for complaint in [] if passed else list(complaints)[:20]:
            print('# ' + str(complaint).replace('\n', '\n# '))
        sys.stdout.flush()

    def finish(self):
        print('1..%d' % self.tests)
        return 1 if self.failures else 0


def set_up(dsn, plan):
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute('DROP SCHEMA IF EXISTS shop CASCADE; DROP EXTENSION IF EXISTS promise CASCADE')
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'shop.sql')) as script:
        cursor.execute(script.read())
    cursor.execute('CREATE EXTENSION promise')
    cursor.execute('INSERT INTO promise.item SELECT i FROM pg_catalog.generate_series(0, %s) AS i',
                   (plan.items,))
    cursor.execute("""
        SELECT promise.protect('shop.line', item => 'item', quantity => 'quantity', at => 'due',
                               ref => 'line', filter => 'state = ''confirmed''', deferred => %s)""",
                   (plan.deferred,))
    cursor.execute("""
        SELECT promise.protect('shop.receipt', role => 'supply', item => 'item',
                               quantity => 'quantity', at => 'at', ref => 'receipt',
                               deferred => %s)""", (plan.deferred,))
    connection.close()


def write(dsn, plan, worker, seed, until, queue):
    writer = Writer(dsn, worker, seed, plan)
    try:
        writer.run(until)
        queue.put((writer.transactions, writer.counts, None))
    except BaseException as error:
        queue.put((writer.transactions, writer.counts, '%s: %s' % (type(error).__name__, error)))


def run_writers(dsn, plan, seed, seconds, meanwhile=None):
    """All transactions, the counts added up, and what went wrong."""
    queue = multiprocessing.Queue()
    until = time.time() + seconds
    writers = [multiprocessing.Process(target=write, args=(dsn, plan, worker, seed, until, queue))
               for worker in range(1, plan.writers + 1)]
    for writer in writers:
        writer.start()
    if meanwhile is not None:
        meanwhile(until)
    transactions, counts, troubles = [], {}, []
    for _ in writers:
        done, counted, trouble = queue.get()
        transactions += done
        for name, number in counted.items():
            counts[name] = counts.get(name, 0) + number
        if trouble is not None:
            troubles.append(trouble)
    for writer in writers:
        writer.join()
    return transactions, counts, troubles


def rows_of(dsn):
    """What the tables hold, in the model's terms: rows by key."""
    connection = psycopg2.connect(dsn)
    cursor = connection.cursor()
    cursor.execute("""
        SELECT line, item, EXTRACT(day FROM due - {0})::int, quantity::int
        FROM shop.line WHERE state = 'confirmed' AND quantity > 0
        UNION ALL
        SELECT ref, item::int, EXTRACT(day FROM at - {0})::int, quantity::int
        FROM promise.commitment WHERE quantity > 0
        UNION ALL
        SELECT receipt, item,
               CASE WHEN at = '-infinity' THEN -1 ELSE EXTRACT(day FROM at - {0})::int END,
               quantity::int
        FROM shop.receipt""".format(FIRST_DAY))
    rows = {key: rest for key, *rest in cursor.fetchall()}
    connection.close()
    return rows


def query(dsn, sql):
    connection = psycopg2.connect(dsn)
    cursor = connection.cursor()
    cursor.execute(sql)
    rows = cursor.fetchall()
    connection.close()
    return rows


def judge(tap, dsn, plan, transactions, counts, troubles, killed=False):
    committed = sum(t.number is not None for t in transactions)
    name = plan.name
    print('# %s: %d transactions, %d committed, %s' % (
        name, len(transactions), committed,
        ', '.join('%d %s' % (number, what) for what, number in sorted(counts.items()))))
    tap.ok(not troubles and committed > 0, name + ': every statement ends as it may', troubles)
    if killed:
        tap.ok(counts['lost'] > 0, name + ': connections were lost')
    else:
        tap.ok(counts['lost'] == 0, name + ': no connection was lost')
    state, complaints = model.replay(transactions)
    over = [c for c in complaints if c.startswith('over')]
    refused = [c for c in complaints if not c.startswith('over')]
    tap.ok(not over, name + ': no promise that the model would have refused', over)
    tap.ok(not refused, name + ': no refusal without a reason', refused)
    expected = {key: [row.item, row.day, row.quantity] for key, row in state.rows.items()}
    actual = rows_of(dsn)
    different = sorted(key for key in expected.keys() | actual.keys()
                       if expected.get(key) != actual.get(key))
    tap.ok(not different, name + ': the tables are what the model says',
           ['%s: %s, not %s' % (key, actual.get(key), expected.get(key)) for key in different])
    short = model.shortages(state, time.time())
    ranges = query(dsn, """
        SELECT item::int, EXTRACT(day FROM from_at - {0})::int,
               COALESCE(EXTRACT(day FROM until_at - {0})::int, 1000)
        FROM promise.shortage WHERE kind = 'stock'""".format(FIRST_DAY))
    found = {(item, day) for item, first, end in ranges for day in range(first, end)}
    tap.ok(short <= found and all((item, first) in short for item, first, _ in ranges),
           name + ': the shortages are the model\'s', [short, ranges])
    findings = [row[0] for row in query(dsn, 'SELECT promise.verify()')]
    tap.ok(not findings, name + ': promise.verify() finds nothing', findings)
    if not plan.deadlocks:
        tap.ok(counts.get('40P01', 0) == 0, name + ': no deadlock')


def pipelines(tap, dsn):
    """Two statements of a pipeline share the lock that the first one took."""
    set_up(dsn, Plan('pipelines', 8, 1, 0))
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("INSERT INTO shop.receipt VALUES ('all', 0, 1000, '-infinity')")
    connection.close()
    insert = ("INSERT INTO shop.line VALUES (gen_random_uuid(), 0, 1, %s, 'confirmed');\n"
              % FIRST_DAY)
    with tempfile.NamedTemporaryFile('w', suffix='.sql') as script:
        script.write('\\startpipeline\n' + insert * 2 + '\\endpipeline\n')
        script.flush()
        result = subprocess.run(['pgbench', '-n', '-M', 'extended', '-c', '8', '-j', '2', '-t', '20',
                                 '-f', script.name], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, check=False)
    lines = query(dsn, 'SELECT count(*) FROM shop.line')[0][0]
    tap.ok(result.returncode == 0 and lines == 320, 'pipelines do not deadlock',
           [result.stdout, lines])


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    dsn = 'host=%s dbname=%s user=%s' % (os.environ['PGHOST'], os.environ['PGDATABASE'],
                                         os.environ['PGUSER'])
    tap = Tap()
    shares = sum(plan.share for plan in PLANS)
    print('# seed %d, %.0f s' % (seed, seconds))
    for plan in PLANS:
        set_up(dsn, plan)
        results = run_writers(dsn, plan, seed, seconds * plan.share / shares)
        judge(tap, dsn, plan, *results)
    pipelines(tap, dsn)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
