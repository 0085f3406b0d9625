"""table.py - the table of all cases, a part of a page of the documentation."""
import os

TABLE = "doc/frepple.md"
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", TABLE)
BEGIN, END = "<!-- table: test/peers/frepple.t --update -->\n", "<!-- end of table -->\n"

HEAD = """| case | orders | first order, ours | theirs | late, ours | theirs | total lateness, ours | theirs | theirs, delivered at once | why later, and what is not said |
|---|---|---|---|---|---|---|---|---|---|
"""


class Row:
    def __init__(self, name, unsaid, orders):
        self.name, self.unsaid, self.orders = name, unsaid, orders
        self.figures = ["-"] * 7
        self.why = []
        self.standing = "not planned"

    def fill(self, compared, why):
        ours, theirs = compared.first or (None, None)
        self.figures = [date(ours), date(theirs), compared.ours_late, compared.theirs_late,
                        "%.1f" % compared.ours, "%.1f" % compared.theirs, "%.1f" % compared.theirs_whole]
        self.why = sorted(set(why))
        better = compared.ours < compared.theirs - 1e-6 or compared.ours_late < compared.theirs_late
        self.standing = "later" if why else "the same"
        if better and not why:
            self.standing = "sooner, but not all of the case is said" if self.unsaid else "sooner"

    def line(self):
        notes = self.why + ["said without: " + text for text in self.unsaid]
        return "| %s |\n" % " | ".join(str(cell) for cell in [self.name, self.orders, *self.figures, "; ".join(notes)])


def date(at):
    """An instant; midnight goes without saying."""
    if at is None:
        return "never"
    return at.strftime("%Y-%m-%d") if (at.hour, at.minute, at.second) == (0, 0, 0) else at.strftime("%Y-%m-%d %H:%M")


def summary(rows):
    for title, part in (("Whole cases", [row for row in rows if "__" not in row.name]),
                        ("Independent parts", [row for row in rows if "__" in row.name])):
        counts = {}
        for row in part:
            key = row.standing if row.standing != "later" else "later: " + "; ".join(row.why)
            counts[key] = counts.get(key, 0) + 1
        yield "%s: %d.\n\n| cases | total lateness, and number of late orders |\n|---|---|\n" % (title, len(part))
        for key in sorted(counts, key=lambda key: (key.startswith("later"), -counts[key], key)):
            yield "| %d | %s |\n" % (counts[key], key)
        yield "\n"


def text_of(rows):
    return "\n" + "".join(summary(rows)) + HEAD + "".join(row.line() for row in rows) + "\n"


def is_current(rows):
    with open(PAGE) as file:
        page = file.read()
    return page.partition(BEGIN)[2].partition(END)[0] == text_of(rows)


def rewrite(rows):
    with open(PAGE) as file:
        before, _, rest = file.read().partition(BEGIN)
    with open(PAGE, "w") as file:
        file.write(before + BEGIN + text_of(rows) + END + rest.partition(END)[2])
