#!/usr/bin/python3
"""The guard under faults: TAP, under test/cluster.

	faults.py [SECONDS [SEED]]

Backends and the postmaster are killed under load, a standby answers under load
and is promoted, a logical subscriber receives what was guarded elsewhere, and a
guarded table is altered and dropped under load.  The history is judged as in
chaos.py.
"""

import random
import sys
import threading
import time

import psycopg2

import chaos
from cluster import Cluster

LOAD = chaos.Plan('load', 6, 3, 1, statements_of=chaos.ERP + chaos.OWN)


def connect(dsn):
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    return connection, connection.cursor()


def refuses(cursor, sql):
    """Does the guard refuse the statement?"""
    try:
        cursor.execute(sql)
    except psycopg2.Error as error:
        return error.pgcode == 'PR001'
    return False


def kill_backends(primary, chance):
    """Kill a random backend of a writer now and then; the server restarts."""
    def run(until):
        time.sleep(0.3)
        while time.time() < until - 1:
            try:
                connection, cursor = connect(primary.dsn)
                cursor.execute("SELECT pid FROM pg_catalog.pg_stat_activity"
                               " WHERE backend_type = 'client backend'"
                               " AND pid <> pg_catalog.pg_backend_pid() ORDER BY pid")
                pids = [row[0] for row in cursor.fetchall()]
                if pids:
                    primary.kill(chance.choice(pids))
            except psycopg2.Error:
                pass            # it is restarting: next time
            time.sleep(chance.uniform(0.3, 0.8))
    return run


def kill_postmaster(primary):
    def run(until):
        time.sleep(max(0.3, (until - time.time()) / 2))
        primary.kill()
        primary.start()
    return run


def crash(tap, primary, seconds, seed):
    chance = random.Random(seed)
    for name, fault in (('backends killed', kill_backends(primary, chance)),
                        ('postmaster killed', kill_postmaster(primary))):
        for plan in (chaos.Plan(name, 6, 3, 1, statements_of=chaos.ERP + chaos.OWN),
                     chaos.Plan(name + ' in a rush', 8, 1000, 1, levels=chaos.LEVELS[:2],
                                statements_of=chaos.HOT, alone=True, rush=0.2)):
            chaos.set_up(primary.dsn, plan)
            transactions, counts, troubles = chaos.run_writers(primary.dsn, plan, seed, seconds,
                                                               fault)
            chaos.judge(tap, primary.dsn, plan, transactions, counts, troubles, killed=True)


def standby(tap, primary, seconds, seed):
    """It answers during the load, and guards as soon as it is promoted."""
    chaos.set_up(primary.dsn, LOAD)
    copy = Cluster('standby')
    copy.copy_of(primary)
    copy.start()
    answers, errors = [], []

    def ask(until):
        while time.time() < until:
            try:
                connection, cursor = connect(copy.dsn)
                cursor.execute("SELECT count(*) FROM pg_catalog.generate_series(0, 2) AS i,"
                               " promise.quote(i::text, 1)")
                answers.append(cursor.fetchone()[0])
                connection.close()
            except psycopg2.Error as error:
                errors.append(error)

    asker = threading.Thread(target=ask, args=(time.time() + seconds,))
    asker.start()
    results = chaos.run_writers(primary.dsn, LOAD, seed, seconds)
    asker.join()
    tap.ok(answers and not errors, 'a standby answers quotes during the load', errors)
    connection, cursor = connect(primary.dsn)
    cursor.execute('SELECT pg_catalog.pg_current_wal_lsn()')
    position = cursor.fetchone()[0]
    connection.close()
    connection, cursor = connect(copy.dsn)
    for _ in range(600):
        cursor.execute('SELECT pg_catalog.pg_last_wal_replay_lsn() >= %s::pg_lsn', (position,))
        if cursor.fetchone()[0]:
            break
        time.sleep(0.05)
    primary.stop()
    cursor.execute('SELECT pg_catalog.pg_promote()')
    tap.ok(cursor.fetchone()[0], 'the standby is promoted')
    tap.ok(refuses(cursor, "INSERT INTO shop.line VALUES ('late', 0, 1000000, '2031-01-02', 'confirmed')"),
           'it guards at once')
    cursor.execute("INSERT INTO shop.receipt VALUES ('new', 77, 5, '-infinity')")
    cursor.execute("INSERT INTO shop.line VALUES ('fits', 77, 5, '2031-01-02', 'confirmed')")
    tap.ok(True, 'and lets pass what fits')
    cursor.execute("DELETE FROM shop.line WHERE line = 'fits'")
    cursor.execute("DELETE FROM shop.receipt WHERE receipt = 'new'")
    connection.close()
    chaos.judge(tap, copy.dsn, chaos.Plan('after promotion', 6, 3, 1), *results)
    copy.stop()
    primary.start()


def subscriber(tap, primary):
    """What was guarded by the publisher arrives, guarded or not here."""
    chaos.set_up(primary.dsn, LOAD)
    connection, cursor = connect(primary.dsn)
    cursor.execute("CREATE PUBLICATION shop FOR TABLE shop.line, shop.receipt")
    cursor.execute("SELECT 'promise' || pg_catalog.pg_create_logical_replication_slot('promise', 'pgoutput')")
    other = Cluster('subscriber')
    other.initialize()
    other.start()
    chaos.set_up(other.dsn, LOAD)
    there, cursor_there = connect(other.dsn)
    cursor_there.execute("CREATE SUBSCRIPTION shop CONNECTION '%s' PUBLICATION shop"
                         " WITH (create_slot = false, slot_name = 'promise', copy_data = false)"
                         % primary.dsn)
    # lines before the receipt that they rest on: the publisher's order of commits is
    # what arrives, here one that the subscriber's guard would refuse
    cursor.execute("INSERT INTO shop.receipt VALUES ('r', 1, 5, '-infinity')")
    cursor.execute("INSERT INTO shop.line VALUES ('l', 1, 5, '2031-01-02', 'confirmed')")
    cursor.execute("UPDATE shop.receipt SET quantity = 2")
    cursor.execute("INSERT INTO shop.line VALUES ('m', 1, 0, '2031-01-03', 'confirmed')")
    for _ in range(600):
        cursor_there.execute('SELECT count(*) FROM shop.line')
        if cursor_there.fetchone()[0] == 2:
            break
        time.sleep(0.05)
    cursor_there.execute('SELECT line, quantity::int FROM shop.line ORDER BY line')
    tap.ok(cursor_there.fetchall() == [('l', 5), ('m', 0)], 'a subscriber receives the lines')
    tap.ok(refuses(cursor_there, "INSERT INTO shop.line VALUES ('n', 1, 1, '2031-01-04', 'confirmed')"),
           'and guards what is written there')
    cursor_there.execute('DROP SUBSCRIPTION shop')
    there.close()
    other.stop()
    connection.close()


def ddl(tap, primary, seconds, seed):
    """A guarded table is altered under load, and a mapped one is dropped."""
    plan = chaos.Plan('altered under load', 4, 3, 1)
    chaos.set_up(primary.dsn, plan)
    connection, cursor = connect(primary.dsn)
    troubles = []

    def alter(until):
        number = 0
        while time.time() < until - 0.5:
            number += 1
            for sql in ('ALTER TABLE shop.line ADD COLUMN note_%d text' % number,
                        'ALTER TABLE shop.line DROP COLUMN note_%d' % number,
                        'ALTER TABLE shop.line ALTER COLUMN quantity TYPE numeric(12, %d)' % (number % 3),
                        'CREATE INDEX ON shop.line (due)'):
                try:
                    cursor.execute(sql)
                except psycopg2.errors.DeadlockDetected:
                    pass
                except psycopg2.Error as error:
                    troubles.append(error)
            time.sleep(0.2)

    # the lines are inserted by position, so a column more at the end does no harm
    results = chaos.run_writers(primary.dsn, plan, seed, seconds, alter)
    tap.ok(not troubles, 'a guarded table can be altered under load', troubles)
    chaos.judge(tap, primary.dsn, plan, *results)

    cursor.execute('DROP TABLE shop.receipt')
    try:
        cursor.execute("INSERT INTO shop.line VALUES ('x', 1, 1, '2031-01-02', 'confirmed')")
        tap.ok(False, 'a mapped table that is gone stops promises with PR005')
    except psycopg2.Error as error:
        tap.ok(error.pgcode == 'PR005', 'a mapped table that is gone stops promises with PR005', [error])
    connection.close()


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tap = chaos.Tap()
    primary = Cluster('primary')
    primary.initialize()
    primary.start()
    try:
        crash(tap, primary, seconds, seed)
        ddl(tap, primary, seconds / 2, seed)
        subscriber(tap, primary)
        standby(tap, primary, seconds / 2, seed)
    finally:
        primary.stop()
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
