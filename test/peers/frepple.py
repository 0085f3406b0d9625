"""frepple.py CASES [--update]: replay the cases of the peer and compare; TAP.

Three things are required of every case, as its README says: (1) what was planned
keeps the rules, (2) the first order is not later, (3) not more orders are late,
and the total lateness is not greater.  Where (2) or (3) do not hold,
frepple/differences.py names the case and why; a difference that it does not name
fails.  The table of all cases is doc/frepple.md, which --update writes anew.
"""
import glob
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "frepple"))

from case_tables import Case, instant
from checker import check
from differences import differences
from replay import replay
from table import Row, TABLE, is_current, rewrite

DAY = 86400


class Compared:
    """Ours and theirs; lateness in units times days."""

    def __init__(self, case, answer):
        self.ours_late = self.theirs_late = 0
        self.ours = self.theirs = self.theirs_whole = 0.0
        self.undelivered = False
        self.first = None
        for demand, _, _ in case.demands():
            self.add(demand, case.expected(demand), answer.dates[demand["name"]])

    def add(self, demand, expected, date):
        due, quantity = instant(demand["due"]), demand["qty"]
        ours = max(date, due) if date else None
        # what the peer leaves short it never delivers; what it delivers twice over is whole earlier
        whole = not expected["short"] and expected["last_date"]
        theirs = max(instant(expected["last_date"]), due) if whole else None
        if self.first is None:
            self.first = (ours, theirs)
        self.ours_late += ours is None or ours > due
        self.theirs_late += theirs is None or theirs > due
        if theirs:
            self.undelivered |= ours is None
            self.ours += days(ours, due) * quantity if ours else 0
            self.theirs += sum(days(instant(part["date"]), due) * part["quantity"] for part in expected["deliveries"])
            self.theirs_whole += days(theirs, due) * quantity

    def first_is_not_later(self):
        ours, theirs = self.first or (None, None)
        return theirs is None or (ours is not None and ours <= theirs)

    def not_later(self, theirs):
        return not self.undelivered and self.ours_late <= self.theirs_late and self.ours <= theirs + 1e-6

    def differs(self):
        """Which requirements do not hold, and whether (3) would, were all delivered at once."""
        found = set()
        if not self.first_is_not_later():
            found.add(2)
        if not self.not_later(self.theirs):
            found.add("parts" if self.not_later(self.theirs_whole) else 3)
        return found


def days(at, due):
    return max(0.0, (at - due).total_seconds() / DAY)


class Tap:
    count = failed = 0

    def result(self, good, name, notes=()):
        self.count += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, name))
        for note in notes:
            print("#   " + note)


def show(name, case, answer, compared, tap):
    """The results of a case, and its row of the table."""
    listed = differences(name)
    row = Row(name, sorted(case.unsaid), len(case.demands()))
    if answer.error:
        known = listed.get("error")
        tap.result(known is not None and known in answer.error, "%s: %s" % (name, known or "is planned"),
                   [] if known else answer.error.split("\n")[:3])
        row.why = [known or answer.error.split("\n")[0]]
        return row
    problems = check(case, answer) + [
        "promise.%s(): %s" % (judge, row) for judge, found in (
            ("check_plan", "violations"), ("conflicts", "conflicts")) for row in answer.state[found] or []]
    tap.result(not problems, "%s: every plan keeps the rules" % name, problems[:10])
    differs = compared.differs()
    for requirement, text in ((2, "the first order is not later"), (3, "not more is late, nor later")):
        if requirement in differs or (requirement == 3 and "parts" in differs):
            key = "parts" if requirement == 3 and "parts" in differs else requirement
            tap.result(key in listed, "%s: %s" % (name, "differs, as listed: " + listed[key] if key in listed else text),
                       ["ours %s, theirs %s" % compared.first,
                        "late %d of %d, total %.2f of %.2f (%.2f if delivered at once)" % (
                            compared.ours_late, compared.theirs_late, compared.ours, compared.theirs, compared.theirs_whole)])
        else:
            tap.result(True, "%s: %s" % (name, text))
    for key in set(listed) - differs - {"error"} if "__" in name else ():
        print("#   %s differs no more in %s: %s" % (name, key, listed[key]))
    row.fill(compared, [listed[key] for key in differs if key in listed])
    return row


def read_cases(folder):
    """The cases by name, as they are and cut into independent ones."""
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))) + sorted(glob.glob(os.path.join(folder, "split", "*__*.json"))):
        with open(path) as file:
            yield os.path.basename(path)[:-len(".json")], Case(json.load(file))


def main(folder, update):
    names, cases = zip(*read_cases(folder))
    tap = Tap()
    rows = [show(name, case, answer, None if answer.error else Compared(case, answer), tap)
            for name, case, answer in zip(names, cases, replay(cases))]
    if update:
        rewrite(rows)
    current = is_current(rows)
    tap.result(current, "the table of all cases is in %s" % TABLE, [] if current else ["write it anew with --update"])
    print("1..%d" % tap.count)
    return tap.failed == 0


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], "--update" in sys.argv[2:]) else 1)
