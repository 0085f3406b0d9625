"""case_tables.py - a case of the peer as rows of the own tables.

Every node of the case is an item at a location.  What is delivered by an
operation, and what an operation without a product has done, is an item of its
own ("done: NAME"), so that one way of saying it does for deliveries, for
dependencies between operations and for working time of deliveries.
"""
from collections import Counter
from datetime import timedelta

from calendars import Calendar, instant

YEARS_OF_CAPACITY = 8


class Tables:
    """Rows to be, by table; a row is a dict by column."""

    def __init__(self):
        self.rows = {}

    def add(self, table, **row):
        self.rows.setdefault(table, []).append({k: v for k, v in row.items() if v is not None})


class Case:
    def __init__(self, record):
        self.record = record
        self.now = instant(record["current_time"])
        self.tables = Tables()
        self.needs = []         # of what is on order
        self.unsaid = set()
        self.calendars = {c["name"]: Calendar(c) for c in record.get("calendars", [])}
        self.locations = {l["name"]: l for l in record.get("locations", [])}
        self.operations = {o["name"]: o for o in record.get("operations", [])}
        self.resources = {r["name"]: r for r in record.get("resources", [])}
        self.owners = {i["name"]: i.get("owner") for i in record.get("items", [])}
        self.buffers = {b["name"]: b for b in record["buffers"]}
        self.crowds = Counter((b.get("item", b["name"]), b.get("location", "main")) for b in record["buffers"])
        self.pools = {r["owner"] for r in self.resources.values() if r.get("owner")}
        self.made = set()       # sources that exist
        self.nodes = set()      # nodes whose ways of replenishment exist
        self.hours = set()      # calendars that are resources
        self.suppliers = self.purchases()
        self.carriers = self.transfers()
        self.resource_rows()
        for buffer in record["buffers"]:
            self.buffer_rows(buffer)
        for order in record.get("existing_orders", []):
            self.order_rows(order)

    # what is asked for

    def demands(self):
        """(demand, item, location) in the order in which the peer plans them."""
        asked = [d for d in self.record["demands"] if d.get("type") != "group" and self.expected(d)]
        asked.sort(key=lambda d: (d.get("priority", 0), d["due"], d["qty"], d["name"]))
        return [(d,) + self.delivery(d) for d in asked]

    def expected(self, demand):
        return self.record["expected"]["demands"].get(demand["name"])

    def delivery(self, demand):
        if "delivery_operation" in demand:
            return self.done(demand["delivery_operation"])
        node = (demand["item"], demand.get("location", "main"))
        hours = self.hours_of_location(node[1])
        if not hours:
            return node
        # goods leave only while the location works
        name = "deliver %s @ %s" % node
        if name not in self.made:
            self.made.add(name)
            self.tables.add("source", source=name, item=name, location=node[1], kind="make")
            self.tables.add("component", source=name, item=node[0], quantity=1, step=1)
            self.work(name, 1, {}, hours)
        return name, node[1]

    # nodes

    def node(self, flow):
        if "buffer" in flow and flow["buffer"] in self.buffers:
            return self.buffer_node(self.buffers[flow["buffer"]])
        return flow["item"], flow.get("location", "main")

    def buffer_node(self, buffer):
        node = (buffer.get("item", buffer["name"]), buffer.get("location", "main"))
        # of several buffers of an item at a location each is an item of its own
        return node if self.crowds[node] == 1 else (buffer["name"], node[1])

    def done(self, name):
        """What an operation without a product has done, as a node."""
        node = ("done: " + name, self.operations[name].get("location", "main"))
        if node not in self.nodes:
            self.nodes.add(node)
            self.make(name, node, 1)
        return node

    def buffer_rows(self, buffer):
        item, location = self.buffer_node(buffer)
        if buffer.get("onhand"):
            self.tables.add("supply", item=item, location=location, quantity=buffer["onhand"])
        if "minimum_calendar" in buffer:
            self.unsaid.add("safety stock that changes with time")
        self.tables.add("stocking", item=item, location=location, safety_stock=buffer.get("minimum", 0),
                        unlimited=bool(buffer.get("infinite")))
        for way in buffer.get("replenished_by", []):
            if way["kind"] == "operation":
                self.make(way["name"], (item, location), way["priority"])
            elif way["kind"] == "purchase":
                self.buy(way, buffer, item, location)
            else:
                self.move(way, item, location)

    # ways to replenish

    def ancestors(self, item):
        while item is not None:
            yield item
            item = self.owners.get(item)

    def purchases(self):
        return [(s["item"], s.get("location"), s) for s in self.record.get("item_suppliers", [])]

    def transfers(self):
        return [(s["item"], s.get("destination"), s) for s in self.record.get("item_distributions", [])]

    def buy(self, way, buffer, item, location):
        for group, place, terms in self.suppliers:
            name = "Purchase %s from %s" % (buffer["name"], terms["supplier"])
            if group in self.ancestors(item) and place in (None, location) and name == way["name"]:
                self.trade(name, item, location, way["priority"], terms, kind="buy", supplier=terms["supplier"])
                return
        raise LookupError(way["name"])

    def move(self, way, item, location):
        for group, place, terms in self.carriers:
            if group in self.ancestors(item) and place == location and terms["origin"] in way["name"]:
                name = "%s to %s" % (way["name"], location)
                self.trade(name, item, location, way["priority"], terms, kind="move", from_location=terms["origin"])
                return
        raise LookupError(way["name"])

    def trade(self, name, item, location, priority, terms, **columns):
        if name in self.made:
            return
        self.made.add(name)
        # The peer's transfers work the hours of their destination.  Its purchases have
        # no hours, so that their lead time is plain time, unless a location has the
        # supplier's name (OperationItemSupplier and OperationItemDistribution there).
        hours = self.hours_of_location(terms["supplier"] if columns["kind"] == "buy" else location)
        self.tables.add("source", source=name, item=item, location=location, priority=priority,
                        lead_time=seconds(terms.get("leadtime", 0)),
                        calendar=self.calendars[hours[0]].literal() if hours else None,
                        fence=seconds(terms["fence"]) if terms.get("fence", 0) > 0 else None,
                        **self.lots(terms), **columns)

    @staticmethod
    def lots(terms):
        return {"lot_minimum": terms.get("size_min") or None, "lot_multiple": terms.get("size_multiple") or None,
                "lot_maximum": terms.get("size_max")}

    def make(self, name, node, priority, above=(), effective=None):
        """An operation as sources of a node; "above" are operations that it is a part of."""
        operation = self.operations[name]
        if operation["type"] in ("alternate", "split"):
            if operation["type"] == "split":
                self.unsaid.add("shares of the sources of an item")
            for number, part in enumerate(operation["suboperations"]):
                self.make(part["operation"], node, part["priority"], (*above, (operation, number)), effectivity(part) or effective)
            return
        spans = self.spans_of_loads(operation)
        for number, span in enumerate(spans):
            parts = [name] + ["%s %d" % (o["name"], n) for o, n in above] + ["for %s @ %s" % node]
            source = " / ".join(parts + ([str(number)] if len(spans) > 1 else []))
            if source not in self.made:
                self.made.add(source)
                self.one_source(source, operation, node, priority, above, span or effective, span)

    def one_source(self, source, operation, node, priority, above, effective, span):
        terms = dict(operation)
        for whole, _ in above:
            terms["size_min"] = max(terms.get("size_min", 1), whole.get("size_min", 1))
        self.tables.add("source", source=source, item=node[0], location=node[1], kind="make", priority=priority,
                        fence=seconds(operation["fence"]) if operation.get("fence", 0) > 0 else None,
                        effective=effective, **self.lots(terms))
        row = self.tables.rows["source"][-1]
        self.yields, self.inputs = {}, []
        if operation["type"] == "routing":
            parts = sorted(operation["suboperations"], key=lambda part: part["priority"])
            steps = [self.operations[part["operation"]] for part in parts]
        else:
            steps = [operation]
        number = 0
        for step in steps:
            number = self.step_rows(source, number, step, node[1], span)
        for whole in [o for o, _ in above] + ([operation] if operation["type"] == "routing" else []):
            for flow in whole.get("flows", []):
                self.flow(flow, 1, number, whole)
        self.component_rows(source, node, number, row)
        own = self.yields.pop(node, (1, 0))
        if own[0] == 0:
            # what yields the same whatever its size is a lot of one unit
            row.update(lot_minimum=1, lot_multiple=1, lot_maximum=1)
            own = (own[1], 0)
        elif self.in_pieces(steps):
            row["lot_maximum"] = self.piece(row)
        if own != (1, 0):
            self.tables.add("output", source=source, item=node[0], quantity=own[0], quantity_fixed=own[1])
        for (item, location), (quantity, fixed) in self.yields.items():
            if location != node[1]:
                self.unsaid.add("co-product at another location")
            else:
                self.tables.add("output", source=source, item=item, quantity=quantity, quantity_fixed=fixed)

    def in_pieces(self, steps):
        """Does the peer divide such a lot, to be earlier?

        It does where nothing is lost: nothing finite is occupied, or more than
        one can be worked on at once and no piece needs a time of its own, or a
        lot draws on a bucket, which may be smaller than what is needed.
        """
        loads = [load for step in steps for load in step.get("loads", [])]
        if any(load.get("setup") for load in loads):
            return False
        kinds = {self.resources[load["resource"]]["type"] for load in loads}
        if "buckets" in kinds:
            return True
        if not any(step.get("duration_per") for step in steps):
            return False
        if "default" not in kinds:
            return True
        return (all(not step.get("duration") for step in steps)
                and all(self.widest(load["resource"]) > 1 for load in loads))

    def widest(self, resource):
        """The most units of a resource that can be in use at once."""
        if resource in self.pools:
            return sum(1 for r in self.resources.values() if r.get("owner") == resource)
        record = self.resources[resource]
        if "maximum_calendar" in record:
            calendar = self.calendars[record["maximum_calendar"]]
            return max([calendar.default] + [b["value"] for b in calendar.buckets])
        return record.get("maximum", 1)

    @staticmethod
    def piece(row):
        """The smallest lot of a source that is allowed."""
        least, multiple = row.get("lot_minimum") or 1, row.get("lot_multiple") or 1
        return -(-least // multiple) * multiple

    def step_rows(self, source, number, operation, location, span):
        """Steps of a source for one operation; answers with the number of the last."""
        first = number + 1
        hours = list(dict.fromkeys(
            ([operation["available"]] if operation.get("available") else [])
            + self.hours_of_location(operation.get("location"))
            + [name for load in operation.get("loads", []) for name in self.hours_of_resource(load["resource"])[1:]]))
        # what a resource of the step works by itself need not be said twice
        hours = [name for name in hours if not any(
            name in self.hours_of_resource(load["resource"])[:1] for load in operation.get("loads", [])
            if load["resource"] not in self.pools and not set(load) & {"alternate_group", "effective_start", "effective_end"}
            and load.get("type", "default") == "default")]
        for load in operation.get("loads", []):
            if "effective_start" in load or "effective_end" in load:
                if span is None or effectivity(load) != span:
                    continue
            number = self.load_rows(source, first, number, operation, load, hours)
        if number < first:
            number = first
            self.work(source, number, operation, hours)
        for flow in operation.get("flows", []):
            self.flow(flow, first, number, operation)
        for dependency in operation.get("dependencies", []):
            item, place = self.done(dependency["blocked_by"])
            self.inputs.append(((item, place), dict(quantity=dependency.get("quantity", 1), step=first)))
        return number

    def load_rows(self, source, first, number, operation, load, hours):
        """The step that a load is of; where it is drawn amid the operation, that is cut in two."""
        times = operation
        if load.get("type", "default") != "default":
            if load.get("offset", 0) > operation.get("duration", 0):
                self.unsaid.add("a bucket that is drawn on at a point that moves with the size of the lot")
            before, after = cut(operation, load)
            if before:
                self.work(source, first, before, hours)
                first += 1
            times = after
        if number < first:
            number = first
            self.work(source, number, times, hours)
        self.tables.add("step", source=source, step=first, resource=load["resource"], skill=load.get("skill"),
                        units=load.get("quantity", 1), choice=load.get("alternate_group"),
                        priority=len(self.tables.rows["step"]) if "alternate_group" in load else 0,
                        setup_state=load.get("setup"))
        return number

    def work(self, source, step, times, hours):
        """The time that a step takes, and the hours in which it is done."""
        setup, run = seconds(times.get("duration", 0)), seconds(times.get("duration_per", 0))
        self.tables.add("step", source=source, step=step, setup=setup, run=run)
        for name in hours:
            if name not in self.hours:
                self.hours.add(name)
                self.tables.add("resource", resource="hours: " + name, finite=False, calendar=self.calendars[name].literal())
            self.tables.add("step", source=source, step=step, resource="hours: " + name)

    def flow(self, flow, first, last, operation):
        quantity, fixed = flow.get("quantity", 0), flow.get("quantity_fixed", 0)
        node = self.node(flow)
        if quantity > 0 or fixed > 0:
            if effectivity(flow):
                self.unsaid.add("effectivity of what is made")
            self.yields[node] = (quantity, fixed)
        elif quantity < 0 or fixed < 0:
            shift = operation.get("duration", 0) if operation["type"] == "fixed_time" else 0
            self.inputs.append((node, dict(
                quantity=-quantity, quantity_fixed=-fixed, step=first if flow.get("at") == "start" else last + 1,
                # judged when the operation ends there, when it starts here
                effective=effectivity(flow, -shift), choice=flow.get("alternate_group"),
                priority=flow.get("alternate_priority", 0))))

    def component_rows(self, source, node, last, row):
        for (item, location), columns in self.inputs:
            if item == node[0] and columns["quantity"] == 1:
                row.update(kind="move", from_location=location)
                continue
            if columns["step"] > last:
                self.tables.add("step", source=source, step=last + 1)
                last += 1
            if location != node[1]:
                self.fetch(item, location, node[1])
            self.tables.add("component", source=source, item=item, **columns)

    def fetch(self, item, origin, location):
        """An operation takes things at other locations: they are there at once."""
        name = "fetch %s from %s to %s" % (item, origin, location)
        if name not in self.made:
            self.made.add(name)
            self.tables.add("source", source=name, item=item, location=location, kind="move", from_location=origin)

    def spans_of_loads(self, operation):
        """Where loads hold only for a time, one source for each such time."""
        limited = [l for l in operation.get("loads", []) if effectivity(l)]
        if not limited:
            return [None]
        cuts = sorted({l[key] for l in limited for key in ("effective_start", "effective_end") if key in l})
        return [span(start, end) for start, end in zip([None] + cuts, cuts + [None])]

    # capacity

    def hours_of_location(self, location):
        name = self.locations.get(location, {}).get("available")
        return [name] if name else []

    def hours_of_resource(self, name):
        """Its calendars; all but the first are resources of the steps that use it."""
        record = self.resources[name]
        return ([record["available"]] if "available" in record else []) + self.hours_of_location(record.get("location"))

    def resource_rows(self):
        for name, resource in self.resources.items():
            if name in self.pools:
                continue
            hours = self.hours_of_resource(name)
            calendar = self.calendars[hours[0]].literal() if hours else None
            units = resource.get("maximum", 1)
            if "maximum_calendar" in resource:
                units = self.capacity_rows(name, self.calendars[resource["maximum_calendar"]])
            self.tables.add("resource", resource=name, calendar=calendar, units=units, pool=resource.get("owner"),
                            finite=resource["type"] != "infinite", bucketed=resource["type"] == "buckets",
                            changeover=resource.get("setup_matrix"), initial_setup=resource.get("setup"))
            if resource.get("tool"):
                self.unsaid.add("a tool that stays with a lot from step to step")
            for skill in resource.get("skills", []):
                self.tables.add("resource_skill", resource=name, skill=skill["skill"], priority=skill.get("priority", 1))
        for matrix in self.record.get("setup_matrices", []):
            for rule in sorted(matrix["rules"], key=lambda rule: rule["priority"]):
                self.tables.add("changeover", changeover=matrix["name"], from_setup=state(rule, "from"),
                                to_setup=state(rule, "to"), duration=seconds(rule["duration"]))

    def capacity_rows(self, resource, calendar):
        first = (self.now - timedelta(days=366)).date()
        last = (self.now + timedelta(days=366 * YEARS_OF_CAPACITY)).date()
        pieces = calendar.pieces(first, last)
        if len(pieces) == 1:
            return pieces[0][2]
        for number, (start, end, value) in enumerate(pieces):
            if value:
                self.tables.add("resource_change", resource=resource, units=value,
                                during=span(None if number == 0 else start.isoformat(),
                                            None if number == len(pieces) - 1 else end.isoformat()))
        return 0

    # what is on order already

    def order_rows(self, order):
        ref, quantity = order["reference"], order["quantity"]
        start, end = max(instant(order["start"]), self.now), max(instant(order["end"]), self.now)
        if order["kind"] in ("purchase", "transfer"):
            self.tables.add("supply", item=order["item"], location=order["location"], at=zulu(end), quantity=quantity, ref=ref)
            if order["kind"] == "transfer":
                self.need(ref, (order["item"], order["origin"]), quantity, start)
            return
        operation = self.operations[order["operation"]]
        produced = False
        for number, flow in enumerate(operation.get("flows", [])):
            amount = flow.get("quantity", 0) * quantity + flow.get("quantity_fixed", 0)
            item, location = self.node(flow)
            if amount > 0:
                produced = True
                self.tables.add("supply", item=item, location=location, at=zulu(end), quantity=round(amount, 6), ref=ref)
            elif amount < 0 and not flow.get("alternate_priority", 1) > 1:
                self.need("%s/%d" % (ref, number), (item, location), -amount, start if flow.get("at") == "start" else end)
        if not produced and ("done: " + operation["name"], operation.get("location", "main")) in self.wanted():
            item, location = self.done(operation["name"])
            self.tables.add("supply", item=item, location=location, at=zulu(end), quantity=quantity, ref=ref)
        for number, dependency in enumerate(operation.get("dependencies", [])):
            self.need("%s/done %d" % (ref, number), self.done(dependency["blocked_by"]), quantity, start)
        if start < end:
            for load in operation.get("loads", []):
                self.order_load(ref, load, quantity, start, end)

    def wanted(self):
        """Operations without a product whose work somebody waits for."""
        names = {d["blocked_by"] for o in self.operations.values() for d in o.get("dependencies", [])}
        names |= {d["delivery_operation"] for d in self.record["demands"] if "delivery_operation" in d}
        return {("done: " + name, self.operations[name].get("location", "main")) for name in names}

    def order_load(self, ref, load, quantity, start, end):
        resource = load["resource"]
        if resource in self.pools:
            resource = sorted(r["name"] for r in self.resources.values() if r.get("owner") == resource)[0]
        units = load.get("quantity", 1)
        if self.resources[resource]["type"] == "buckets":
            units *= quantity
        self.tables.add("load", resource=resource, during=span(start.isoformat(), end.isoformat()), units=units, ref=ref)

    def need(self, ref, node, quantity, at):
        self.needs.append(dict(ref="need of " + ref, item=node[0], location=node[1], quantity=round(quantity, 6), at=zulu(at)))


def seconds(number):
    return "%s seconds" % number


def zulu(at):
    return at.isoformat() + "Z"


def state(rule, key):
    """A state of a rule of changeover: a pattern that fits all is none."""
    return None if rule.get(key) in (None, ".*") else rule[key]


def span(start, end):
    if start is None and end is None:
        return None
    return "[%s,%s)" % (start + "Z" if start else "", end + "Z" if end else "")


def effectivity(record, shift=0):
    def moved(key):
        if key not in record:
            return None
        return (instant(record[key]) + timedelta(seconds=shift)).isoformat()
    return span(moved("effective_start"), moved("effective_end"))


def cut(operation, load):
    """An operation before and after the point at which a load is drawn on a bucket."""
    duration, per = operation.get("duration", 0), operation.get("duration_per", 0)
    if load.get("offset", 0) > duration:
        # a point in time that depends on the size of the lot
        return None, operation
    if load["type"] == "bucketized_percentage":
        part = load.get("offset_percent", 0) / 100
        before, after = (duration * part, per * part), (duration * (1 - part), per * (1 - part))
    elif load["type"] == "bucketized_from_start":
        offset = load.get("offset", 0)
        before, after = (offset, 0), (duration - offset, per)
    else:
        offset = load.get("offset", 0)
        before, after = (duration - offset, per), (offset, 0)
    as_times = lambda times: {"duration": times[0], "duration_per": times[1]}
    return (as_times(before) if any(before) else None), as_times(after)
