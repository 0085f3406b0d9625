/*
 * plan_check_balance.c - is what a plan takes there, and nobody else's?
 *
 * Of every node that the plan touches the balance is summed up twice, with the plan
 * and without.  Wherever the plan lowers it, it must not be negative, nor below the
 * safety stock if the plan keeps that.  So what others were promised is still there:
 * where the balance is not negative, all that is needed by then has been served.
 *
 * Where supply spoils, lots are used up in the order in which they spoil, and what
 * is left of them then is lost.  No other order serves more (exchange two uses: the
 * lot that spoils later can take over what the other one served).
 */
#include "core/sort.h"
#include "engine/flow.h"
#include "engine/plan_checking.h"

/* a change of a balance, or a lot that spoils */
typedef struct Entry
{
	Instant		at;
	Quantity	delta;
	Instant		spoils_at;		/* INSTANT_END: never */
	int			need;			/* of the plan; -1: another's, or a lot's
								 * yield */
	bool		by_plan;
} Entry;

typedef struct EntryList
{
	Entry	   *entries;
	int			nentries;
	int			maxentries;
} EntryList;

/* how a balance is summed up */
typedef struct BalanceView
{
	bool		with_plan;
	bool		spoils;			/* what expires is lost */
} BalanceView;

static PromiseStatus check_node(PlanChecking *check, PlanNode *node);
static int	compare_nodes(const void *a, const void *b);
static PromiseStatus add_rows(EntryList *list, const PlanNetwork *network,
							  const PlanNode *node, bool *any_spoils);
static PromiseStatus add_plan(EntryList *list, const SupplyPlan *plan,
							  const PlanNode *node, bool by_plan);
static Entry *add_entry(EntryList *list, Instant at, Quantity delta);
static int	collect_instants(const EntryList *list, Instant *instants);
static PromiseStatus sum_up(const EntryList *list, const Instant *instants,
							int ninstants, BalanceView view,
							LevelStep *steps);
static PromiseStatus serve(const EntryList *list, const Instant *instants,
						   int ninstants, BalanceView view,
						   LevelStep *steps);
static Entry *first_to_spoil(Entry *lots, int nlots, Instant at);
static void compare_balances(PlanChecking *check, PlanNode *node,
							 const EntryList *list, int ninstants,
							 const LevelStep *with,
							 const LevelStep *without,
							 const LevelStep *unspoiled);
static int	last_need(const EntryList *list, Instant at);
static int	compare_entries(const void *a, const void *b);
static int	compare_instants(const void *a, const void *b);

/*
 * The balance of every node that the plan touches.
 */
PromiseStatus
plan_check_balances(PlanChecking *check)
{
	const SupplyPlan *plan = check->plan;
	int			nnodes = plan->nneeds;
	PlanNode  **nodes;
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < plan->nlots; i++)
		nnodes += plan->lots[i].source->noutputs;
	nodes = palloc(sizeof(PlanNode *) * (Size) nnodes);
	nnodes = 0;
	for (int i = 0; i < plan->nneeds; i++)
		nodes[nnodes++] = plan->needs[i].node;
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanSource *source = plan->lots[i].source;

		for (int j = 0; j < source->noutputs; j++)
			nodes[nnodes++] = source->outputs[j].node;
	}
	qsort(nodes, nnodes, sizeof(PlanNode *), compare_nodes);

	for (int i = 0; i < nnodes && status == PROMISE_OK; i++)
	{
		if (i > 0 && nodes[i] == nodes[i - 1])
			continue;
		if (!nodes[i]->was_read)
			check->network->read_node(check->network, nodes[i]);
		if (!nodes[i]->unlimited)
			status = check_node(check, nodes[i]);
	}
	pfree(nodes);
	return status;
}

static int
compare_nodes(const void *a, const void *b)
{
	int			na = (*(PlanNode *const *) a)->number;
	int			nb = (*(PlanNode *const *) b)->number;

	return (na > nb) - (na < nb);
}

static PromiseStatus
check_node(PlanChecking *check, PlanNode *node)
{
	EntryList	list = {.entries = NULL,.nentries = 0,.maxentries = 0};
	Instant    *instants;
	int			ninstants;
	bool		any_spoils;
	LevelStep  *with;
	LevelStep  *without;
	LevelStep  *unspoiled;
	BalanceView view;
	PromiseStatus status;

	CORE_CHECK_INTERRUPTS();
	status = add_rows(&list, check->network, node, &any_spoils);
	for (int i = 0; i < check->ntaken && status == PROMISE_OK; i++)
		status = add_plan(&list, check->taken[i], node, false);
	if (status == PROMISE_OK)
		status = add_plan(&list, check->plan, node, true);
	if (status != PROMISE_OK || list.nentries == 0)
		return status;
	core_sort(list.entries, list.nentries, sizeof(Entry), compare_entries);

	instants = palloc(sizeof(Instant) * 2 * (Size) list.nentries);
	ninstants = collect_instants(&list, instants);
	with = palloc(sizeof(LevelStep) * (Size) ninstants);
	without = palloc(sizeof(LevelStep) * (Size) ninstants);
	unspoiled = palloc(sizeof(LevelStep) * (Size) ninstants);

	view.with_plan = true;
	view.spoils = any_spoils;
	status = sum_up(&list, instants, ninstants, view, with);
	view.with_plan = false;
	if (status == PROMISE_OK)
		status = sum_up(&list, instants, ninstants, view, without);
	view.with_plan = true;
	view.spoils = false;
	if (status == PROMISE_OK)
		status = sum_up(&list, instants, ninstants, view, unspoiled);
	if (status == PROMISE_OK)
		compare_balances(check, node, &list, ninstants, with, without,
						 unspoiled);

	pfree(with);
	pfree(without);
	pfree(unspoiled);
	pfree(instants);
	pfree(list.entries);
	return status;
}

/*
 * The balance of a node as its rows have it, in the current memory context.
 */
PromiseStatus
plan_check_row_balance(PlanNetwork *network, const PlanNode *node,
					   RowBalance *balance)
{
	EntryList	list = {.entries = NULL,.nentries = 0,.maxentries = 0};
	BalanceView view = {.with_plan = true};
	Instant    *instants;
	PromiseStatus status;

	balance->steps = NULL;
	balance->nsteps = 0;
	status = add_rows(&list, network, node, &balance->spoils);
	if (status != PROMISE_OK || list.nentries == 0)
		return status;
	core_sort(list.entries, list.nentries, sizeof(Entry), compare_entries);

	instants = palloc(sizeof(Instant) * 2 * (Size) list.nentries);
	balance->nsteps = collect_instants(&list, instants);
	balance->steps = palloc(sizeof(LevelStep) * (Size) balance->nsteps);
	view.spoils = balance->spoils;
	status = sum_up(&list, instants, balance->nsteps, view, balance->steps);
	pfree(instants);
	pfree(list.entries);
	return status;
}

/*
 * What the rows of a node say, in the one meaning that they have (flow.h), but for
 * what is lost of lots that spoil: that is found anew, with the plan.
 */
static PromiseStatus
add_rows(EntryList *list, const PlanNetwork *network, const PlanNode *node,
		 bool *any_spoils)
{
	FlowList	flows;
	PromiseStatus status;

	status = flow_list_build(&node->stock, network->now, &flows);
	if (status != PROMISE_OK)
		return status;

	*any_spoils = flows.any_expiring;
	for (int i = 0; i < flows.nflows; i++)
	{
		const Flow *flow = &flows.flows[i];

		if (!flow->lost && flow->delta != 0)
			add_entry(list, flow->at, flow->delta)->spoils_at =
				flow->delta > 0 ? flow_spoils_at(flow) : INSTANT_END;
	}
	flow_list_free(&flows);
	return PROMISE_OK;
}

static PromiseStatus
add_plan(EntryList *list, const SupplyPlan *plan, const PlanNode *node,
		 bool by_plan)
{
	for (int i = 0; i < plan->nneeds; i++)
	{
		Entry	   *entry;

		if (plan->needs[i].node != node)
			continue;
		entry = add_entry(list, plan->needs[i].at, -plan->needs[i].quantity);
		entry->by_plan = by_plan;
		entry->need = by_plan ? i : -1;
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		for (int j = 0; j < lot->source->noutputs; j++)
		{
			const PlanOutput *output = &lot->source->outputs[j];
			Instant		at = lot->end;
			Quantity	yield;
			PromiseStatus status;

			if (output->node != node)
				continue;
			/* some come before the end, with a step */
			if (output->after_step > 0)
				at = lot->tasks[output->after_step - 1].end;
			status = plan_check_output(output, lot->quantity, &yield);
			if (status != PROMISE_OK)
				return status;
			if (yield != 0)
				add_entry(list, at, yield)->by_plan = by_plan;
		}
	}
	return PROMISE_OK;
}

static Entry *
add_entry(EntryList *list, Instant at, Quantity delta)
{
	Entry	   *entry;

	if (list->nentries == list->maxentries)
	{
		list->maxentries = Max(16, 2 * list->maxentries);
		if (list->entries == NULL)
			list->entries = palloc(list->maxentries * sizeof(Entry));
		else
			list->entries = repalloc(list->entries,
									 list->maxentries * sizeof(Entry));
	}
	entry = &list->entries[list->nentries++];
	*entry = (Entry)
	{
		.at = at,.delta = delta,.spoils_at = INSTANT_END,.need = -1
	};
	return entry;
}

/*
 * When something changes or spoils, in order and each once.
 */
static int
collect_instants(const EntryList *list, Instant *instants)
{
	int			n = 0;
	int			ndistinct = 0;

	for (int i = 0; i < list->nentries; i++)
	{
		instants[n++] = list->entries[i].at;
		if (list->entries[i].spoils_at != INSTANT_END)
			instants[n++] = list->entries[i].spoils_at;
	}
	core_sort(instants, n, sizeof(Instant), compare_instants);
	for (int i = 0; i < n; i++)
	{
		if (i == 0 || instants[i] != instants[i - 1])
			instants[ndistinct++] = instants[i];
	}
	return ndistinct;
}

/*
 * The balance after all that happens at an instant, for each of them.
 */
static PromiseStatus
sum_up(const EntryList *list, const Instant *instants, int ninstants,
	   BalanceView view, LevelStep *steps)
{
	Quantity	balance = 0;
	int			next = 0;

	if (view.spoils)
		return serve(list, instants, ninstants, view, steps);

	for (int i = 0; i < ninstants; i++)
	{
		for (; next < list->nentries && list->entries[next].at == instants[i];
			 next++)
		{
			const Entry *entry = &list->entries[next];

			if ((view.with_plan || !entry->by_plan) &&
				pg_add_s64_overflow(balance, entry->delta, &balance))
				return PROMISE_QUANTITY_OVERFLOW;
		}
		steps[i].at = instants[i];
		steps[i].level = balance;
	}
	return PROMISE_OK;
}

/*
 * The same where supply spoils: what is left of all lots, less what is owed because
 * no lot was left.
 */
static PromiseStatus
serve(const EntryList *list, const Instant *instants, int ninstants,
	  BalanceView view, LevelStep *steps)
{
	Entry	   *lots = palloc(sizeof(Entry) * (Size) list->nentries);
	int			nlots = 0;
	Quantity	owed = 0;
	int			next = 0;
	PromiseStatus status = PROMISE_OK;

	for (int i = 0; i < ninstants && status == PROMISE_OK; i++)
	{
		Entry	   *lot;
		Quantity	left = 0;

		CORE_CHECK_INTERRUPTS();
		for (; next < list->nentries && list->entries[next].at == instants[i];
			 next++)
		{
			const Entry *entry = &list->entries[next];

			if (!view.with_plan && entry->by_plan)
				continue;
			if (entry->delta > 0)
				lots[nlots++] = *entry;
			else if (pg_sub_s64_overflow(owed, entry->delta, &owed))
				status = PROMISE_QUANTITY_OVERFLOW;
		}
		while (owed > 0 &&
			   (lot = first_to_spoil(lots, nlots, instants[i])) != NULL)
		{
			Quantity	taken = Min(owed, lot->delta);

			lot->delta -= taken;
			owed -= taken;
		}
		for (int j = 0; j < nlots; j++)
		{
			if (lots[j].spoils_at > instants[i] &&
				pg_add_s64_overflow(left, lots[j].delta, &left))
				status = PROMISE_QUANTITY_OVERFLOW;
		}
		steps[i].at = instants[i];
		steps[i].level = left - owed;
	}
	pfree(lots);
	return status;
}

/*
 * Of the lots that have something left at an instant the one that spoils first;
 * NULL if there is none.
 */
static Entry *
first_to_spoil(Entry *lots, int nlots, Instant at)
{
	Entry	   *first = NULL;

	for (int i = 0; i < nlots; i++)
	{
		if (lots[i].delta > 0 && lots[i].spoils_at > at &&
			(first == NULL || lots[i].spoils_at < first->spoils_at))
			first = &lots[i];
	}
	return first;
}

/*
 * Where does the plan lower the balance below what it must leave?  Each run of
 * instants at which a rule is broken is one violation.  From the end of the
 * replenishment lead time on anything can be had.
 */
static void
compare_balances(PlanChecking *check, PlanNode *node, const EntryList *list,
				 int ninstants, const LevelStep *with,
				 const LevelStep *without, const LevelStep *unspoiled)
{
	Quantity	safety = check->plan->keeps_safety_stock ?
	Max(node->stock.rules.safety_stock, 0) : 0;
	PlanViolation *run = NULL;

	for (int i = 0; i < ninstants; i++)
	{
		PlanRule	rule = PLAN_RULE_SAFETY_STOCK;
		Quantity	missing;

		if (with[i].at >= node->stock.rules.lead_end)
			break;
		if (with[i].level >= safety ||
			with[i].level >= without[i].level)
		{
			run = NULL;
			continue;
		}
		if (with[i].level < 0)
			rule = unspoiled[i].level < 0 ? PLAN_RULE_BALANCE :
				PLAN_RULE_SHELF_LIFE;
		if (run == NULL || run->rule != rule)
		{
			run = plan_check_add(check, rule, last_need(list, with[i].at),
								 -1, -1);
			run->node = node;
			run->at = with[i].at;
		}

		/* as much as is missing, if that is as much as an int64 holds */
		if (pg_sub_s64_overflow(rule == PLAN_RULE_SAFETY_STOCK ? safety : 0,
								with[i].level, &missing))
			missing = QUANTITY_MAX;
		run->missing = Max(run->missing, missing);
	}
}

/*
 * The last of the plan's needs that takes something by an instant; -1: none.
 */
static int
last_need(const EntryList *list, Instant at)
{
	int			need = -1;

	for (int i = 0; i < list->nentries && list->entries[i].at <= at; i++)
	{
		if (list->entries[i].need >= 0)
			need = list->entries[i].need;
	}
	return need;
}

/* by instant, then needs in their order */
static int
compare_entries(const void *a, const void *b)
{
	const Entry *ea = a;
	const Entry *eb = b;
	int			order = compare_instants(&ea->at, &eb->at);

	if (order == 0)
		order = (ea->need > eb->need) - (ea->need < eb->need);
	if (order == 0)
		order = compare_instants(&ea->spoils_at, &eb->spoils_at);
	if (order == 0)
		order = (ea->delta > eb->delta) - (ea->delta < eb->delta);
	return order;
}

static int
compare_instants(const void *a, const void *b)
{
	Instant		ta = *(const Instant *) a;
	Instant		tb = *(const Instant *) b;

	return (ta > tb) - (ta < tb);
}
