/*
 * let_go.c - what becomes of a plan that its promise does not need.
 *
 * Whether a lot is needed is the guard's question: would a promise be broken if it
 * left?  Mostly all of them can leave together.  If not, they are tried one after
 * the other, what takes before what is taken, and of lots of one depth the last
 * begun first; and again, until no more can leave.  So each of those that stay is
 * needed beside the others.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"

#include "api/let_go.h"
#include "engine/serving.h"
#include "engine/verdict.h"
#include "store/nodes.h"
#include "store/planned_units.h"
#include "types/report.h"

/* a node where something is planned for the ref */
typedef struct Balance
{
	StockNode	with;			/* its rows but for what has left */
	StockNode	without;		/* and but for what is tried */
} Balance;

/* a unit while it is decided what becomes of it */
typedef struct Fate
{
	int			depth;			/* how many lots up to the promise */
	bool		leaves;
	const char *heir;			/* whose it will be, if it stays */
	int64		plan;			/* its number there */
	Balance   **balances;		/* where its flows are */
} Fate;

typedef struct Settlement
{
	const char *ref;
	LetGo		how;
	Instant		now;
	PlannedUnit *units;
	Fate	   *fates;			/* of the units */
	int		   *order;			/* in which they are tried */
	int			nunits;
	Balance   **balances;
	int			nbalances;
	int			max_balances;
} Settlement;

static bool settle(const char *ref, LetGo how, Instant now);
static void find_depths(Settlement *settlement);
static int	compare_units(const void *left, const void *right, void *arg);
static void find_balances(Settlement *settlement);
static Balance *find_balance(Settlement *settlement,
							 const PlannedUnitFlow *flow);
static Balance *read_balance(const Settlement *settlement,
							 const PlannedUnitFlow *flow);
static bool all_can_leave(Settlement *settlement);
static void let_leave(Settlement *settlement);
static bool can_leave(Settlement *settlement, int unit);
static bool is_tried_before(const Settlement *settlement, int unit, int flow);
static void try_without(Settlement *settlement, int unit, Balance *balance);
static bool is_broken(const Settlement *settlement, const Balance *balance);
static void take_out(const Settlement *settlement, StockNode *node,
					 const PlannedUnitFlow *flow);
static void leave(Settlement *settlement, int unit);
static bool find_heirs(Settlement *settlement);
static const char *find_heir(Settlement *settlement, int unit);
static const char *first_broken(const Settlement *settlement,
								const Balance *balance);
static bool is_met(const Serving *serving, const char *ref);
static const char *heir_of_taker(const Settlement *settlement, int unit);
static bool takes(const Settlement *settlement, int unit,
				  const Balance *balance);
static bool remove_units(const Settlement *settlement);
static bool move_units(Settlement *settlement);
static bool must_move(Settlement *settlement, int unit, PlannedMove *move);

bool
let_go(const char *ref, LetGo how, Instant now)
{
	bool		written;

	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	written = settle(ref, how, now);
	PopActiveSnapshot();
	return written;
}

static bool
settle(const char *ref, LetGo how, Instant now)
{
	Settlement	settlement = {.ref = ref,.how = how,.now = now};
	bool		written = false;

	settlement.units = planned_units(ref, &settlement.nunits);
	if (settlement.nunits == 0)
		return false;
	settlement.fates = palloc0(settlement.nunits * sizeof(Fate));
	find_depths(&settlement);
	find_balances(&settlement);
	if (all_can_leave(&settlement))
	{
		for (int i = 0; i < settlement.nunits; i++)
			settlement.fates[i].leaves = true;
	}
	else
	{
		do
			let_leave(&settlement);
		while (!find_heirs(&settlement));
	}

	if (how != LET_GO_TO_OTHERS)
		written = remove_units(&settlement);
	return move_units(&settlement) || written;
}

/*
 * The order in which units are tried.
 */
static void
find_depths(Settlement *settlement)
{
	int			n = settlement->nunits;

	settlement->order = palloc(n * sizeof(int));
	for (int i = 0; i < n; i++)
	{
		int			parent = settlement->units[i].parent;

		/* a plan is no deeper than it has lots */
		while (parent >= 0 && settlement->fates[i].depth < n)
		{
			settlement->fates[i].depth++;
			parent = settlement->units[parent].parent;
		}
		settlement->order[i] = i;
	}
	qsort_interruptible(settlement->order, n, sizeof(int), compare_units,
						settlement);
}

/* by depth, then the last begun first, then the last planned */
static int
compare_units(const void *left, const void *right, void *arg)
{
	const Settlement *settlement = arg;
	int			a = *(const int *) left;
	int			b = *(const int *) right;
	const PlannedUnit *ua = &settlement->units[a];
	const PlannedUnit *ub = &settlement->units[b];
	int			depth = settlement->fates[a].depth - settlement->fates[b].depth;

	if (depth != 0)
		return depth;
	if (ua->start != ub->start)
		return ua->start > ub->start ? -1 : 1;
	return (a < b) - (a > b);
}

/*
 * The nodes of all flows, as they are.
 */
static void
find_balances(Settlement *settlement)
{
	for (int i = 0; i < settlement->nunits; i++)
	{
		const PlannedUnit *unit = &settlement->units[i];
		Fate	   *fate = &settlement->fates[i];

		CHECK_FOR_INTERRUPTS();
		fate->balances = palloc(Max(unit->nflows, 1) * sizeof(Balance *));
		for (int j = 0; j < unit->nflows; j++)
			fate->balances[j] = find_balance(settlement, &unit->flows[j]);
	}
}

/* the nodes of one plan are not many */
static Balance *
find_balance(Settlement *settlement, const PlannedUnitFlow *flow)
{
	for (int i = 0; i < settlement->nbalances; i++)
	{
		Balance    *balance = settlement->balances[i];

		if (strcmp(balance->with.item, flow->item) == 0 &&
			strcmp(balance->with.location, flow->location) == 0)
			return balance;
	}
	if (settlement->nbalances == settlement->max_balances)
	{
		settlement->max_balances = Max(2 * settlement->max_balances, 16);
		settlement->balances = settlement->balances == NULL ?
			palloc(settlement->max_balances * sizeof(Balance *)) :
			repalloc_huge(settlement->balances,
						  settlement->max_balances * sizeof(Balance *));
	}
	settlement->balances[settlement->nbalances] = read_balance(settlement, flow);
	return settlement->balances[settlement->nbalances++];
}

/*
 * If the promise will be planned anew, its own demand relies on nothing.
 */
static Balance *
read_balance(const Settlement *settlement, const PlannedUnitFlow *flow)
{
	NodeQuery	query = {
		.items = (const char *[]) {flow->item},
		.nitems = 1,
		.location = flow->location,
		.as_owner = true,
		.detail = true,
		.now = settlement->now
	};
	ItemNodes  *read = nodes_read(&query);
	Balance    *balance = palloc0(sizeof(Balance));
	StockNode  *with = &balance->with;

	/* rows that do not count may be all that there is */
	if (read->nnodes > 0)
		*with = read->nodes[0];
	with->item = flow->item;
	with->location = flow->location;
	if (settlement->how == LET_GO_TO_OTHERS)
	{
		int			nevents = 0;

		for (int i = 0; i < with->nevents; i++)
		{
			const FlowDetail *detail = with->events[i].detail;

			if (detail->origin != FLOW_DEMAND || detail->ref == NULL ||
				strcmp(detail->ref, settlement->ref) != 0)
				with->events[nevents++] = with->events[i];
		}
		with->nevents = nevents;
	}
	balance->without = *with;
	balance->without.events = palloc(Max(with->nevents, 1) * sizeof(FlowEvent));
	return balance;
}

static bool
all_can_leave(Settlement *settlement)
{
	for (int i = 0; i < settlement->nbalances; i++)
	{
		Balance    *balance = settlement->balances[i];

		CHECK_FOR_INTERRUPTS();
		try_without(settlement, -1, balance);
		if (is_broken(settlement, balance))
			return false;
	}
	return true;
}

/*
 * Let units leave, until no more can.
 */
static void
let_leave(Settlement *settlement)
{
	bool		any;

	do
	{
		any = false;
		for (int i = 0; i < settlement->nunits; i++)
		{
			int			unit = settlement->order[i];

			CHECK_FOR_INTERRUPTS();
			if (settlement->fates[unit].leaves || !can_leave(settlement, unit))
				continue;
			leave(settlement, unit);
			any = true;
		}
	} while (any);
}

/* only where it yields could it be missed */
static bool
can_leave(Settlement *settlement, int unit)
{
	const PlannedUnit *planned = &settlement->units[unit];

	for (int i = 0; i < planned->nflows; i++)
	{
		Balance    *balance = settlement->fates[unit].balances[i];

		if (planned->flows[i].quantity < 0 ||
			is_tried_before(settlement, unit, i))
			continue;
		try_without(settlement, unit, balance);
		if (is_broken(settlement, balance))
			return false;
	}
	return true;
}

/* does it yield at the same node by a flow before this one? */
static bool
is_tried_before(const Settlement *settlement, int unit, int flow)
{
	const Fate *fate = &settlement->fates[unit];

	for (int i = 0; i < flow; i++)
	{
		if (settlement->units[unit].flows[i].quantity > 0 &&
			fate->balances[i] == fate->balances[flow])
			return true;
	}
	return false;
}

/*
 * A balance without a unit; -1: without any of those that are left.
 */
static void
try_without(Settlement *settlement, int unit, Balance *balance)
{
	int			first = unit < 0 ? 0 : unit;
	int			end = unit < 0 ? settlement->nunits : unit + 1;

	memcpy(balance->without.events, balance->with.events,
		   balance->with.nevents * sizeof(FlowEvent));
	balance->without.nevents = balance->with.nevents;
	for (int i = first; i < end; i++)
	{
		const PlannedUnit *planned = &settlement->units[i];

		if (settlement->fates[i].leaves)
			continue;
		for (int j = 0; j < planned->nflows; j++)
		{
			if (settlement->fates[i].balances[j] == balance)
				take_out(settlement, &balance->without, &planned->flows[j]);
		}
	}
}

static bool
is_broken(const Settlement *settlement, const Balance *balance)
{
	Verdict		verdict;

	promise_check(verdict_of_stock(&balance->with, &balance->without,
								   settlement->now, &verdict));
	return verdict.broken;
}

/*
 * Rows that say the same are as good as each other.  What does not count is not
 * among them.
 */
static void
take_out(const Settlement *settlement, StockNode *node,
		 const PlannedUnitFlow *flow)
{
	for (int i = 0; i < node->nevents; i++)
	{
		const FlowEvent *event = &node->events[i];

		if (event->detail->origin != FLOW_PLANNED ||
			event->at != flow->at || event->delta != flow->quantity ||
			event->detail->ref == NULL ||
			strcmp(event->detail->ref, settlement->ref) != 0)
			continue;
		memmove(&node->events[i], &node->events[i + 1],
				(node->nevents - i - 1) * sizeof(FlowEvent));
		node->nevents--;
		return;
	}
}

static void
leave(Settlement *settlement, int unit)
{
	const PlannedUnit *planned = &settlement->units[unit];
	Fate	   *fate = &settlement->fates[unit];

	for (int i = 0; i < planned->nflows; i++)
		take_out(settlement, &fate->balances[i]->with, &planned->flows[i]);
	fate->leaves = true;
}

/*
 * Whose will be what stays?  A lot stays with the one that takes it.  What is
 * needed only by rows that have no ref can be nobody's: then it leaves, and this
 * is false.
 */
static bool
find_heirs(Settlement *settlement)
{
	bool		all_found = true;

	for (int i = 0; i < settlement->nunits; i++)
	{
		int			unit = settlement->order[i];
		int			parent = settlement->units[unit].parent;
		Fate	   *fate = &settlement->fates[unit];

		CHECK_FOR_INTERRUPTS();
		if (fate->leaves)
			continue;
		if (parent >= 0 && !settlement->fates[parent].leaves)
			fate->heir = settlement->fates[parent].heir;
		else
			fate->heir = find_heir(settlement, unit);
		if (fate->heir == NULL)
			fate->heir = heir_of_taker(settlement, unit);
		if (fate->heir == NULL)
		{
			leave(settlement, unit);
			all_found = false;
		}
	}
	return all_found;
}

/*
 * The first promise that would be broken without a unit; NULL if there is none but
 * that which it was planned for.
 */
static const char *
find_heir(Settlement *settlement, int unit)
{
	const PlannedUnit *planned = &settlement->units[unit];

	for (int i = 0; i < planned->nflows; i++)
	{
		Balance    *balance = settlement->fates[unit].balances[i];
		const char *heir;

		if (planned->flows[i].quantity < 0 ||
			is_tried_before(settlement, unit, i))
			continue;
		try_without(settlement, unit, balance);
		if (!is_broken(settlement, balance))
			continue;
		heir = first_broken(settlement, balance);
		if (heir != NULL)
			return heir;
	}
	return NULL;
}

/*
 * The first in the order of serving; but a promise that needs what was planned for
 * it keeps it.
 */
static const char *
first_broken(const Settlement *settlement, const Balance *balance)
{
	Serving		with;
	Serving		without;
	const char *first = NULL;

	promise_check(serving_build(&balance->with, settlement->now, &with));
	promise_check(serving_build(&balance->without, settlement->now, &without));
	for (int i = 0; i < without.nclaims; i++)
	{
		const ServedClaim *claim = &without.claims[i];
		const char *ref = claim->flow->detail->ref;

		if (claim->is_met || ref == NULL || !is_met(&with, ref))
			continue;
		if (strcmp(ref, settlement->ref) == 0)
		{
			if (settlement->how == LET_GO_UNNEEDED)
				return ref;
		}
		else if (first == NULL)
			first = ref;
	}
	return first;
}

/* is every claim of this ref met? */
static bool
is_met(const Serving *serving, const char *ref)
{
	for (int i = 0; i < serving->nclaims; i++)
	{
		const char *other = serving->claims[i].flow->detail->ref;

		if (!serving->claims[i].is_met && other != NULL &&
			strcmp(other, ref) == 0)
			return false;
	}
	return true;
}

/*
 * Whose are the lots that take what a unit yields?
 */
static const char *
heir_of_taker(const Settlement *settlement, int unit)
{
	const PlannedUnit *planned = &settlement->units[unit];

	for (int i = 0; i < settlement->nunits; i++)
	{
		const Fate *fate = &settlement->fates[settlement->order[i]];

		if (fate->leaves || fate->heir == NULL ||
			settlement->order[i] == unit)
			continue;
		for (int j = 0; j < planned->nflows; j++)
		{
			if (planned->flows[j].quantity > 0 &&
				takes(settlement, settlement->order[i],
					  settlement->fates[unit].balances[j]))
				return fate->heir;
		}
	}
	return NULL;
}

static bool
takes(const Settlement *settlement, int unit, const Balance *balance)
{
	const PlannedUnit *planned = &settlement->units[unit];

	for (int i = 0; i < planned->nflows; i++)
	{
		if (planned->flows[i].quantity < 0 &&
			settlement->fates[unit].balances[i] == balance)
			return true;
	}
	return false;
}

static bool
remove_units(const Settlement *settlement)
{
	const PlannedUnit **leaving = palloc(settlement->nunits *
										 sizeof(PlannedUnit *));
	int			nleaving = 0;

	for (int i = 0; i < settlement->nunits; i++)
	{
		if (settlement->fates[i].leaves)
			leaving[nleaving++] = &settlement->units[i];
	}
	if (nleaving > 0)
		planned_units_remove(settlement->ref, leaving, nleaving);
	return nleaving > 0;
}

/*
 * Pass on what stays, heir by heir.
 */
static bool
move_units(Settlement *settlement)
{
	PlannedMove *moves = palloc(settlement->nunits * sizeof(PlannedMove));
	bool	   *moved = palloc0(settlement->nunits * sizeof(bool));
	bool		any = false;

	for (int i = 0; i < settlement->nunits; i++)
	{
		const char *heir = settlement->fates[settlement->order[i]].heir;
		int			nmoves = 0;

		CHECK_FOR_INTERRUPTS();
		if (settlement->fates[settlement->order[i]].leaves ||
			moved[settlement->order[i]])
			continue;
		for (int j = i; j < settlement->nunits; j++)
		{
			int			unit = settlement->order[j];

			if (settlement->fates[unit].leaves || moved[unit] ||
				strcmp(settlement->fates[unit].heir, heir) != 0)
				continue;
			moved[unit] = true;
			if (must_move(settlement, unit, &moves[nmoves]))
				nmoves++;
		}
		if (nmoves > 0)
			planned_units_move(settlement->ref, heir, moves, nmoves);
		any |= nmoves > 0;
	}
	return any;
}

/*
 * A lot that nothing takes any more begins a plan of its own, and what is for that
 * goes along.
 */
static bool
must_move(Settlement *settlement, int unit, PlannedMove *move)
{
	const PlannedUnit *planned = &settlement->units[unit];
	Fate	   *fate = &settlement->fates[unit];
	bool		stays = strcmp(fate->heir, settlement->ref) == 0;
	const Fate *parent = planned->parent < 0 ? NULL :
	&settlement->fates[planned->parent];

	*move = (PlannedMove)
	{
		.unit = planned
	};
	fate->plan = planned->plan;
	if (parent != NULL && !parent->leaves)
		fate->plan = parent->plan;
	else if (planned->need > 0 && !(planned->for_firm && stays))
	{
		fate->plan = planned_new_number();
		move->is_root = true;
	}
	move->plan = fate->plan;
	return !stays || fate->plan != planned->plan;
}
