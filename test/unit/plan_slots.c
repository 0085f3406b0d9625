/*
 * plan_slots.c - a small network cut into slots of equal length.
 */
#include "plan_slots.h"

static void read_node(PlanSlots *slots, PlanNode *node, bool safety);
static void read_balance(PlanSlots *slots, SlotNode *into, bool safety);
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
		SlotNode   *node = &slots->nodes[need->node->number];

		for (int s = slots_at(slots, need->at); s < slots->nslots; s++)
			node->balance[s] -= need->quantity;
	}
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];
		const PlanSource *source = lot->source;

		for (int k = 0; k < source->noutputs; k++)
		{
			const PlanOutput *output = &source->outputs[k];
			SlotNode   *node = &slots->nodes[output->node->number];

			for (int s = slots_at(slots, lot->end); s < slots->nslots; s++)
				node->balance[s] += slots_output(output, lot->quantity);
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
slots_change(PlanSlots *slots, const PlanNode *node, int from,
			 Quantity quantity)
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

	for (int s = 0; s < of->checked; s++)
	{
		if (of->change[s] < 0 && of->balance[s] + of->change[s] < of->floor)
			return s;
	}
	return slots->nslots;
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

		if (calendar_advance_days(source->calendar, source->zone,
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
		if (source->calendar == NULL ||
			calendar_is_open(source->calendar, source->zone,
							 slots_instant(slots, at)))
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
 * Only what the rules of flow.h say of plain rows: demand of the past is due now,
 * a receipt of the past counts when overdue ones do.
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
		const FlowEvent *event = &stock->events[i];
		Instant		at = event->at;

		Assert(event->detail == NULL);
		if (event->delta > 0 && at != INSTANT_BEGIN &&
			at < slots->network->now)
			at = stock->rules.overdue_at;
		if (at == INSTANT_END)
			continue;
		for (int s = clamp_slot(slots, at); s < slots->nslots; s++)
			into->balance[s] += event->delta;
	}
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
