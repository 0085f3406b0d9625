/*
 * plan_brute.c - the earliest or cheapest plan of a request, by trying everything.
 */
#include "plan_brute_search.h"

#include "engine/plan_check.h"

/* nodes and resources that a need may touch, and how often */
typedef struct Touched
{
	int			nodes[MAX_NODES];
	int			resources[MAX_RESOURCES];
	bool		any_changeover;
} Touched;

static void know_network(Brute *brute, PlanNode *root);
static void touch(const PlanNode *node, Touched *touched);
static int	earliest_request(PlanNetwork *network, const SupplyPlan *const *taken,
							 int ntaken, const PlanRequest *request,
							 int64 slot, bool safety, Brute *brute,
							 Search *search);
static void begin(Brute *brute, PlanNetwork *network,
				  const SupplyPlan *const *taken, int ntaken,
				  const PlanRequest *request, int64 slot, bool safety);
static bool decide_at(Search *search, PlanNode *node, Quantity quantity, int at);
static int	earliest_of(Brute *brute, PlanNode *node, Quantity quantity,
						int from, Search *search);
static void make_plan(const Search *search, SupplyPlan *plan);
static void make_lot(const Search *search, int index, PlanLot *made);

void
plan_brute(PlanNetwork *network, const SupplyPlan *const *taken, int ntaken,
		   const PlanRequest *request, int64 slot, bool splits,
		   BruteAnswer *answer)
{
	Brute	   *brute = palloc(sizeof(Brute));
	Search	   *search = palloc(sizeof(Search));
	bool		safety = true;
	int			at;

	brute->splits = splits;
	memset(answer, 0, sizeof(BruteAnswer));
	at = earliest_request(network, taken, ntaken, request, slot, safety,
						  brute, search);
	if (brute->budget > 0 && request->late_eats_safety_stock &&
		(at == UNKNOWN || slots_instant(&brute->slots, at) > request->due))
	{
		int			kept = at;

		safety = false;
		at = earliest_request(network, taken, ntaken, request, slot, safety,
							  brute, search);
		if (brute->budget > 0 && at == kept)
		{
			safety = true;
			at = earliest_request(network, taken, ntaken, request, slot,
								  safety, brute, search);
		}
	}

	answer->decided = brute->budget > 0;
	answer->possible = answer->decided && at != UNKNOWN;
	if (answer->possible)
	{
		answer->earliest = slots_instant(&brute->slots, at);
		answer->plan.keeps_safety_stock = safety;
		make_plan(search, &answer->plan);
	}
	pfree(search);
	pfree(brute);
}

void
plan_brute_cheapest(PlanNetwork *network, const PlanRequest *request, int64 slot,
					BruteAnswer *answer)
{
	Brute	   *brute = palloc(sizeof(Brute));
	Search	   *search = palloc(sizeof(Search));

	brute->splits = true;
	memset(answer, 0, sizeof(BruteAnswer));
	search->brute = brute;
	search->in_full = true;
	search->later = false;
	search->cost_below = PG_INT64_MAX;
	for (;;)
	{
		begin(brute, network, NULL, 0, request, slot, true);
		if (!decide_at(search, request->node, request->quantity,
					   slots_at(&brute->slots, request->due)))
			break;
		answer->possible = true;
		answer->earliest = INSTANT_BEGIN;
		answer->cost = search->cost;
		make_plan(search, &answer->plan);
		answer->plan.keeps_safety_stock = true;
		if (search->cost == 0)
			break;
		search->cost_below = search->cost;
	}
	answer->decided = brute->budget > 0;
	pfree(search);
	pfree(brute);
}

static void
begin(Brute *brute, PlanNetwork *network, const SupplyPlan *const *taken,
	  int ntaken, const PlanRequest *request, int64 slot, bool safety)
{
	brute->taken = taken;
	brute->ntaken = ntaken;
	plan_slots_read(&brute->slots, network, request->node, slot, safety);
	for (int i = 0; i < ntaken; i++)
		plan_slots_take(&brute->slots, taken[i]);
	brute->budget = BRUTE_BUDGET;
	know_network(brute, request->node);
}

/*
 * The first slot in which the request can be taken; UNKNOWN if there is none.
 */
static int
earliest_request(PlanNetwork *network, const SupplyPlan *const *taken, int ntaken,
				 const PlanRequest *request, int64 slot, bool safety,
				 Brute *brute, Search *search)
{
	Instant		from = Max(request->after, network->now);
	int			at;

	begin(brute, network, taken, ntaken, request, slot, safety);
	search->in_full = true;
	at = earliest_of(brute, request->node, request->quantity,
					 slots_at(&brute->slots, from), search);
	if (at != UNKNOWN && slots_instant(&brute->slots, at) >
		request->node->stock.rules.horizon_end)
		return UNKNOWN;
	return at;
}

/*
 * Which needs stand alone, and what they may yield.
 *
 * A need stands alone if all that it may touch is touched by nothing else in the
 * tree of the request.
 */
static void
know_network(Brute *brute, PlanNode *root)
{
	Touched    *all = palloc0(sizeof(Touched));

	touch(root, all);
	brute->any_shelf = false;
	for (int n = 0; n < MAX_NODES; n++)
	{
		Touched		by;

		brute->alone[n] = brute->slots.nodes[n].node != NULL;
		memset(brute->touches[n], 0, sizeof(brute->touches[n]));
		memset(brute->supplies[n], 0, sizeof(brute->supplies[n]));
		for (int q = 0; q < MAX_UNITS; q++)
			brute->earliest[n][q] = UNKNOWN;
		if (!brute->alone[n])
			continue;

		memset(&by, 0, sizeof(by));
		touch(brute->slots.nodes[n].node, &by);
		brute->alone[n] &= !by.any_changeover;
		brute->any_shelf |= brute->slots.nodes[n].spoils;
		for (int i = 0; i < MAX_NODES; i++)
		{
			brute->alone[n] &= by.nodes[i] == 0 ||
				(by.nodes[i] == all->nodes[i] && !brute->slots.nodes[i].spoils);
			brute->touches[n][i] = by.nodes[i] > 0;
			brute->supplies[n][i] = by.nodes[i] > 0 &&
				brute->slots.nodes[i].node->nsources > 0;
		}
		for (int i = 0; i < MAX_RESOURCES; i++)
			brute->alone[n] &= by.resources[i] == 0 ||
				by.resources[i] == all->resources[i];
	}
	pfree(all);
}

/*
 * Count what a need may touch.  Where the largest lot may force several, all below
 * it is touched more than once.
 */
static void
touch(const PlanNode *node, Touched *touched)
{
	touched->nodes[node->number]++;
	for (int i = 0; i < node->nsources; i++)
	{
		const PlanSource *source = node->sources[i];

		if (plan_is_between_steps(source, node))
			continue;
		for (int k = 0; k < source->noutputs; k++)
		{
			if (source->outputs[k].node != node)
				touched->nodes[source->outputs[k].node->number]++;
		}
		for (int k = 0; k < source->nsteps; k++)
		{
			for (int u = 0; u < source->steps[k].nuses; u++)
			{
				const PlanUse *use = &source->steps[k].uses[u];

				for (int c = 0; c < use->nchoices; c++)
				{
					touched->any_changeover |= use->choices[c]->changeover != NULL;
					if (use->choices[c]->capacity.finite)
						touched->resources[use->choices[c]->number]++;
				}
			}
		}
		for (int k = 0; k < source->ncomponents; k++)
		{
			/* its own steps yield it */
			if (plan_is_between_steps(source, source->components[k].node))
			{
				touched->nodes[source->components[k].node->number]++;
				continue;
			}
			touch(source->components[k].node, touched);
			if (source->lot_maximum > 0)
				touch(source->components[k].node, touched);
		}
	}
}

/*
 * The first slot at or after "from" in which a need can be met that has nothing
 * beside it.
 */
static int
earliest_of(Brute *brute, PlanNode *node, Quantity quantity, int from,
			Search *search)
{
	search->brute = brute;
	search->cost_below = PG_INT64_MAX;
	for (int at = from; at < brute->slots.nslots; at++)
	{
		search->later = at > from;
		if (decide_at(search, node, quantity, at))
			return at;
		if (brute->budget <= 0)
			break;
	}
	return UNKNOWN;
}

static bool
decide_at(Search *search, PlanNode *node, Quantity quantity, int at)
{
	search->nneeds = 1;
	search->next = 0;
	search->nlots = 0;
	search->cost = 0;
	search->needs[0] = (Need)
	{
		.node = node,.quantity = quantity,.at = at,.lot = -1,.component = -1
	};
	return brute_decide(search);
}

int
brute_earliest_alone(Brute *brute, PlanNode *node, Quantity quantity)
{
	int		   *earliest = &brute->earliest[node->number][quantity / UNIT];

	if (*earliest == UNKNOWN)
	{
		Search	   *search = palloc(sizeof(Search));
		PlanSlots  *before = palloc(sizeof(PlanSlots));

		memcpy(before, &brute->slots, sizeof(PlanSlots));
		search->in_full = false;
		*earliest = earliest_of(brute, node, quantity, 0, search);
		if (*earliest == UNKNOWN)
			*earliest = brute->slots.nslots;
		memcpy(&brute->slots, before, sizeof(PlanSlots));
		pfree(before);
		pfree(search);
	}
	return *earliest;
}

bool
brute_changeovers_hold(const Search *search)
{
	Brute	   *brute = search->brute;
	SupplyPlan	plan;
	PlanVerdict verdict;
	bool		any = false;

	for (int i = 0; i < MAX_RESOURCES; i++)
		any |= brute->slots.resources[i].resource != NULL &&
			brute->slots.resources[i].resource->changeover != NULL;
	if (!any)
		return true;

	/* not for nothing: it takes as long as many steps of the search */
	brute->budget -= 20;
	memset(&plan, 0, sizeof(plan));
	make_plan(search, &plan);
	if (plan_check(brute->slots.network, brute->taken, brute->ntaken, &plan,
				   &verdict) != PROMISE_OK)
		return false;
	for (int i = 0; i < verdict.nviolations; i++)
	{
		if (verdict.violations[i].rule == PLAN_RULE_CHANGEOVER)
			return false;
	}
	return true;
}

/*
 * The decisions of a search that has come to its end.
 */
static void
make_plan(const Search *search, SupplyPlan *plan)
{
	const PlanSlots *slots = &search->brute->slots;

	plan->nneeds = search->nneeds;
	plan->needs = palloc0(search->nneeds * sizeof(PlanNeed));
	plan->nlots = search->nlots;
	plan->lots = palloc0(Max(search->nlots, 1) * sizeof(PlanLot));

	for (int i = 0; i < search->nneeds; i++)
	{
		const Need *need = &search->needs[i];

		plan->needs[i] = (PlanNeed)
		{
			.node = need->node,.lot = need->lot,
				.component = need->component,.quantity = need->quantity,
				.at = slots_instant(slots, need->at),
				.from_balance = need->quantity,.first_lot = -1,
				.possible_at = slots_instant(slots, need->at),
				.bound_by_need = -1
		};
	}
	for (int i = 0; i < search->nlots; i++)
		make_lot(search, i, &plan->lots[i]);

	/* backwards, so that the lots of a need are in order */
	for (int i = search->nlots - 1; i >= 0; i--)
	{
		PlanLot    *lot = &plan->lots[i];
		PlanNeed   *need = &plan->needs[lot->need];
		const PlanOutput *output = lot->source->outputs;

		while (output->node != need->node)
			output++;
		lot->next_lot = need->first_lot;
		need->first_lot = i;
		need->from_balance -= slots_output(output, lot->quantity);
		need->from_balance = Max(need->from_balance, 0);
	}
}

static void
make_lot(const Search *search, int index, PlanLot *made)
{
	const PlanSlots *slots = &search->brute->slots;
	const Lot  *lot = &search->lots[index];
	PlanSource *source = lot->source;

	made->source = source;
	made->need = lot->need;
	made->quantity = lot->quantity;
	made->start = slots_instant(slots, lot->start);
	made->end = slots_instant(slots, lot->end);
	made->tasks = palloc0(Max(source->nsteps, 1) * sizeof(PlanTask));
	made->uses_component = palloc0(Max(source->ncomponents, 1) * sizeof(bool));
	for (int i = 0; i < source->ncomponents; i++)
		made->uses_component[i] = lot->uses[i];
	for (int i = 0; i < source->nsteps; i++)
	{
		PlanTask   *task = &made->tasks[i];

		task->start = slots_instant(slots, lot->task_start[i]);
		task->end = slots_instant(slots, lot->task_end[i]);
		task->setup = lot->task_setup[i] * slots->length;
		task->resources = palloc(MAX_USES * sizeof(PlanResource *));
		memcpy(task->resources, lot->resources[i],
			   MAX_USES * sizeof(PlanResource *));
	}
}
