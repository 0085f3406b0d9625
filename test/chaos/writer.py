"""One writer: random transactions on its own rows, recorded as it goes.

Writers share items, never rows: whoever waits, waits for a node, and a
deadlock would be the guard's.
"""

import random
import time

import psycopg2
from psycopg2 import errorcodes

from model import STOCK, Demand, Step, Supply, Transaction

FIRST_DAY = "timestamptz '2031-01-01 00:00+00'"
LEVELS = ('READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE')
DAYS = 30
RESTART_TIME = 30
REFUSED = 'PR001'
# what psycopg2 raises when the connection has gone, and other errors
LOST = (psycopg2.DatabaseError, psycopg2.InterfaceError)


class Undone(Exception):
    """The transaction is gone: serialization failure or deadlock."""


class Refused(Exception):
    """The guard refused, and there was no savepoint to go back to."""


class Writer:
    def __init__(self, dsn, worker, seed, plan):
        self.worker, self.plan = worker, plan
        self.random = random.Random(seed * 1000 + worker)
        self.dsn = dsn
        self.connection = None
        self.next_row = worker * 1000000
        self.rows = {}               # own rows as last committed
        self.transactions = []
        self.counts = {'40001': 0, '40P01': 0, 'refused': 0, 'lost': 0}

    def connect(self):
        self.connection = psycopg2.connect(self.dsn)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        # deadlocks are counted, and not worth waiting for
        self.execute("SET deadlock_timeout = '20ms'")

    def reconnect(self, until):
        while True:
            try:
                self.connect()
                return
            except LOST:
                if time.time() > until + RESTART_TIME:
                    raise
                time.sleep(0.05)

    def run(self, until):
        """Write until then; a crash of the server is no reason to stop."""
        self.reconnect(until)
        while time.time() < until:
            self.transact(until)
        self.connection.close()

    # -- transactions

    def transact(self, until):
        level = self.random.choice(self.plan.levels)
        transaction = Transaction(self.worker, level, self.plan.deferred)
        self.working = dict(self.rows)
        self.immediate = not self.plan.deferred
        transaction.begun_at = time.time()
        try:
            try:
                self.write(transaction, level)
            except (Undone, Refused):
                self.execute('ROLLBACK')
        except LOST as error:
            # an error of the server has a code; that a connection has gone is
            # not always known to it by the time that it is said
            if error.pgcode is not None or isinstance(error, psycopg2.ProgrammingError):
                raise
            self.connection.close()
            self.survive(transaction, until)
        transaction.ended_at = time.time()
        self.transactions.append(transaction)

    def write(self, transaction, level):
        if self.plan.alone:
            self.write_alone(transaction, level)
            return
        self.execute('BEGIN ISOLATION LEVEL ' + level)
        for _ in range(self.random.randint(1, self.plan.statements)):
            if self.random.random() < 0.3:
                self.in_savepoint(transaction)
            else:
                self.step(transaction, savepoint=False)
        self.finish(transaction)

    def write_alone(self, transaction, level):
        """A statement that is a transaction of its own."""
        self.execute("SET default_transaction_isolation = '%s'" % level.lower())
        if self.step(transaction, savepoint=False, sign=True):
            self.note_commit(transaction)

    def survive(self, transaction, until):
        """The connection is lost: did the transaction commit?"""
        self.counts['lost'] += 1
        while True:
            self.reconnect(until)
            try:
                self.note_commit(transaction)
                return
            except LOST:
                if time.time() > until + RESTART_TIME:
                    raise

    def note_commit(self, transaction):
        """The number that the transaction drew when all was checked, if it did
        commit."""
        settled = self.draw()
        self.execute('SELECT number FROM shop.done WHERE worker = %s AND transaction = %s',
                     (self.worker, len(self.transactions)))
        for (number,) in self.cursor.fetchall():
            transaction.number, transaction.settled = number, settled
            self.rows = self.working

    def finish(self, transaction):
        if self.random.random() < 0.1:
            self.execute('ROLLBACK')
            return
        commit = Step('commit', [], True)
        commit.drawn, commit.begun_at = self.draw(), time.time()
        self.guarded('INSERT INTO shop.done VALUES (%s, %s)', (self.worker, len(self.transactions)))
        try:
            self.guarded('COMMIT')
        except Refused:
            commit.ended, commit.ended_at = self.draw(), time.time()
            transaction.refused = commit
            return
        self.note_commit(transaction)

    def in_savepoint(self, transaction):
        before = dict(self.working)
        was_immediate = self.immediate
        first = len(transaction.steps)
        self.execute('SAVEPOINT s')
        if self.plan.set_constraints and not self.immediate and self.random.random() < 0.3:
            step = Step('set constraints', [], True)
            if self.perform(step, transaction, 'SET CONSTRAINTS ALL IMMEDIATE', savepoint=True):
                self.immediate = True
        done = True
        for _ in range(self.random.randint(1, 2)):
            done = done and self.step(transaction, savepoint=True)
        if not done or self.random.random() < 0.4:
            self.execute('ROLLBACK TO SAVEPOINT s')
            number = self.draw()
            for step in transaction.steps[first:]:
                if not step.refused:
                    step.undone = number
            self.working, self.immediate = before, was_immediate
        self.execute('RELEASE SAVEPOINT s')

    # -- steps

    def step(self, transaction, savepoint, sign=False):
        """One random statement; False if it was refused within a savepoint."""
        what = self.random.choice(self.plan.statements_of)
        made = getattr(self, what)()
        if made is None:
            return True
        sql, parameters, changes = made
        if sign:
            sql = 'WITH done AS (INSERT INTO shop.done VALUES (%s, %s)) ' + sql
            parameters = (self.worker, len(self.transactions), *parameters)
        step = Step(what, changes, self.immediate, what in ('commit', 'hold', 'change'))
        return self.perform(step, transaction, sql, savepoint, parameters)

    def perform(self, step, transaction, sql, savepoint, parameters=()):
        step.drawn, step.begun_at = self.draw(), time.time()
        try:
            self.guarded(sql, parameters)
        except Refused:
            step.refused = True
            if savepoint:
                self.execute('ROLLBACK TO SAVEPOINT s')
            else:
                self.execute('ROLLBACK')
            step.ended, step.ended_at = self.draw(), time.time()
            transaction.steps.append(step)
            if not savepoint:
                raise
            return False
        except LOST:
            if self.plan.alone:
                # it may have committed
                self.take(step, transaction)
            raise
        if self.cursor.rowcount == 0 and step.changes:
            # ALTER TABLE has rewritten the table since this snapshot was taken:
            # PostgreSQL shows it as empty
            step.changes = []
        self.take(step, transaction)
        step.ended, step.ended_at = self.draw(), time.time()
        return True

    def take(self, step, transaction):
        transaction.steps.append(step)
        for key, row in step.changes:
            if row is None:
                self.working.pop(key, None)
            else:
                self.working[key] = row

    def own(self, prefix):
        keys = sorted(key for key in self.working if key.startswith(prefix))
        return self.random.choice(keys) if keys else None

    def new_key(self, prefix):
        self.next_row += 1
        return prefix + str(self.next_row)

    def item(self):
        if self.plan.rush:
            return int(time.time() / self.plan.rush) % self.plan.items
        return self.random.randrange(self.plan.items)

    def day(self):
        return self.random.randrange(DAYS)

    def quantity(self):
        return self.random.randint(1, 6)

    # -- the business's own tables

    def order(self):
        """One statement with one to three lines."""
        rows = [(self.new_key('L'), Demand(self.item(), self.day(), self.quantity()))
                for _ in range(self.random.randint(1, 3))]
        values = ', '.join('(%s, %s, %s, {} + %s * interval \'1 day\', \'confirmed\')'.format(FIRST_DAY)
                           for _ in rows)
        parameters = [value for key, row in rows
                      for value in (key, row.item, row.quantity, row.day)]
        return 'INSERT INTO shop.line VALUES ' + values, parameters, rows

    def order_again(self):
        """An upsert of an own line and a new one."""
        key = self.own('L')
        if key is None:
            return None
        rows = [(key, Demand(self.item(), self.day(), self.quantity())),
                (self.new_key('L'), Demand(self.item(), self.day(), self.quantity()))]
        values = ', '.join('(%s, %s, %s, {} + %s * interval \'1 day\', \'confirmed\')'.format(FIRST_DAY)
                           for _ in rows)
        parameters = [value for k, row in rows for value in (k, row.item, row.quantity, row.day)]
        return ('INSERT INTO shop.line VALUES ' + values +
                ' ON CONFLICT (line) DO UPDATE SET item = excluded.item,'
                ' quantity = excluded.quantity, due = excluded.due', parameters, rows)

    def change_line(self):
        key = self.own('L')
        if key is None:
            return None
        old = self.working[key]
        row = Demand(old.item, old.day, old.quantity)
        if self.random.random() < 0.5:
            row.quantity = self.quantity()
        if self.random.random() < 0.5:
            row.day = self.day()
        if self.random.random() < 0.2:
            row.item = self.item()
        return ('UPDATE shop.line SET item = %s, quantity = %s, due = {} + %s * interval \'1 day\''
                ' WHERE line = %s'.format(FIRST_DAY),
                (row.item, row.quantity, row.day, key), [(key, row)])

    def cancel_line(self):
        key = self.own('L')
        if key is None:
            return None
        sql = self.random.choice(('DELETE FROM shop.line WHERE line = %s',
                                  "UPDATE shop.line SET state = 'cancelled' WHERE line = %s"))
        return sql, (key,), [(key, None)]

    def deliver_line(self):
        key = self.own('L')
        if key is None:
            return None
        old = self.working[key]
        left = old.quantity - self.random.randint(1, old.quantity)
        return ('UPDATE shop.line SET quantity = %s WHERE line = %s', (left, key),
                [(key, Demand(old.item, old.day, left) if left else None)])

    def receive(self):
        key = self.new_key('R')
        day = STOCK if self.random.random() < 0.4 else self.day()
        row = Supply(self.item(), day, self.random.randint(1, 9))
        if self.plan.rush:
            # there is some before the rush begins
            row = Supply((row.item + 1) % self.plan.items, STOCK, row.quantity)
            day = STOCK
        return ('INSERT INTO shop.receipt VALUES (%s, %s, %s,'
                ' CASE WHEN %s < 0 THEN \'-infinity\' ELSE {} + %s * interval \'1 day\' END)'.format(FIRST_DAY),
                (key, row.item, row.quantity, day, day), [(key, row)])

    def change_receipt(self):
        key = self.own('R')
        if key is None:
            return None
        if self.random.random() < 0.3:
            return 'DELETE FROM shop.receipt WHERE receipt = %s', (key,), [(key, None)]
        old = self.working[key]
        row = Supply(old.item, self.day(), self.random.randint(1, 9))
        return ('UPDATE shop.receipt SET quantity = %s, at = {} + %s * interval \'1 day\''
                ' WHERE receipt = %s'.format(FIRST_DAY), (row.quantity, row.day, key), [(key, row)])

    # -- promises of our own

    def commit(self):
        key = self.new_key('C')
        row = Demand(self.item(), self.day(), self.quantity())
        return ('SELECT promise.commit(%s, %s::text, %s, ({} + %s * interval \'1 day\')::promise.due, \'main\')'
                .format(FIRST_DAY), (key, row.item, row.quantity, row.day), [(key, row)])

    def hold(self):
        """A hold for an hour, or one that expires while others are writing."""
        long = self.random.random() < 0.5
        key = self.new_key('H')
        row = Demand(self.item(), self.day(), self.quantity(),
                     None if long else time.time() + 0.2)
        return ('SELECT promise.hold(%s, %s::text, %s, ({} + %s * interval \'1 day\')::promise.due,'
                ' %s::interval, \'main\')'.format(FIRST_DAY),
                (key, row.item, row.quantity, row.day, '1 hour' if long else '0.2 s'), [(key, row)])

    def release(self):
        key = self.own('C')
        if key is None:
            return None
        return 'SELECT promise.release(%s)', (key,), [(key, None)]

    def deliver(self):
        key = self.own('C')
        if key is None:
            return None
        old = self.working[key]
        quantity = self.random.randint(1, old.quantity)
        left = old.quantity - quantity
        return ('SELECT promise.deliver(%s, %s)', (key, quantity),
                [(key, Demand(old.item, old.day, left) if left else None)])

    def change(self):
        key = self.own('C')
        if key is None:
            return None
        row = Demand(self.working[key].item, self.day(), self.quantity())
        return ('SELECT promise.change(%s, %s, ({} + %s * interval \'1 day\')::promise.due)'.format(FIRST_DAY),
                (key, row.quantity, row.day), [(key, row)])

    # -- the connection

    def draw(self):
        self.cursor.execute("SELECT pg_catalog.nextval('shop.number')")
        return self.cursor.fetchone()[0]

    def execute(self, sql, parameters=()):
        self.cursor.execute(sql, parameters)

    def guarded(self, sql, parameters=()):
        """Run a statement that may be refused."""
        try:
            self.cursor.execute(sql, parameters)
        except psycopg2.Error as error:
            if error.pgcode == REFUSED:
                self.counts['refused'] += 1
                raise Refused() from None
            if error.pgcode in (errorcodes.SERIALIZATION_FAILURE, errorcodes.DEADLOCK_DETECTED):
                self.counts[error.pgcode] += 1
                raise Undone() from None
            raise
