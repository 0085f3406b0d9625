"""calendars.py - the peer's calendars, as working time and as capacity.

A calendar of the peer is a value for each instant: the value of the bucket
with the lowest priority number among those that hold then, else its default.
"""
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALL_DAYS = 127


def instant(text):
    return datetime.fromisoformat(text)


class Calendar:
    def __init__(self, record):
        self.default = record["default"]
        # a stable sort: of buckets with the same priority the first one counts
        self.buckets = sorted(record["buckets"], key=lambda b: b.get("priority", 0))
        for bucket in self.buckets:
            bucket["from"] = instant(bucket["start"]) if "start" in bucket else datetime.min
            bucket["to"] = instant(bucket["end"]) if "end" in bucket else datetime.max

    def value(self, at):
        second = at.hour * 3600 + at.minute * 60 + at.second
        # Sunday is bit 1, Monday bit 2
        bit = 1 << (at.isoweekday() % 7)
        for bucket in self.buckets:
            if (bucket["from"] <= at < bucket["to"]
                    and bucket.get("days", ALL_DAYS) & bit
                    and bucket.get("starttime", 0) <= second < bucket.get("endtime", 86400)):
                return bucket["value"]
        return self.default

    def day(self, day):
        """The pieces (from, to, value) of one day, in seconds from its midnight."""
        midnight = datetime.combine(day, datetime.min.time())
        cuts = {0, 86400}
        for bucket in self.buckets:
            cuts.update((bucket.get("starttime", 0), bucket.get("endtime", 86400)))
            for end in (bucket["from"], bucket["to"]):
                if end.date() == day:
                    cuts.add(int((end - midnight).total_seconds()))
        cuts = sorted(cuts)
        pieces = []
        for start, end in zip(cuts, cuts[1:]):
            value = self.value(midnight + timedelta(seconds=start))
            if pieces and pieces[-1][2] == value:
                pieces[-1] = (pieces[-1][0], end, value)
            else:
                pieces.append((start, end, value))
        return pieces

    def pieces(self, first, last):
        """The pieces (from, to, value) between two dates."""
        pieces = []
        day = first
        while day < last:
            midnight = datetime.combine(day, datetime.min.time())
            for start, end, value in self.day(day):
                start, end = midnight + timedelta(seconds=start), midnight + timedelta(seconds=end)
                if pieces and pieces[-1][2] == value:
                    pieces[-1] = (pieces[-1][0], end, value)
                else:
                    pieces.append((start, end, value))
            day += DAY
        return pieces

    def borders(self):
        """Dates from which on the week is another one, or which differ themselves."""
        borders = set()
        for bucket in self.buckets:
            for end in (bucket["from"], bucket["to"]):
                if end not in (datetime.min, datetime.max):
                    borders.add(end.date())
                    if end.time() != datetime.min.time():
                        borders.add(end.date() + DAY)
        return sorted(borders)

    def literal(self):
        """The same working time as a promise.calendar: open where the value is not 0."""
        borders = self.borders()
        clauses = ["UTC"]
        starts = [None] + borders
        for start, end in zip(starts, borders + [None]):
            if start or end:
                clauses.append(" ".join((["from %s" % start] if start else [])
                                        + (["to %s" % (end - DAY)] if end else [])))
            clauses.extend(self.week(start or (end - 7 * DAY if end else date(2000, 1, 3))))
        return "; ".join(clauses)

    def week(self, first):
        """The clauses of the week that begins at a date, for all such weeks."""
        clauses = []
        for day in (first + i * DAY for i in range(7)):
            shifts = [(a, b) for a, b, value in self.day_as(day, first) if value]
            if shifts:
                clauses.append("%s %s" % (WEEKDAYS[day.weekday()], " ".join(
                    "%s-%s" % (clock(a), clock(b)) for a, b in shifts)))
        return clauses or ["never"]

    def day_as(self, day, first):
        """A day as it would be if all that holds on the first day held for ever."""
        if day == first:
            return self.day(day)
        held = Calendar({"default": self.default, "buckets": [
            {key: bucket[key] for key in ("value", "priority", "days", "starttime", "endtime") if key in bucket}
            for bucket in self.buckets
            if bucket["from"].date() <= first and bucket["to"] > datetime.combine(first, datetime.max.time())]})
        return held.day(day)


def clock(second):
    return "%02d:%02d:%02d" % (second // 3600, second // 60 % 60, second % 60)
