/*
 * plan_slots.c - a small network cut into slots of equal length.
 */
#include "plan_slots.h"

static void read_node(PlanSlots *slots, PlanNode *node, bool safety);
static void change(PlanSlots *slots, const PlanNode *node, int from,
				   Quantity quantity);
static int	first_short_on_shelf(const PlanSlots *slots, const SlotNode *of);
static void serve(const PlanSlots *slots, const SlotNode *of, bool with_plan,
				  Quantity *balance);
static void read_balance(PlanSlots *slots, SlotNode *into, bool safety);
static bool is_bound(const StockNode *stock, const FlowEvent *event);
static void read_bound(PlanSlots *slots, SlotNode *into, const char *ref);
static void read_row(PlanSlots *slots, SlotNode *into, const FlowEvent *event);
static void add_row(const PlanSlots *slots, SlotNode *into, int from,
					Quantity quantity);
static bool lead_is_open(const PlanSlots *slots, const PlanSource *source,
						 int slot);
static void read_source(PlanSlots *slots, const PlanSource *source,
						bool safety);
static void read_resource(PlanSlots *slots, PlanResource *resource);
static int	clamp_slot(const PlanSlots *slots, Instant at);

/*
 * Everything that the request may come to.
 */
void
plan_slots_read(PlanSlots *slots, PlanNetwork *network, PlanNode *root,
				int64 length, bool safety)
{
	memset(slots, 0, sizeof(PlanSlots));
	slots->network = network;
	slots->length = length;
	slots->nslots = (int) ((network->limit - network->now - 1) / length) + 1;
	Assert(slots->nslots <= MAX_SLOTS);
	read_node(slots, root, safety);
}

void
plan_slots_take(PlanSlots *slots, const SupplyPlan *plan)
{
	for (int i = 0; i < plan->nneeds; i++)
	{
		const PlanNeed *need = &plan->needs[i];

		add_row(slots, &slots->nodes[need->node->number],
				slots_at(slots, need->at), -need->quantity);
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];
		const PlanSource *source = lot->source;

		for (int k = 0; k < source->noutputs; k++)
		{
			const PlanOutput *output = &source->outputs[k];
			Instant		at = output->after_step > 0 ?
			lot->tasks[output->after_step - 1].end : lot->end;

			add_row(slots, &slots->nodes[output->node->number],
					slots_at(slots, at), slots_output(output, lot->quantity));
		}
		for (int k = 0; k < source->nsteps; k++)
		{
			for (int u = 0; u < source->steps[k].nuses; u++)
			{
				SlotLoad	load =
				slots_load_of(slots, &source->steps[k].uses[u],
							  lot->tasks[k].resources[u], lot->quantity,
							  slots_at(slots, lot->tasks[k].start),
							  slots_at(slots, lot->tasks[k].end));

				slots_load(slots, &load, 1);
			}
		}
	}
}

int
slots_at(const PlanSlots *slots, Instant at)
{
	int64		passed = at - slots->network->now;

	Assert(passed >= 0 && passed % slots->length == 0);
	return (int) (passed / slots->length);
}

Instant
slots_instant(const PlanSlots *slots, int slot)
{
	return slots->network->now + slot * slots->length;
}

void
slots_take(PlanSlots *slots, const PlanNode *node, int from, Quantity quantity)
{
	change(slots, node, from, -quantity);
	slots->nodes[node->number].plan_demand[from] += quantity;
}

void
slots_yield(PlanSlots *slots, const PlanNode *node, int from, Quantity quantity)
{
	change(slots, node, from, quantity);
	slots->nodes[node->number].plan_supply[from] += quantity;
}

static void
change(PlanSlots *slots, const PlanNode *node, int from, Quantity quantity)
{
	SlotNode   *into = &slots->nodes[node->number];

	for (int s = from; s < slots->nslots; s++)
		into->change[s] += quantity;
}

/*
 * The first slot in which the plan takes what is not there: the rule of no
 * steal.  nslots if there is none.
 */
int
slots_first_short(const PlanSlots *slots, const PlanNode *node)
{
	const SlotNode *of = &slots->nodes[node->number];

	if (of->spoils)
		return first_short_on_shelf(slots, of);
	for (int s = 0; s < of->checked; s++)
	{
		if (of->change[s] < 0 && of->balance[s] + of->change[s] < of->floor)
			return s;
	}
	return slots->nslots;
}

static int
first_short_on_shelf(const PlanSlots *slots, const SlotNode *of)
{
	Quantity	with[MAX_SLOTS];
	Quantity	without[MAX_SLOTS];

	serve(slots, of, true, with);
	serve(slots, of, false, without);
	for (int s = 0; s < of->checked; s++)
	{
		if (with[s] < of->floor && with[s] < without[s])
			return s;
	}
	return slots->nslots;
}

/*
 * What is left in each slot if what spoils first is used up first, less what could
 * not be served.
 */
static void
serve(const PlanSlots *slots, const SlotNode *of, bool with_plan,
	  Quantity *balance)
{
	Quantity	left[MAX_SLOT_LOTS];
	Quantity	kept = 0;
	Quantity	owed = 0;

	for (int i = 0; i < of->nlots; i++)
		left[i] = of->lots[i].quantity;
	for (int s = 0; s < slots->nslots; s++)
	{
		Quantity	fresh = 0;
		Quantity	served;

		kept += of->supply[s] + (with_plan ? of->plan_supply[s] : 0);
		owed += of->demand[s] + (with_plan ? of->plan_demand[s] : 0);
		for (int until = s + 1; until <= slots->nslots; until++)
		{
			for (int i = 0; i < of->nlots; i++)
			{
				Quantity	used = Min(owed, left[i]);

				if (of->lots[i].until != until || of->lots[i].from > s)
					continue;
				left[i] -= used;
				owed -= used;
				fresh += left[i];
			}
		}
		served = Min(owed, kept);
		kept -= served;
		owed -= served;
		balance[s] = kept + fresh - owed;
	}
}

/*
 * Work goes on while all resources are open.  A step that starts while one of
 * them is closed would only hold the others for nothing.
 */
int
slots_step_end(const PlanSlots *slots, const PlanStep *step,
			   PlanResource **resources, int start, int work)
{
	int			at = start;

	while (work > 0)
	{
		bool		open = true;

		if (at >= slots->nslots)
			return -1;
		for (int i = 0; i < step->nuses; i++)
			open &= slots->resources[resources[i]->number].open[at];
		if (open)
			work--;
		else if (at == start || !step->pauses)
			return -1;
		at++;
	}
	return at;
}

/*
 * A resource is held from start to end.  Of a bucketed one the step takes from all
 * of the piece between two changes of its capacity.
 */
SlotLoad
slots_load_of(const PlanSlots *slots, const PlanUse *use,
			  const PlanResource *resource, Quantity lot, int start, int end)
{
	const SlotResource *of = &slots->resources[resource->number];
	SlotLoad	load = {resource, start, end, use->units};

	if (!resource->bucketed)
		return load;
	load.units = (use->units * (lot / QUANTITY_SCALE));
	Assert(lot % QUANTITY_SCALE == 0);
	while (load.from > 0 && !of->bounds[load.from])
		load.from--;
	load.until = start + 1;
	while (load.until < slots->nslots && !of->bounds[load.until])
		load.until++;
	return load;
}

bool
slots_is_free(const PlanSlots *slots, const SlotLoad *load)
{
	for (int s = load->from;
		 s < load->until && load->resource->capacity.finite; s++)
	{
		if (slots->resources[load->resource->number].free[s] < load->units)
			return false;
	}
	return true;
}

void
slots_load(PlanSlots *slots, const SlotLoad *load, int sign)
{
	for (int s = load->from; s < load->until; s++)
		slots->resources[load->resource->number].free[s] -= sign * load->units;
}

static bool
lead_is_open(const PlanSlots *slots, const PlanSource *source, int slot)
{
	return calendar_is_open(source->calendar, source->zone,
							slots_instant(slots, slot));
}

/*
 * Where the lead time of a source ends that begins in a slot; -1: not within the
 * slots.
 */
int
slots_lead_end(const PlanSlots *slots, const PlanSource *source, int from)
{
	const PlanDuration *lead = &source->lead_time;
	int64		left = lead->time;
	int			at = from;

	if (source->calendar == NULL)
		left += lead->days * CALENDAR_DAY;
	else if (lead->days > 0)
	{
		Instant		after;
		int64		counted;

		/* days that begin in closed time begin with the next opening */
		while (from < slots->nslots && !lead_is_open(slots, source, from) &&
			   !lead_is_open(slots, source, from - 1))
			from++;
		if (from == slots->nslots ||
			calendar_advance_days(source->calendar, source->zone,
								  slots_instant(slots, from), lead->days,
								  &after, &counted) != PROMISE_OK ||
			after >= slots->network->limit)
			return -1;
		at = slots_at(slots, after);
	}
	Assert(left % slots->length == 0);
	while (left > 0)
	{
		if (at >= slots->nslots)
			return -1;
		if (source->calendar == NULL || lead_is_open(slots, source, at))
			left -= slots->length;
		at++;
	}
	return at < slots->nslots ? at : -1;
}

int
slots_step_work(const PlanSlots *slots, const PlanStep *step, Quantity lot)
{
	int64		work = step->setup;

	if (step->batch > 0)
	{
		for (Quantity done = 0; done < lot; done += step->batch)
			work += step->run;
	}
	else
		work += step->run * lot / QUANTITY_SCALE;
	Assert(work % slots->length == 0);
	return (int) (work / slots->length);
}

Quantity
slots_output(const PlanOutput *output, Quantity lot)
{
	return output->quantity * lot / QUANTITY_SCALE + output->fixed;
}

/*
 * The least quantity of which enough is left when the part that is scrap is gone.
 */
Quantity
slots_component(const PlanComponent *component, Quantity lot)
{
	Quantity	product = component->quantity * lot;
	Quantity	net = product / QUANTITY_SCALE + component->fixed;
	Quantity	good = QUANTITY_SCALE - component->scrap;
	Quantity	gross;

	if (product % QUANTITY_SCALE != 0)
		net++;
	gross = net * QUANTITY_SCALE / good;
	if (gross * good < net * QUANTITY_SCALE)
		gross++;
	return gross;
}

static void
read_node(PlanSlots *slots, PlanNode *node, bool safety)
{
	SlotNode   *into = &slots->nodes[node->number];

	Assert(node->number < MAX_NODES);
	if (into->node != NULL)
		return;

	into->node = node;
	if (!node->was_read)
		slots->network->read_node(slots->network, node);
	read_balance(slots, into, safety);
	for (int i = 0; i < node->nsources; i++)
		read_source(slots, node->sources[i], safety);
}

/*
 * What the rules of flow.h say: demand of the past is due now, a receipt of the past
 * counts when overdue ones do, supply that is bound serves its own demand alone.
 */
static void
read_balance(PlanSlots *slots, SlotNode *into, bool safety)
{
	const StockNode *stock = &into->node->stock;

	into->floor = safety ? stock->rules.safety_stock : 0;
	into->checked = into->node->unlimited ? 0 :
		clamp_slot(slots, stock->rules.lead_end);

	for (int i = 0; i < stock->nevents; i++)
	{
		const FlowDetail *detail = stock->events[i].detail;
		bool		is_known = false;

		if (!is_bound(stock, &stock->events[i]))
			read_row(slots, into, &stock->events[i]);
		else if (detail->is_supply)
		{
			for (int j = 0; j < i; j++)
				is_known |= stock->events[j].detail != NULL &&
					stock->events[j].detail->for_ref != NULL &&
					strcmp(stock->events[j].detail->for_ref,
						   detail->for_ref) == 0;
			if (!is_known)
				read_bound(slots, into, detail->for_ref);
		}
	}
}

/* supply for a ref, or demand with one that there is supply for */
static bool
is_bound(const StockNode *stock, const FlowEvent *event)
{
	if (event->detail == NULL)
		return false;
	if (event->detail->is_supply)
		return event->detail->for_ref != NULL;
	for (int i = 0; i < stock->nevents && event->detail->ref != NULL; i++)
	{
		const FlowDetail *detail = stock->events[i].detail;

		if (detail != NULL && detail->for_ref != NULL &&
			strcmp(detail->for_ref, event->detail->ref) == 0)
			return true;
	}
	return false;
}

/*
 * Slot by slot, all that is there for a ref less all that it takes; what that lacks is
 * taken from the others.
 */
static void
read_bound(PlanSlots *slots, SlotNode *into, const char *ref)
{
	const StockNode *stock = &into->node->stock;

	for (int s = 0; s < slots->nslots; s++)
	{
		Quantity	own = 0;

		for (int i = 0; i < stock->nevents; i++)
		{
			const FlowEvent *event = &stock->events[i];
			const char *owner = event->detail == NULL ? NULL :
			event->detail->is_supply ? event->detail->for_ref :
			event->detail->ref;

			if (owner != NULL && strcmp(owner, ref) == 0 &&
				clamp_slot(slots, event->at) <= s)
				own += event->delta;
		}
		into->balance[s] += Min(own, 0);
	}
}

static void
read_row(PlanSlots *slots, SlotNode *into, const FlowEvent *event)
{
	const StockNode *stock = &into->node->stock;
	Instant		at = event->at;

	if (event->delta > 0 && at != INSTANT_BEGIN && at < slots->network->now)
		at = stock->rules.overdue_at;
	if (at == INSTANT_END)
		return;
	if (event->detail == NULL || event->detail->expires_at == INSTANT_END ||
		!event->detail->is_supply)
	{
		add_row(slots, into, clamp_slot(slots, at), event->delta);
		return;
	}
	Assert(into->nlots < MAX_SLOT_LOTS);
	into->spoils = true;
	into->lots[into->nlots++] = (SlotLot)
	{
		.from = clamp_slot(slots, at),
			.until = clamp_slot(slots, event->detail->expires_at),
			.quantity = event->delta
	};
}

static void
add_row(const PlanSlots *slots, SlotNode *into, int from, Quantity quantity)
{
	if (from < slots->nslots && quantity > 0)
		into->supply[from] += quantity;
	else if (from < slots->nslots)
		into->demand[from] -= quantity;
	for (int s = from; s < slots->nslots; s++)
		into->balance[s] += quantity;
}

static void
read_source(PlanSlots *slots, const PlanSource *source, bool safety)
{
	for (int i = 0; i < source->noutputs; i++)
		read_node(slots, source->outputs[i].node, safety);
	for (int i = 0; i < source->ncomponents; i++)
		read_node(slots, source->components[i].node, safety);
	for (int i = 0; i < source->nsteps; i++)
	{
		const PlanStep *step = &source->steps[i];

		for (int u = 0; u < step->nuses; u++)
		{
			for (int c = 0; c < step->uses[u].nchoices; c++)
				read_resource(slots, step->uses[u].choices[c]);
		}
	}
}

static void
read_resource(PlanSlots *slots, PlanResource *resource)
{
	SlotResource *into = &slots->resources[resource->number];

	Assert(resource->number < MAX_RESOURCES);
	if (into->resource != NULL)
		return;

	into->resource = resource;
	if (!resource->was_read)
		slots->network->read_resource(slots->network, resource);
	for (int s = 0; s < slots->nslots; s++)
	{
		into->free[s] = resource->capacity.units;
		into->open[s] = resource->work == NULL ||
			work_time_between(resource->work, slots_instant(slots, s),
							  slots_instant(slots, s + 1)) > 0;
	}
	for (int i = 0; i < resource->capacity.nevents; i++)
	{
		const CapacityEvent *event = &resource->capacity.events[i];
		int			from = clamp_slot(slots, event->from);
		int			until = clamp_slot(slots, event->until);

		for (int s = from; s < until; s++)
			into->free[s] += event->delta;
		if (from < slots->nslots)
			into->bounds[from] |= !event->is_load;
		if (until < slots->nslots)
			into->bounds[until] |= !event->is_load;
	}
}

/* the slot that begins at an instant, the first one if it has passed */
static int
clamp_slot(const PlanSlots *slots, Instant at)
{
	if (at <= slots->network->now)
		return 0;
	if (at >= slots->network->limit)
		return slots->nslots;
	return slots_at(slots, at);
}
