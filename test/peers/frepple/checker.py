"""checker.py - does a plan keep the rules?  Judged from the rows of the network
and of the plan alone, with nothing of the planner's.

Where what was on order before breaks a rule by itself, no promise may make it
worse.
"""
from collections import defaultdict
from datetime import datetime, timedelta

from case_tables import instant

TINY = 2e-6         # quantities have six places, and are rounded once


def moment(text):
    return datetime.fromisoformat(text.replace("+00:00", "").replace("Z", ""))


def interval(text):
    return timedelta(seconds=float(text.split()[0])) if text else timedelta(0)


def check(case, answer):
    """What is wrong with what was planned for a case; an empty list: nothing."""
    return Check(case, answer).problems


class Check:
    def __init__(self, case, answer):
        self.case, self.answer, self.problems = case, answer, []
        self.rows = case.tables.rows
        self.plan = answer.state
        self.sources = {row["source"]: row for row in self.rows.get("source", [])}
        self.balances()
        self.capacities()
        self.setups = {}            # seconds by (plan, lot, step)
        self.changeovers()
        flows = defaultdict(list)
        for flow in self.plan["flows"] or []:
            flows[flow["plan"], flow["lot"]].append(flow)
        for lot in self.plan["lots"] or []:
            self.lot(lot, flows[lot["plan"], lot["lot"]])

    def wrong(self, text, *values):
        self.problems.append(text % values)

    # stock

    def balances(self):
        """Stock is never negative."""
        before, after = defaultdict(list), defaultdict(list)
        for row in self.rows.get("supply", []):
            at = moment(row["at"]) if "at" in row else datetime.min
            before[row["item"], row["location"]].append((at, row["quantity"]))
        for row in self.case.needs:
            before[row["item"], row["location"]].append((moment(row["at"]), -row["quantity"]))
        for demand, item, location in self.case.demands():
            if self.answer.dates[demand["name"]]:
                after[item, location].append((self.answer.dates[demand["name"]], -demand["qty"]))
        for flow in self.plan["flows"] or []:
            after[flow["item"], flow["location"]].append((moment(flow["at"]), flow["quantity"]))
        unlimited = {(row["item"], row["location"]) for row in self.rows.get("stocking", []) if row["unlimited"]}
        for node in set(after) - unlimited:
            for at in {at for at, _ in before[node] + after[node]}:
                old = sum(q for t, q in before[node] if t <= at)
                new = old + sum(q for t, q in after[node] if t <= at)
                if new < min(0, old) - TINY:
                    self.wrong("%s at %s: a stock of %s at %s", node[0], node[1], new, at)

    # capacity

    def capacities(self):
        """No more of a resource is in use than there is."""
        before, after = defaultdict(list), defaultdict(list)
        for row in self.rows.get("load", []):
            start, end = row["during"].strip("[)").split(",")
            before[row["resource"]].append((moment(start), moment(end), row["units"]))
        for load in self.plan["loads"] or []:
            start = moment(load["start"]) if load["start"] else datetime.min
            end = moment(load["end"]) if load["end"] else datetime.max
            after[load["resource"]].append((start, end, load["units"]))
        for name, loads in after.items():
            resource = self.case.resources.get(name)
            if resource is None or resource["type"] == "infinite":
                continue
            calendar = self.case.calendars.get(resource.get("maximum_calendar"))
            for at in {load[0] for load in loads} | self.changes(calendar, loads):
                limit = calendar.value(at) if calendar else resource.get("maximum", 1)
                old = sum(units for start, end, units in before[name] if start <= at < end)
                new = old + sum(units for start, end, units in loads if start <= at < end)
                if new > max(limit, old) + TINY and new > old:
                    self.wrong("%s: %s in use of %s at %s", name, new, limit, at)

    def changeovers(self):
        """A resource is in the state that it needs to be in, and that took its time."""
        rules = self.case.record.get("setup_matrices", [])
        held = defaultdict(list)
        for load in self.plan["loads"] or []:
            if load["setup_state"]:
                held[load["resource"]].append((moment(load["start"]), load))
        for name, loads in held.items():
            resource = self.case.resources[name]
            matrix = [m for m in rules if m["name"] == resource.get("setup_matrix")]
            before = resource.get("setup")
            for _, load in sorted(loads, key=lambda pair: pair[0]):
                needed = matrix and changeover_time(matrix[0], before, load["setup_state"]) or 0
                self.setups[load["plan"], load["lot"], load["step"]] = needed
                if float(load["changeover"]) < needed:
                    self.wrong("%s: %s seconds from %s to %s", name, load["changeover"], before, load["setup_state"])
                before = load["setup_state"]

    @staticmethod
    def changes(calendar, loads):
        """When a capacity changes while it is in use."""
        if calendar is None:
            return set()
        first = min(load[0] for load in loads).date()
        last = max(load[1] for load in loads).date() + timedelta(days=1)
        starts = (piece[0] for piece in calendar.pieces(first, last))
        return {at for at in starts if any(start <= at < end for start, end, _ in loads)}

    # lots

    def lot(self, lot, flows):
        source = self.sources[lot["source"]]
        name = "lot %s/%s of %s" % (lot["plan"], lot["lot"], lot["source"])
        quantity, start, end = lot["quantity"], moment(lot["start_at"]), moment(lot["end_at"])
        if quantity < source.get("lot_minimum", 0) - TINY or quantity > source.get("lot_maximum", quantity) + TINY:
            self.wrong("%s: a size of %s", name, quantity)
        if "lot_multiple" in source and abs(quantity / source["lot_multiple"] - round(quantity / source["lot_multiple"])) > TINY:
            self.wrong("%s: %s is not a multiple of %s", name, quantity, source["lot_multiple"])
        if start < self.case.now + interval(source.get("fence")):
            self.wrong("%s: starts at %s, before it may", name, start)
        if not within(source.get("effective"), start):
            self.wrong("%s: starts at %s, when it is not effective", name, start)
        self.steps(name, source, lot, start, end)
        self.materials(name, source, lot, flows, start, end)

    def steps(self, name, source, lot, start, end):
        """Steps one after the other, each with its time, and the lead time."""
        free = start
        for number, first, last in zip(lot["steps"] or [], lot["step_starts"] or [], lot["step_ends"] or []):
            rows = [r for r in self.rows["step"] if r["source"] == source["source"] and r["step"] == number]
            setup = max(interval(r.get("setup")) for r in rows)
            run = max(interval(r.get("run")) for r in rows)
            hours = [name for r in rows for name in self.hours(r.get("resource", ""))]
            first, last = moment(first), moment(last)
            if first < free:
                self.wrong("%s: step %s starts at %s, before %s", name, number, first, free)
            setup += timedelta(seconds=self.setups.get((lot["plan"], lot["lot"], number), 0))
            if self.worked(hours, first, last) < setup + run * lot["quantity"] - timedelta(seconds=1e-3):
                self.wrong("%s: step %s is done from %s to %s", name, number, first, last)
            free = last
        hours = self.case.hours_of_location(source["location"]) if "calendar" in source else []
        if self.worked(hours, free, end) < interval(source.get("lead_time")):
            self.wrong("%s: is there at %s, too soon after %s", name, end, free)

    def hours(self, resource):
        """The calendars that a step's resource works by; those of a pool are its members'."""
        if resource.startswith("hours: "):
            return [resource[len("hours: "):]]
        if resource not in self.case.resources or resource in self.case.pools:
            return []
        return self.case.hours_of_resource(resource)

    def worked(self, calendars, start, end):
        """Time between two instants in which all of the calendars are open."""
        if not calendars or end <= start:
            return end - start
        cuts = {start, end}
        for calendar in (self.case.calendars[c] for c in calendars):
            for piece in calendar.pieces(start.date(), end.date() + timedelta(days=1)):
                cuts.update(at for at in piece[:2] if start < at < end)
        cuts = sorted(cuts)
        return sum((b - a for a, b in zip(cuts, cuts[1:])
                    if all(self.case.calendars[c].value(a) for c in calendars)), timedelta(0))

    def materials(self, name, source, lot, flows, start, end):
        """It takes what it needs, no later than when its step starts, and yields what it yields."""
        starts = {n: moment(at) for n, at in zip(lot["steps"] or [], lot["step_starts"] or [])}
        taken, yielded = defaultdict(float), defaultdict(float)
        latest = {}
        for flow in flows:
            if flow["quantity"] < 0:
                taken[flow["item"]] -= flow["quantity"]
                latest[flow["item"]] = max(latest.get(flow["item"], datetime.min), moment(flow["at"]))
            else:
                yielded[flow["item"]] += flow["quantity"]
                if moment(flow["at"]) != end:
                    self.wrong("%s: yields at %s, not at %s", name, flow["at"], end)
        needed = defaultdict(float)
        chosen = defaultdict(list)
        for row in self.rows.get("component", []):
            if row["source"] == source["source"] and within(row.get("effective"), start):
                amount = row["quantity"] * lot["quantity"] + row.get("quantity_fixed", 0)
                if "choice" in row:
                    chosen[row["choice"]].append((row["item"], amount))
                else:
                    needed[row["item"]] += amount
                if row["item"] in latest and latest[row["item"]] > starts.get(row["step"], start):
                    self.wrong("%s: takes %s at %s, after its step begins", name, row["item"], latest[row["item"]])
        if source["kind"] == "move":
            needed[source["item"]] += lot["quantity"]
        for choice, ways in chosen.items():
            used = [(item, amount) for item, amount in ways if taken.get(item, 0) > TINY]
            if len(used) != 1:
                self.wrong("%s: takes %s of the choice %s", name, len(used), choice)
            for item, amount in used:
                needed[item] += amount
        own = {row["item"]: row["quantity"] * lot["quantity"] + row["quantity_fixed"]
               for row in self.rows.get("output", []) if row["source"] == source["source"]}
        own.setdefault(source["item"], lot["quantity"])
        for what, rows, wanted, sign in (("takes", taken, needed, 1), ("yields", yielded, own, -1)):
            for item in set(rows) | set(wanted):
                # it may take more than that, and yield less: rounding
                if not -TINY <= sign * (rows.get(item, 0) - wanted.get(item, 0)) <= 1e-4:
                    self.wrong("%s: %s %s of %s, not %s", name, what, rows.get(item, 0), item, wanted.get(item, 0))


def within(span, at):
    if span is None:
        return True
    start, end = span.strip("[)").split(",")
    return (not start or instant(start.rstrip("Z")) <= at) and (not end or at < instant(end.rstrip("Z")))


def changeover_time(matrix, before, after):
    """Of the rules that fit the first one counts; what is so already takes no time."""
    if before is None or before == after:
        return 0
    for rule in sorted(matrix["rules"], key=lambda rule: rule["priority"]):
        if rule.get("from") in (None, ".*", before) and rule.get("to") in (None, ".*", after):
            return rule["duration"]
    return 0
