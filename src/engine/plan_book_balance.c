/*
 * plan_book_balance.c - is what the plans of a book take there?
 *
 * A balance with a plan is that of all rows, less what the rows of the plan's ref
 * change, plus what the plan changes.  These are the same, unless somebody has
 * changed the rows or the demand that the plan is for.  Then the plan is to blame
 * only for a shortage while it lowers the balance itself.
 */
#include "core/sort.h"
#include "engine/flow.h"
#include "engine/plan_booking.h"

/* a change of a balance by the plans of a ref, or by its rows */
typedef struct OwnChange
{
	PlanNode   *node;
	Instant		at;
	Quantity	own;			/* by the plan that is judged */
	Quantity	beyond;			/* that the rows of all do not have */
} OwnChange;

typedef struct OwnChanges
{
	OwnChange  *changes;
	int			n;
	int			max;
} OwnChanges;

static int	find_bound(const StockNode *stock, const char **refs);
static bool add_plan(OwnChanges *list, const SupplyPlan *plan, bool own);
static void add_change(OwnChanges *list, PlanNode *node, Instant at,
					   Quantity own, Quantity beyond);
static bool node_is_sound(PlanNetwork *network, const BookedPlan *booked,
						  const OwnChanges *of_plans, int first, int end);
static bool is_bound(const BookedNode *sums, const char *ref);
static bool span_is_sound(const BookedNode *sums, Instant from, Instant until,
						  Quantity beyond);
static int	compare_changes(const void *a, const void *b);
static int	compare_texts(const void *a, const void *b);

/*
 * The balance of a node from all of its rows.  At the end of the replenishment lead
 * time it ends: from then on anything can be had.
 */
BookedNode *
plan_book_sum_node(PlanNetwork *network, PlanNode *node)
{
	BookedNode *result = palloc0(sizeof(BookedNode));
	RowBalance	rows;

	result->bound = palloc(sizeof(char *) * ((Size) node->stock.nevents + 1));
	result->nbound = find_bound(&node->stock, result->bound);
	result->status = plan_check_row_balance(network, node, &rows);
	if (result->status != PROMISE_OK)
		return result;

	result->spoils = rows.spoils;
	result->balance.steps = rows.steps;
	while (result->balance.nsteps < rows.nsteps &&
		   rows.steps[result->balance.nsteps].at < node->stock.rules.lead_end)
		result->balance.nsteps++;
	plan_book_find_short(&result->balance);
	return result;
}

/*
 * The refs that supply is bound to, in order; returns how many.
 */
static int
find_bound(const StockNode *stock, const char **refs)
{
	int			n = 0;

	for (int i = 0; i < stock->nevents; i++)
	{
		const FlowDetail *detail = stock->events[i].detail;

		if (detail->is_supply && detail->for_ref != NULL)
			refs[n++] = detail->for_ref;
	}
	core_sort(refs, n, sizeof(char *), compare_texts);
	return n;
}

bool
plan_book_balances_are_sound(PlanNetwork *network, const BookedPlan *booked)
{
	OwnChanges	list = {NULL, 0, 0};
	bool		sound = add_plan(&list, booked->counting, true);

	for (int i = 0; i < booked->nothers && sound; i++)
		sound = add_plan(&list, booked->others[i], false);
	if (sound && list.n > 1)
		core_sort(list.changes, list.n, sizeof(OwnChange), compare_changes);

	for (int start = 0, end; start < list.n && sound; start = end)
	{
		end = start + 1;
		while (end < list.n &&
			   list.changes[end].node == list.changes[start].node)
			end++;
		sound = node_is_sound(network, booked, &list, start, end);
	}
	if (list.changes != NULL)
		pfree(list.changes);
	return sound;
}

/*
 * What a plan takes and yields, but for nodes that have everything.  False if that
 * cannot be counted.
 */
static bool
add_plan(OwnChanges *list, const SupplyPlan *plan, bool own)
{
	for (int i = 0; i < plan->nneeds; i++)
	{
		const PlanNeed *need = &plan->needs[i];

		add_change(list, need->node, need->at, own ? -need->quantity : 0,
				   -need->quantity);
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		for (int j = 0; j < lot->source->noutputs; j++)
		{
			const PlanOutput *output = &lot->source->outputs[j];
			Instant		at = output->after_step == 0 ? lot->end :
			lot->tasks[output->after_step - 1].end;
			Quantity	yield;

			if (plan_check_output(output, lot->quantity, &yield) != PROMISE_OK)
				return false;
			add_change(list, output->node, at, own ? yield : 0, yield);
		}
	}
	return true;
}

static void
add_change(OwnChanges *list, PlanNode *node, Instant at, Quantity own,
		   Quantity beyond)
{
	if (node->unlimited || beyond == 0)
		return;
	if (list->n == list->max)
	{
		list->max = Max(16, 2 * list->max);
		list->changes = list->changes == NULL ?
			palloc(list->max * sizeof(OwnChange)) :
			repalloc(list->changes, list->max * sizeof(OwnChange));
	}
	list->changes[list->n++] = (OwnChange)
	{
		.node = node,.at = at,.own = own,.beyond = beyond
	};
}

/*
 * Is the balance of a node not negative wherever the plan lowers it?  What the plans
 * of the ref change there is in [first, end) of a list.
 */
static bool
node_is_sound(PlanNetwork *network, const BookedPlan *booked,
			  const OwnChanges *of_plans, int first, int end)
{
	PlanNode   *node = of_plans->changes[first].node;
	const BookedNode *sums = node->state;
	OwnChanges	list = {NULL, 0, 0};
	const FlowEvent *rows;
	int			nrows;
	bool		sound = true;
	Quantity	own = 0;
	Quantity	beyond = 0;

	if (sums->status != PROMISE_OK || is_bound(sums, booked->ref))
		return false;

	for (int i = first; i < end; i++)
		add_change(&list, node, of_plans->changes[i].at,
				   of_plans->changes[i].own, of_plans->changes[i].beyond);
	rows = problem_stock_of_ref(&node->stock, booked->ref, &nrows);
	for (int i = 0; i < nrows; i++)
	{
		Instant		at = flow_counts_at(&rows[i], &node->stock.rules,
										network->now);

		if (rows[i].detail->origin == FLOW_SUPPLY || at == INSTANT_END)
			continue;
		if (rows[i].delta == PG_INT64_MIN)
			sound = false;
		else
			add_change(&list, node, at, 0, -rows[i].delta);
	}
	core_sort(list.changes, list.n, sizeof(OwnChange), compare_changes);

	for (int i = 0; i < list.n && sound; i++)
	{
		Instant		until = i + 1 < list.n ? list.changes[i + 1].at : INSTANT_END;

		if (pg_add_s64_overflow(own, list.changes[i].own, &own) ||
			pg_add_s64_overflow(beyond, list.changes[i].beyond, &beyond))
			sound = false;
		else if (list.changes[i].at == until)
			continue;
		else if (sums->spoils)
			sound = beyond == 0 &&
				!plan_book_is_short(&sums->balance, list.changes[0].at,
									INSTANT_END);
		else if (own < 0 && list.changes[i].at < node->stock.rules.lead_end)
			sound = span_is_sound(sums, list.changes[i].at, until, beyond);
	}
	pfree(list.changes);
	return sound;
}

/* is supply kept for a ref? */
static bool
is_bound(const BookedNode *sums, const char *ref)
{
	return bsearch(&ref, sums->bound, sums->nbound, sizeof(char *),
				   compare_texts) != NULL;
}

/*
 * Is the balance, with something more or less than the rows have, not negative
 * within [from, until)?
 */
static bool
span_is_sound(const BookedNode *sums, Instant from, Instant until,
			  Quantity beyond)
{
	const BookedCurve *balance = &sums->balance;
	int			first = plan_book_first_step(balance, from);

	if (beyond == 0)
		return !plan_book_is_short(balance, from, until);

	if (first < 0 && beyond < 0)
		return false;
	for (int i = Max(first, 0);
		 i < balance->nsteps && balance->steps[i].at < until; i++)
	{
		Quantity	level;

		if (pg_add_s64_overflow(balance->steps[i].level, beyond, &level) ||
			level < 0)
			return false;
	}
	return true;
}

static int
compare_changes(const void *a, const void *b)
{
	const OwnChange *ca = a;
	const OwnChange *cb = b;

	if (ca->node != cb->node)
		return ca->node->number < cb->node->number ? -1 : 1;
	if (ca->at != cb->at)
		return ca->at < cb->at ? -1 : 1;

	/* so that a sum overflows in every order or in none */
	if (ca->beyond != cb->beyond)
		return ca->beyond < cb->beyond ? -1 : 1;
	return (ca->own > cb->own) - (ca->own < cb->own);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}
