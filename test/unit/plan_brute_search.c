/*
 * plan_brute_search.c - every choice there is, depth first.
 *
 * What is cut off cannot hold a better plan:
 *
 * - what is short of a node stays short once no undecided need can yield more of
 *	 it, and a lot that ends after that is too late;
 * - a lot without which nothing is short, and that yields nothing else, is of no
 *	 use;
 * - occupied capacity is never given back;
 * - a need that shares nothing with the rest of the tree has an earliest date of
 *	 its own, after which it can always be met, by waiting;
 * - a lot that takes no component and no finite capacity is best made at once;
 * - no lot costs less than nothing.
 */
#include "plan_brute_search.h"

/* the lots for the need that is being decided */
typedef struct Parts
{
	PlanSource *source;
	Quantity	sizes[MAX_PARTS];
	int			nparts;
	int			placed;
	Quantity	smallest;
	Quantity	largest;
	bool		at_once;		/* no later than they can be */
} Parts;

static bool decide_need(Search *search);
static void give_up(Brute *brute);
static bool decide_source(Search *search, PlanSource *source);
static bool is_enough(Search *search, const Parts *parts, int nlots);
static bool split(Search *search, Parts *parts, int total, Quantity left);
static bool needs_no_care(const PlanSource *source);
static bool decide_lot(Search *search, Parts *parts);
static bool decide_step(Search *search, Parts *parts, int step, int latest);
static bool decide_resources(Search *search, Parts *parts, int step, int use,
							 int ready, int latest);
static bool decide_start(Search *search, Parts *parts, int step, int ready,
						 int latest);
static bool finish_lot(Search *search, Parts *parts, int start, int last,
					   int latest);
static bool decide_component(Search *search, Parts *parts, int component);
static bool more_of_choice(const PlanSource *source, int component, int at,
						   const Brute *brute);
static bool settle_need(Search *search);
static bool is_settled(const Search *search, const PlanNode *node);
static bool yields_are_open(Search *search, const PlanSource *source);
static int	latest_yield(Search *search, const Parts *parts);
static bool decide_setup(Search *search, Parts *parts, int step, int ready,
						 int latest);
static void yield_lot(Search *search, const Lot *lot, int sign);
static void yield(Search *search, const PlanSource *source, Quantity lot,
				  int from, int sign);

/*
 * Decide the next need and all after it.  If true, the decisions stand in the
 * arrays of the search; else everything is as before.
 */
bool
brute_decide(Search *search)
{
	Brute	   *brute = search->brute;
	Need	   *need = &search->needs[search->next];

	if (brute->budget-- <= 0)
		return false;
	if (search->next == search->nneeds)
	{
		for (int n = 0; n < MAX_NODES; n++)
		{
			const PlanNode *node = brute->slots.nodes[n].node;

			/* others are in the middle of a decision */
			if (brute->touches[search->needs[0].node->number][n] &&
				slots_first_short(&brute->slots, node) < brute->slots.nslots)
				return false;
		}
		return brute_changeovers_hold(search);
	}

	if (search->next > 0 && brute->alone[need->node->number] &&
		need->quantity / UNIT < MAX_UNITS)
	{
		bool		found;

		if (need->at < brute_earliest_alone(brute, need->node, need->quantity))
			return false;
		if (!search->in_full)
		{
			search->next++;
			found = brute_decide(search);
			search->next--;
			return found;
		}
	}
	return decide_need(search);
}

static bool
decide_need(Search *search)
{
	PlanSlots  *slots = &search->brute->slots;
	const Need *need = &search->needs[search->next];
	PlanNode   *node = need->node;
	bool		found;

	slots_take(slots, node, need->at, need->quantity);
	found = settle_need(search);
	for (int i = 0; i < node->nsources && !found && !node->unlimited; i++)
		found = !plan_is_between_steps(node->sources[i], node) &&
			decide_source(search, node->sources[i]);
	if (!found)
		slots_take(slots, node, need->at, -need->quantity);
	return found;
}

/* too large a problem */
static void
give_up(Brute *brute)
{
	brute->budget = 0;
}

/*
 * Every size of a lot, up to the one that meets the need without any balance.
 */
static bool
decide_source(Search *search, PlanSource *source)
{
	const Need *need = &search->needs[search->next];
	const PlanOutput *output = source->outputs;
	Quantity	unit = source->lot_multiple > 0 ? source->lot_multiple : UNIT;
	Parts		parts;
	Quantity	enough;
	Quantity	largest;

	Assert(unit % UNIT == 0 && need->quantity % UNIT == 0);
	while (output->node != need->node)
		output++;

	memset(&parts, 0, sizeof(parts));
	parts.source = source;
	parts.at_once = needs_no_care(source);
	parts.smallest = unit;
	while (parts.smallest < source->lot_minimum)
		parts.smallest += unit;
	enough = parts.smallest;
	while (slots_output(output, enough) < need->quantity)
		enough += unit;
	parts.largest = enough;
	if (source->lot_maximum > 0 && source->lot_maximum < enough)
		parts.largest = source->lot_maximum - source->lot_maximum % unit;
	if (parts.largest < parts.smallest)
		return false;

	for (Quantity size = parts.smallest; size <= parts.largest; size += unit)
	{
		parts.nparts = 1;
		parts.sizes[0] = size;
		if (decide_lot(search, &parts))
			return true;
	}

	/* what fewer lots cannot yield takes so many */
	largest = slots_output(output, parts.largest);
	for (int n = 2; (n - 1) * largest < need->quantity; n++)
	{
		Quantity	yields = 0;

		if (!search->brute->splits && is_enough(search, &parts, n - 1))
			break;
		if (n > MAX_PARTS)
		{
			give_up(search->brute);
			return false;
		}
		for (Quantity total = n * parts.smallest;
			 total <= n * parts.largest && yields < need->quantity;
			 total += unit)
		{
			yields = slots_output(output, total) + (n - 1) * output->fixed;
			parts.nparts = 0;
			if (yields > (n - 1) * largest && split(search, &parts, n, total))
				return true;
		}
	}
	return false;
}

/*
 * Would so many of the largest lots do?  Then nothing forces more of them.
 */
static bool
is_enough(Search *search, const Parts *parts, int nlots)
{
	PlanSlots  *slots = &search->brute->slots;
	const PlanNode *node = search->needs[search->next].node;
	bool		enough;

	if (yields_are_open(search, parts->source))
		return false;
	for (int i = 0; i < nlots; i++)
		yield(search, parts->source, parts->largest, 0, 1);
	enough = slots_first_short(slots, node) == slots->nslots;
	for (int i = 0; i < nlots; i++)
		yield(search, parts->source, parts->largest, 0, -1);
	return enough;
}

/*
 * Every way to split what is left into lots, the larger ones first.
 */
static bool
split(Search *search, Parts *parts, int total, Quantity left)
{
	PlanSource *source = parts->source;
	Quantity	unit = source->lot_multiple > 0 ? source->lot_multiple : UNIT;
	Quantity	most = parts->nparts > 0 ?
	parts->sizes[parts->nparts - 1] : parts->largest;

	if (parts->nparts == total)
		return left == 0 && decide_lot(search, parts);
	for (Quantity size = Min(most, left); size >= parts->smallest; size -= unit)
	{
		bool		found;

		parts->sizes[parts->nparts++] = size;
		found = split(search, parts, total, left - size);
		parts->nparts--;
		if (found)
			return true;
	}
	return false;
}

static bool
needs_no_care(const PlanSource *source)
{
	if (source->ncomponents > 0)
		return false;
	for (int i = 0; i < source->nsteps; i++)
	{
		for (int u = 0; u < source->steps[i].nuses; u++)
		{
			const PlanUse *use = &source->steps[i].uses[u];

			for (int c = 0; c < use->nchoices; c++)
			{
				if (use->choices[c]->capacity.finite)
					return false;
			}
		}
	}
	return true;
}

/*
 * When and how the next of the lots is made.
 */
static bool
decide_lot(Search *search, Parts *parts)
{
	Brute	   *brute = search->brute;
	PlanSource *source = parts->source;
	Lot		   *lot;
	int64		cost;
	int			latest;
	bool		found;

	if (parts->placed == parts->nparts)
		return settle_need(search);

	latest = latest_yield(search, parts);
	if (latest < 0)
		return false;

	if (search->nlots == MAX_LOTS ||
		search->nneeds + source->ncomponents > MAX_NEEDS)
	{
		give_up(brute);
		return false;
	}
	lot = &search->lots[search->nlots++];
	memset(lot, 0, sizeof(Lot));
	lot->source = source;
	lot->quantity = parts->sizes[parts->placed++];
	lot->need = search->next;
	cost = lot->quantity / UNIT * source->cost;
	search->cost += cost;

	if (search->cost >= search->cost_below)
		found = false;
	else if (source->kind == PLAN_KIT)
	{
		int			at = search->needs[search->next].at;

		found = finish_lot(search, parts, at, at, latest);
	}
	else if (source->nsteps > 0)
		found = decide_step(search, parts, 0, latest);
	else
	{
		Instant		first = Max(source->first_start, brute->slots.network->now);
		int			start;

		found = false;
		first = Max(first, source->effective.start);
		for (start = first >= brute->slots.network->limit ? latest + 1 :
			 slots_at(&brute->slots, first);
			 start <= latest && !found && brute->budget > 0; start++)
		{
			brute->budget--;
			found = finish_lot(search, parts, start, start, latest);
			if (parts->at_once)
				break;
		}
	}
	if (!found)
	{
		parts->placed--;
		search->nlots--;
		search->cost -= cost;
	}
	return found;
}

static bool
decide_step(Search *search, Parts *parts, int step, int latest)
{
	Brute	   *brute = search->brute;
	PlanSource *source = parts->source;
	const Lot  *lot = &search->lots[search->nlots - 1];
	Instant		first = Max(source->first_start, brute->slots.network->now);
	int			ready;
	int			start = brute->slots.nslots;
	int			last = 0;

	if (step < source->nsteps)
	{
		const PlanStep *of = &source->steps[step];

		/* the lot begins with its first step, so none may begin before it may */
		first = Max(first, source->effective.start);
		if (first >= brute->slots.network->limit)
			return false;
		ready = slots_at(&brute->slots, first);
		for (int i = 0; i < of->nbefore; i++)
			ready = Max(ready, lot->task_end[of->before[i].step] +
						(int) (of->before[i].lag / brute->slots.length));
		return decide_resources(search, parts, step, 0, ready, latest);
	}

	for (int i = 0; i < source->nsteps; i++)
	{
		start = Min(start, lot->task_start[i]);
		last = Max(last, lot->task_end[i]);
	}
	return finish_lot(search, parts, start, last, latest);
}

static bool
decide_resources(Search *search, Parts *parts, int step, int use, int ready,
				 int latest)
{
	const PlanStep *of = &parts->source->steps[step];
	Lot		   *lot = &search->lots[search->nlots - 1];

	if (use == of->nuses)
		return decide_setup(search, parts, step, ready, latest);
	for (int i = 0; i < of->uses[use].nchoices; i++)
	{
		lot->resources[step][use] = of->uses[use].choices[i];
		if (decide_resources(search, parts, step, use + 1, ready, latest))
			return true;
	}
	return false;
}

/*
 * How much time a step takes for a changeover: as much as any of them does.
 */
static bool
decide_setup(Search *search, Parts *parts, int step, int ready, int latest)
{
	const PlanStep *of = &parts->source->steps[step];
	Lot		   *lot = &search->lots[search->nlots - 1];
	int			longest = 0;

	if (of->setup_state != NULL &&
		slots_step_work(&search->brute->slots, of, lot->quantity) > 0)
	{
		for (int u = 0; u < of->nuses; u++)
		{
			if (lot->resources[step][u]->changeover != NULL)
				longest = MAX_CHANGEOVER;
		}
	}
	for (int setup = 0; setup <= longest; setup++)
	{
		lot->task_setup[step] = setup;
		if (decide_start(search, parts, step, ready, latest))
			return true;
	}
	return false;
}

static bool
decide_start(Search *search, Parts *parts, int step, int ready, int latest)
{
	Brute	   *brute = search->brute;
	const PlanStep *of = &parts->source->steps[step];
	Lot		   *lot = &search->lots[search->nlots - 1];
	int			work = slots_step_work(&brute->slots, of, lot->quantity) +
	lot->task_setup[step];

	for (int start = ready; start <= latest && brute->budget > 0; start++)
	{
		int			end = slots_step_end(&brute->slots, of,
										 lot->resources[step], start, work);
		SlotLoad	loads[MAX_USES];
		bool		is_free = true;
		bool		found;

		brute->budget--;
		if (end < 0)
			continue;
		if (end > latest)
			break;
		for (int u = 0; u < of->nuses; u++)
		{
			loads[u] = slots_load_of(&brute->slots, &of->uses[u],
									 lot->resources[step][u], lot->quantity,
									 start, end);
			is_free &= slots_is_free(&brute->slots, &loads[u]);
		}
		if (!is_free)
			continue;

		lot->task_start[step] = start;
		lot->task_end[step] = end;
		for (int u = 0; u < of->nuses; u++)
			slots_load(&brute->slots, &loads[u], 1);
		found = decide_step(search, parts, step + 1, latest);
		if (found)
			return true;
		for (int u = 0; u < of->nuses; u++)
			slots_load(&brute->slots, &loads[u], -1);
		if (parts->at_once)
			break;
	}
	return false;
}

/*
 * The last step of a lot has its place: what it yields, and what it takes.
 */
static bool
finish_lot(Search *search, Parts *parts, int start, int last, int latest)
{
	Brute	   *brute = search->brute;
	PlanSource *source = parts->source;
	Lot		   *lot = &search->lots[search->nlots - 1];
	int			end = slots_lead_end(&brute->slots, source, last);

	if (end < 0 || end > latest ||
		slots_instant(&brute->slots, start) < source->effective.start ||
		slots_instant(&brute->slots, start) >= source->effective.end)
		return false;

	lot->start = start;
	lot->end = end;
	yield_lot(search, lot, 1);
	if (decide_component(search, parts, 0))
		return true;
	yield_lot(search, &search->lots[search->nlots - 1], -1);
	return false;
}

static void
yield(Search *search, const PlanSource *source, Quantity lot, int from,
	  int sign)
{
	for (int i = 0; i < source->noutputs; i++)
		slots_yield(&search->brute->slots, source->outputs[i].node, from,
					sign * slots_output(&source->outputs[i], lot));
}

/* what a lot yields, when it does */
static void
yield_lot(Search *search, const Lot *lot, int sign)
{
	for (int i = 0; i < lot->source->noutputs; i++)
	{
		const PlanOutput *output = &lot->source->outputs[i];

		slots_yield(&search->brute->slots, output->node,
					output->after_step > 0 ?
					lot->task_end[output->after_step - 1] : lot->end,
					sign * slots_output(output, lot->quantity));
	}
}

static bool
decide_component(Search *search, Parts *parts, int component)
{
	Brute	   *brute = search->brute;
	PlanSource *source = parts->source;
	int			index = search->nlots - 1;
	Lot		   *lot = &search->lots[index];
	const PlanComponent *of = &source->components[component];
	bool		taken = false;

	if (component == source->ncomponents)
		return decide_lot(search, parts);

	for (int i = 0; i < component; i++)
		taken |= of->choice != 0 && source->components[i].choice == of->choice &&
			lot->uses[i];
	lot->uses[component] = !taken &&
		slots_instant(&brute->slots, lot->start) >= of->effective.start &&
		slots_instant(&brute->slots, lot->start) < of->effective.end;
	if (lot->uses[component])
	{
		Assert(search->nneeds < MAX_NEEDS);
		search->needs[search->nneeds++] = (Need)
		{
			.node = of->node,
				.quantity = slots_component(of, lot->quantity),
				.at = source->nsteps > 0 ? lot->task_start[of->step] : lot->start,
				.lot = index,.component = component
		};
		if (decide_component(search, parts, component + 1))
			return true;
		search->nneeds--;
		lot->uses[component] = false;
		if (of->choice == 0 ||
			!more_of_choice(source, component, lot->start, brute))
			return false;
	}
	return decide_component(search, parts, component + 1);
}

/* is there another component in force that may stand for this one? */
static bool
more_of_choice(const PlanSource *source, int component, int at,
			   const Brute *brute)
{
	for (int i = component + 1; i < source->ncomponents; i++)
	{
		const PlanComponent *of = &source->components[i];

		if (of->choice == source->components[component].choice &&
			slots_instant(&brute->slots, at) >= of->effective.start &&
			slots_instant(&brute->slots, at) < of->effective.end)
			return true;
	}
	return false;
}

/*
 * A need has its lots.  Can it be met so, as far as can be said by now?
 */
static bool
settle_need(Search *search)
{
	PlanSlots  *slots = &search->brute->slots;
	const Need *need = &search->needs[search->next];
	bool		found;

	search->next++;
	if (is_settled(search, need->node))
	{
		bool		holds;

		if (search->later && search->next == 1 && !search->brute->any_shelf)
		{
			/* what would have done one slot earlier has been tried there */
			slots_take(slots, need->node, need->at - 1, need->quantity);
			slots_take(slots, need->node, need->at, -need->quantity);
			holds = slots_first_short(slots, need->node) == slots->nslots;
			slots_take(slots, need->node, need->at - 1, -need->quantity);
			slots_take(slots, need->node, need->at, need->quantity);
			if (holds && !(search->nlots > 0 &&
						   search->lots[0].source->kind == PLAN_KIT))
			{
				search->next--;
				return false;
			}
		}
		holds = slots_first_short(slots, need->node) == slots->nslots;
		if (!holds)
		{
			search->next--;
			return false;
		}
	}
	found = brute_decide(search);
	search->next--;
	return found;
}

/* can no need that is still open yield more of a node? */
static bool
is_settled(const Search *search, const PlanNode *node)
{
	for (int i = search->next; i < search->nneeds; i++)
	{
		if (search->brute->supplies[search->needs[i].node->number][node->number])
			return false;
	}
	return true;
}

/*
 * May other needs still yield more of the node that is being decided, those
 * included that this source is going to have?
 */
static bool
yields_are_open(Search *search, const PlanSource *source)
{
	const PlanNode *node = search->needs[search->next].node;
	bool		open = false;

	for (int i = 0; i < source->ncomponents; i++)
		open |= search->brute->supplies
			[source->components[i].node->number][node->number];
	search->next++;
	open |= !is_settled(search, node);
	search->next--;
	return open;
}

/*
 * The last slot in which the next of the lots may yield; -1 if it helps nowhere.
 */
static int
latest_yield(Search *search, const Parts *parts)
{
	PlanSlots  *slots = &search->brute->slots;
	const PlanNode *node = search->needs[search->next].node;
	int			latest = slots->nslots - 1;
	int			without;
	int			with;

	if (yields_are_open(search, parts->source))
		return latest;

	/* the other parts may be there from the beginning */
	for (int i = parts->placed + 1; i < parts->nparts; i++)
		yield(search, parts->source, parts->sizes[i], 0, 1);
	without = slots_first_short(slots, node);
	yield(search, parts->source, parts->sizes[parts->placed], 0, 1);
	with = slots_first_short(slots, node);
	yield(search, parts->source, parts->sizes[parts->placed], 0, -1);
	for (int i = parts->placed + 1; i < parts->nparts; i++)
		yield(search, parts->source, parts->sizes[i], 0, -1);

	if (with < slots->nslots)
		return -1;
	/* it may yield before it ends */
	for (int i = 0; i < parts->source->noutputs; i++)
	{
		if (parts->source->outputs[i].after_step > 0)
			return latest;
	}

	/* a lot that nobody needs */
	if (without == slots->nslots && parts->nparts == 1 &&
		parts->source->noutputs == 1)
		return -1;
	return Min(latest, without);
}
