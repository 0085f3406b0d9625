"""What the guard promises, computed naively from a recorded history.

A node is an item; a moment is a day number, STOCK stands before all of them.
The model knows rows of demand and of supply, nothing of locks, snapshots or
SQL.  It shares no code with the extension.
"""

STOCK = -1

# a hold ends by the server's clock, a little later than the writer noted
CLOCK_SLACK = 0.5


class Demand:
    """A row of demand: item, day, open quantity, and until when it counts."""

    __slots__ = ('item', 'day', 'quantity', 'expires')

    def __init__(self, item, day, quantity, expires=None):
        self.item, self.day, self.quantity, self.expires = item, day, quantity, expires


class Supply:
    """A row of supply: item, day (or STOCK), quantity."""

    __slots__ = ('item', 'day', 'quantity')

    def __init__(self, item, day, quantity):
        self.item, self.day, self.quantity = item, day, quantity


class State:
    """All rows by their key, and the keys of each item."""

    def __init__(self):
        self.rows = {}
        self.keys = {}

    def put(self, key, row):
        """Set a row, or remove it (None); returns what was there."""
        old = self.rows.pop(key, None)
        if old is not None:
            self.keys[old.item].discard(key)
        if row is not None:
            self.rows[key] = row
            self.keys.setdefault(row.item, set()).add(key)
        return old

    def flows(self, item, now):
        """(day, supply, demand) of every row of the item that counts."""
        for key in self.keys.get(item, ()):
            row = self.rows[key]
            if isinstance(row, Supply):
                yield row.day, row.quantity, 0
            elif row.expires is None or row.expires > now:
                yield row.day, 0, row.quantity


def curve(flows):
    """The balance and the claims at each day on which something happens."""
    days = {}
    for day, supply, demand in flows:
        change = days.setdefault(day, [0, 0])
        change[0] += supply - demand
        change[1] += demand
    balance = claims = 0
    result = []
    for day in sorted(days):
        balance += days[day][0]
        claims += days[day][1]
        result.append((day, balance, claims))
    return result


def at(steps, day):
    """The values of a curve at a day."""
    values = (0, 0)
    for step in steps:
        if step[0] > day:
            break
        values = step[1:]
    return values


def breaks_rule(before, after):
    """P(s) < 0 and dP(s) < 0 and dC(s) > 0 at some s; curves of one node."""
    for day in sorted({step[0] for step in before} | {step[0] for step in after}):
        balance, claims = at(after, day)
        old_balance, old_claims = at(before, day)
        if balance < 0 and balance < old_balance and claims > old_claims:
            return True
    return False


def shortages(state, now):
    """Every (item, day) at which the balance is negative."""
    return {(item, day) for item in list(state.keys)
            for day, balance, _ in curve(state.flows(item, now)) if balance < 0}


class Transaction:
    """What one writer did, with the numbers that order it among the others.

    steps: Step, in order.  number: drawn before COMMIT, while it held all its locks; settled: drawn
    after COMMIT had returned.  Both None if it did not commit.
    """

    def __init__(self, worker, level, deferred):
        self.worker, self.level, self.deferred = worker, level, deferred
        self.steps = []
        self.number = self.settled = None
        self.outcome = None
        self.begun_at = self.ended_at = None
        # the check at commit, if that is what refused it
        self.refused = None


class Step:
    """One statement: the rows it set, and how it ended.

    changes: (key, new row or None); checked: whether its end was a check.
    drawn, ended: numbers drawn before it and after it; begun_at, ended_at:
    the clock then; own: it asked promise.commit() or its like; undone: the number drawn after a savepoint before it had
    been rolled back, else None.
    """

    def __init__(self, what, changes, checked, own=False):
        self.what, self.changes, self.checked, self.own = what, changes, checked, own
        self.refused = False
        self.undone = None
        self.drawn = self.ended = None
        self.begun_at = self.ended_at = None

    def counts(self):
        """Is it part of what its transaction did in the end?"""
        return not self.refused and self.undone is None

    def counted_at(self, number):
        """Was it part of it when this number was drawn?"""
        return not self.refused and self.ended is not None and self.ended <= number \
            and (self.undone is None or self.undone > number)


def replay(transactions):
    """Replay the committed transactions in their order.

    Where one waited for another, that is the order of their locks.  New claims
    may have shared a lock; then their order among each other is the one in which
    they drew their numbers, and it must not matter: there was enough for all.

    Returns (final state, list of complaints).  A complaint is a promise that
    the rule should have refused, or a refusal that no state could explain.
    """
    committed = sorted((t for t in transactions if t.number is not None),
                       key=lambda t: t.number)
    complaints = []
    state = State()
    by_item = {}

    for transaction in committed:
        items = set()
        for step in transaction.steps:
            if step.counts():
                for key, row in step.changes:
                    if row is not None:
                        items.add(row.item)
                    if key in state.rows:
                        items.add(state.rows[key].item)
        window = (transaction.begun_at, transaction.ended_at)
        before = {now: {item: curve(state.flows(item, now)) for item in items} for now in window}

        for step in transaction.steps:
            if not step.counts():
                continue
            for key, row in step.changes:
                old = state.put(key, row)
                for item in {r.item for r in (old, row) if r is not None}:
                    by_item.setdefault(item, []).append((transaction, key, row))
                    items.add(item)
            if step.checked:
                complain_of_promise(state, before, window, items, transaction, step.what, complaints)
        complain_of_promise(state, before, window, items, transaction, 'commit', complaints)

    for transaction in transactions:
        complain_of_refusals(transaction, by_item, complaints)
    return state, complaints


def complain_of_promise(state, before, window, items, transaction, what, complaints):
    for item in sorted(items):
        # holds may have expired in between: broken means broken either way
        if all(breaks_rule(before[now].get(item, []), curve(state.flows(item, now)))
               for now in window):
            complaints.append('over-promise: item %s, worker %s, transaction %s, after %s'
                              % (item, transaction.worker, transaction.number, what))


def complain_of_refusals(transaction, by_item, complaints):
    """Each refusal must follow from some state that its check may have seen."""
    refusals = [step for step in transaction.steps if step.refused]
    if transaction.refused is not None:
        refusals.append(transaction.refused)
    for refused in refusals:
        if not is_explained(transaction, refused, by_item):
            complaints.append('refused without reason: worker %s, %s %s' % (
                transaction.worker, refused.what,
                [(key, row and (row.item, row.day, row.quantity)) for key, row in refused.changes]))


def is_explained(transaction, refused, by_item):
    """Would some state between the start and the end of the refused step have
    refused it?

    What others had settled before it was there, what they numbered after it
    was not; of the rest, which the node's lock put in order, any beginning
    may have been there.
    """
    changes = [change for step in transaction.steps if step.counted_at(refused.drawn)
               for change in step.changes] + list(refused.changes)
    items = {row.item for _, row in changes if row is not None}

    for item in sorted(items):
        base = State()
        others = []
        for other, key, row in by_item.get(item, []):
            if other is transaction or other.number >= refused.ended:
                continue
            if other.settled <= refused.drawn:
                put_if_item(base, key, row, item)
            else:
                if not others or others[-1][0] is not other:
                    others.append((other, []))
                others[-1][1].append((key, row))
        for other, rows in [(None, [])] + others:
            for key, row in rows:
                put_if_item(base, key, row, item)
            if any(refuses(base, item, changes, refused, now)
                   for now in (refused.begun_at - CLOCK_SLACK, refused.ended_at)):
                return True
    return False


def put_if_item(state, key, row, item):
    state.put(key, row if row is not None and row.item == item else None)


def refuses(base, item, changes, refused, now):
    """The rule of the guard; promise.commit() and its like also refuse what
    cannot be kept although the transaction as a whole takes nothing away."""
    after = State()
    after.rows = dict(base.rows)
    after.keys = {item: set(base.rows)}
    for key, row in changes:
        put_if_item(after, key, row, item)
    steps = curve(after.flows(item, now))
    if breaks_rule(curve(base.flows(item, now)), steps):
        return True
    return refused.own and any(row is not None and row.item == item and balance < 0 and day >= row.day
                               for _, row in refused.changes for day, balance, _ in steps)
