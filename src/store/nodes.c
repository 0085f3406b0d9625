/*
 * nodes.c - reading the rows of supply and demand of items.
 *
 * A read runs one query for each relation that has rows of the roles it needs,
 * own or mapped, and gathers the rows in one growing array.  When all are
 * there, the zones of their locations are looked up, local dates become
 * instants, and the events are handed out node by node.
 *
 * A read first asks only for what every answer needs, which a covering index
 * can give.  If a row turns up whose details matter, it starts again with all
 * details.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/int.h"
#include "miscadmin.h"

#include "store/nodes.h"
#include "store/reader.h"
#include "store/settings.h"
#include "types/report.h"

/* a read with what it found */
typedef struct NodeRead
{
	const NodeQuery *query;
	MemoryContext context;		/* of the result */
	ItemNodes  *result;
} NodeRead;

static void read_all(void *arg);
static bool read_events(Reader *reader);
static void read_role(Reader *reader, RoleId role, int flags,
					  const KeyList *keys, PlanRowFunction function);
static void drop_taken_over(Reader *reader);
static void find_unseen(Reader *reader);
static void resolve(Reader *reader);
static void leave_out_order(Reader *reader, UnacceptedOrder *order);
static bool is_of_order(const Reader *reader, const RawEvent *event,
						const UnacceptedOrder *order);
static Instant resolve_instant(Reader *reader, const RawNode *node,
							   int64 value, ValueClock clock);
static pg_tz *zone_of(const Reader *reader, const RawNode *node);
static ItemNodes *hand_out(Reader *reader);
static int	compare_nodes(const void *left, const void *right, void *arg);

ItemNodes *
nodes_read(const NodeQuery *query)
{
	NodeRead	read = {.query = query,.context = CurrentMemoryContext};

	fetch_run(read_all, &read);
	return read.result;
}

Instant
nodes_now(void)
{
	Instant		clock;

	if (settings_clock(&clock))
		return clock;
	return GetCurrentTransactionStartTimestamp();
}

Instant
nodes_grain_ceil(Instant now)
{
	int64		grain = settings_grain();
	int64		past = now % grain;
	Instant		result;

	if (past == 0)
		return now;
	/* before 2000, "past" is negative, and now - past is later */
	if (past < 0)
		return now - past;
	if (pg_add_s64_overflow(now, grain - past, &result))
		return now;
	return result;
}

/*
 * Read, and read again with details if they turn out to matter.
 */
static void
read_all(void *arg)
{
	NodeRead   *read = arg;
	const NodeQuery *query = read->query;
	MemoryContext scratch = CurrentMemoryContext;
	UnacceptedOrder *orders = NULL;
	int			norders = 0;
	Reader		reader;

	if (!query->unaccepted)
	{
		MemoryContextSwitchTo(read->context);
		orders = unaccepted_read(query->items, query->nitems, query->location,
								 &norders);
		MemoryContextSwitchTo(scratch);
	}
	if (norders > 0 && query->in_flight)
	{
		read->result = NULL;
		return;
	}

	reader_begin(&reader, query, query->detail || norders > 0, read->context);
	reader.fetch.in_flight = query->in_flight;
	if (!read_events(&reader))
	{
		if (query->in_flight)
		{
			read->result = NULL;
			return;
		}
		Assert(!reader.detail);
		reader_begin(&reader, query, true, read->context);
		if (!read_events(&reader))
			elog(ERROR, "reading with details asked for details");
	}

	reader.fetch.in_flight = false;

	read_role(&reader, ROLE_STOCKING, QUERY_AT_LOCATION, NULL,
			  reader_take_stocking);
	if (reader.nown_refs > 0)
		drop_taken_over(&reader);
	find_unseen(&reader);
	locations_look_up(&reader.fetch, reader.locations, reader.nlocations);
	resolve(&reader);
	for (int i = 0; i < norders; i++)
		leave_out_order(&reader, &orders[i]);
	read->result = hand_out(&reader);
	for (int i = 0; i < query->nitems; i++)
	{
		read->result[i].orders = orders;
		read->result[i].norders = norders;
	}
}

/*
 * All rows of supply and demand.  False if they must be read with details.
 */
static bool
read_events(Reader *reader)
{
	static const RoleId roles[] = {ROLE_SUPPLY, ROLE_DEMAND, ROLE_PLANNED_FLOW};

	/* whether rows in flight can be read turns out at once */
	static const RoleId demand_first[] = {
		ROLE_DEMAND, ROLE_SUPPLY, ROLE_PLANNED_FLOW
	};
	const RoleId *order = reader->fetch.in_flight ? demand_first : roles;
	int			flags = QUERY_AT_LOCATION | (reader->detail ? QUERY_DETAIL : 0);
	bool		any_plan = fetch_any(&reader->fetch, ROLE_PLANNED_FLOW);

	if (any_plan && !reader->detail)
	{
		reader->holds = holds_read(&reader->fetch);
		if (reader->holds != NULL)
			reader->fetch.label_context = reader->result;
	}

	for (int i = 0; i < lengthof(roles); i++)
	{
		int			more = 0;

		if (order[i] == ROLE_PLANNED_FLOW && !any_plan)
			continue;
		if (order[i] == ROLE_DEMAND)
		{
			/* mapped rows tell their refs only with details */
			more = (reader->query->facts ? QUERY_FACTS : 0) |
				(reader->query->nexclude > 0 ? QUERY_DETAIL : 0);
		}
		read_role(reader, order[i], flags | more, NULL, reader_take_event);
		if (reader->fetch.stop)
			return false;
	}
	return true;
}

/*
 * Hand the rows of a role to a function.  Without keys, those of the query's
 * items are read.
 */
static void
read_role(Reader *reader, RoleId role, int flags, const KeyList *keys,
		  PlanRowFunction function)
{
	KeyList		items = {
		.keys = reader->query->items,
		.nkeys = reader->query->nitems
	};

	fetch_role(&reader->fetch, role, flags, keys != NULL ? keys : &items,
			   function, reader);
}

/*
 * One ref is one demand: leave out own commitments whose ref some mapped row
 * of demand has, of whatever item.  A hold of which that is true is no hold any
 * more, so what was planned for it stays, for whoever needs it.
 */
static void
drop_taken_over(Reader *reader)
{
	const char **refs = palloc(reader->nown_refs * sizeof(char *));
	const bool *taken_over;

	for (int i = 0; i < reader->nown_refs; i++)
		refs[i] = reader->own_refs[i].ref;
	taken_over = fetch_taken_over(&reader->fetch, refs, reader->nown_refs);

	for (int i = 0; i < reader->nown_refs; i++)
	{
		RawEvent   *event = &reader->events[reader->own_refs[i].event];

		if (!taken_over[i])
			continue;
		if (event->is_planned)
		{
			event->expires_at = INSTANT_END;
			event->detail->for_ref = NULL;
		}
		else
			event->dropped = true;
	}
}

/*
 * Find out whether items of which no row was seen are known nevertheless: by
 * an item row or, if only one location was read, by rows at another.
 */
static void
find_unseen(Reader *reader)
{
	static const RoleId roles[] = {
		ROLE_ITEM, ROLE_STOCKING, ROLE_SUPPLY, ROLE_DEMAND, ROLE_PLANNED_FLOW
	};
	int			nroles = reader->query->location != NULL ? lengthof(roles) : 1;
	KeyList		unseen;
	int		   *numbers;

	unseen.keys = palloc(Max(reader->query->nitems, 1) * sizeof(char *));
	unseen.numbers = numbers = palloc(Max(reader->query->nitems, 1) * sizeof(int));
	for (int i = 0; i < nroles; i++)
	{
		unseen.nkeys = 0;
		for (int j = 0; j < reader->query->nitems; j++)
		{
			if (!reader->known[j])
			{
				unseen.keys[unseen.nkeys] = reader->query->items[j];
				numbers[unseen.nkeys++] = j;
			}
		}
		if (unseen.nkeys == 0)
			break;
		read_role(reader, roles[i], 0, &unseen, reader_take_existence);
	}
}

/*
 * Turn local dates into instants, intervals into rules, and count the events
 * that are left.
 */
static void
resolve(Reader *reader)
{
	const NodeQuery *query = reader->query;

	for (int i = 0; i < reader->nevents; i++)
	{
		RawEvent   *event = &reader->events[i];
		RawNode    *node = &reader->nodes[event->node];

		CHECK_FOR_INTERRUPTS();
		if (event->at_clock != VALUE_INSTANT)
			event->at = resolve_instant(reader, node, event->at, event->at_clock);
		if (event->expires_clock != VALUE_INSTANT)
			event->expires_at = resolve_instant(reader, node, event->expires_at,
												event->expires_clock);
		if ((event->is_demand || event->is_planned) &&
			event->expires_at <= query->now)
			event->dropped = true;
		if (event->detail != NULL)
		{
			/* what is planned for a hold does not spoil when the hold ends */
			event->detail->expires_at = event->is_planned ? INSTANT_END :
				event->expires_at;
			if (event->accepted_clock != VALUE_INSTANT)
				event->detail->accepted_at =
					resolve_instant(reader, node, event->detail->accepted_at,
									event->accepted_clock);
		}
		if (!event->dropped)
			node->nevents++;
	}

	/* a location that was asked for need only exist */
	if (query->location != NULL &&
		reader->locations[reader->location].exists)
	{
		for (int i = 0; i < query->nitems; i++)
		{
			if (reader->known[i])
				reader_find_node(reader, i, reader->location);
		}
	}

	for (int i = 0; i < reader->nnodes; i++)
		rules_init(&reader->nodes[i].rules);
	for (int i = 0; i < reader->nstocking; i++)
	{
		RawNode    *node = &reader->nodes[reader->stocking[i].node];

		rules_apply(&node->rules, &reader->stocking[i].row, query->now,
					zone_of(reader, node));
	}
	for (int i = 0; i < reader->nnodes; i++)
		rules_finish(&reader->nodes[i].rules, query->now,
					 zone_of(reader, &reader->nodes[i]));
}

/*
 * Leave out an order that nobody has accepted, if its rows still say what was
 * recorded, and let what was promised before stand in for it.
 */
static void
leave_out_order(Reader *reader, UnacceptedOrder *order)
{
	RawEvent   *first = NULL;
	Quantity	quantity = 0;

	for (int i = 0; i < reader->nevents; i++)
	{
		RawEvent   *event = &reader->events[i];

		if (!is_of_order(reader, event, order))
			continue;
		if (first == NULL || event->at < first->at)
			first = event;
		if (pg_sub_s64_overflow(quantity, event->delta, &quantity))
			promise_check(PROMISE_QUANTITY_OVERFLOW);
	}
	order->is_current = first != NULL && first->at == order->at &&
		quantity == order->quantity;
	if (!order->is_current)
		return;

	for (int i = 0; i < reader->nevents; i++)
	{
		RawEvent   *event = &reader->events[i];

		if (is_of_order(reader, event, order))
		{
			event->dropped = true;
			reader->nodes[event->node].nevents--;
		}
	}
	if (order->was_quantity == 0)
		return;
	first->at = order->was_at;
	first->delta = -order->was_quantity;
	first->detail->at_is_null = order->was_at == INSTANT_BEGIN;
	first->detail->is_former = true;
	first->dropped = false;
	reader->nodes[first->node].nevents++;
}

static bool
is_of_order(const Reader *reader, const RawEvent *event,
			const UnacceptedOrder *order)
{
	const RawNode *node = &reader->nodes[event->node];

	return node->item == order->item && event->is_demand &&
		!event->is_planned && !event->dropped && !event->detail->is_former &&
		event->detail->ref != NULL &&
		strcmp(event->detail->ref, order->ref) == 0 &&
		strcmp(reader->locations[node->location].name, order->location) == 0;
}

/* from a local date or time at a node to the instant that it means */
static Instant
resolve_instant(Reader *reader, const RawNode *node, int64 value,
				ValueClock clock)
{
	return value_in_zone(value, clock, &reader->locations[node->location].zone);
}

static pg_tz *
zone_of(const Reader *reader, const RawNode *node)
{
	return reader->locations[node->location].zone.zone;
}

/*
 * The result: nodes sorted, and each one's events together.
 */
static ItemNodes *
hand_out(Reader *reader)
{
	const NodeQuery *query = reader->query;
	ItemNodes  *result;
	StockNode  *nodes;
	FlowEvent  *events;
	RawNode   **sorted = palloc(Max(reader->nnodes, 1) * sizeof(RawNode *));
	int			nevents = 0;

	result = MemoryContextAllocZero(reader->result,
									Max(query->nitems, 1) * sizeof(ItemNodes));
	nodes = MemoryContextAllocZero(reader->result,
								   Max(reader->nnodes, 1) * sizeof(StockNode));
	events = MemoryContextAllocHuge(reader->result,
									Max(reader->nevents, 1) * sizeof(FlowEvent));

	for (int i = 0; i < query->nitems; i++)
	{
		result[i].item = query->items[i];
		result[i].known = reader->known[i];
	}

	for (int i = 0; i < reader->nnodes; i++)
		sorted[i] = &reader->nodes[i];
	qsort_arg(sorted, reader->nnodes, sizeof(RawNode *), compare_nodes, reader);

	for (int i = 0; i < reader->nnodes; i++)
	{
		RawNode    *raw = sorted[i];
		ItemNodes  *item = &result[raw->item];
		StockNode  *node = &nodes[i];

		if (item->nnodes++ == 0)
			item->nodes = node;
		node->item = item->item;
		node->location = reader->locations[raw->location].name;
		node->priority = reader->locations[raw->location].priority;
		node->rules = raw->rules;
		node->events = events + nevents;
		node->nevents = raw->nevents;
		raw->position = nevents;
		nevents += raw->nevents;
	}

	for (int i = 0; i < reader->nevents; i++)
	{
		RawEvent   *raw = &reader->events[i];
		FlowEvent  *event;

		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (raw->dropped)
			continue;
		event = &events[reader->nodes[raw->node].position++];
		event->at = raw->at;
		event->delta = raw->delta;
		event->detail = raw->detail;
	}
	return result;
}

/* by item, then by the location's priority, then by its name */
static int
compare_nodes(const void *left, const void *right, void *arg)
{
	const RawNode *a = *(const RawNode *const *) left;
	const RawNode *b = *(const RawNode *const *) right;
	const Reader *reader = arg;
	const LocationInfo *la = &reader->locations[a->location];
	const LocationInfo *lb = &reader->locations[b->location];

	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	if (la->priority != lb->priority)
		return la->priority < lb->priority ? -1 : 1;
	return strcmp(la->name, lb->name);
}
