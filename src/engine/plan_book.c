/*
 * plan_book.c - many plans, and what is there for all of them, summed up once.
 */
#include "engine/plan_booking.h"

static void add_node(PlanNetwork *network, PlanNode *node);
static void add_resource(PlanNetwork *network, PlanResource *resource);

void
plan_book_add(PlanNetwork *network, const SupplyPlan *plan)
{
	for (int i = 0; i < plan->nneeds; i++)
		add_node(network, plan->needs[i].node);
	for (int i = 0; i < plan->nlots; i++)
	{
		const PlanLot *lot = &plan->lots[i];

		CORE_CHECK_INTERRUPTS();
		for (int j = 0; j < lot->source->noutputs; j++)
			add_node(network, lot->source->outputs[j].node);
		for (int j = 0; j < lot->source->nsteps; j++)
		{
			for (int k = 0; k < lot->source->steps[j].nuses; k++)
				add_resource(network, lot->tasks[j].resources[k]);
		}
	}
}

static void
add_node(PlanNetwork *network, PlanNode *node)
{
	if (!node->was_read)
		network->read_node(network, node);
	if (node->state == NULL && !node->unlimited)
		node->state = plan_book_sum_node(network, node);
}

static void
add_resource(PlanNetwork *network, PlanResource *resource)
{
	if (!resource->was_read)
		network->read_resource(network, resource);
	if (resource->state == NULL && plan_check_is_finite(resource))
		resource->state = plan_book_sum_resource(network, resource);
}

bool
plan_book_is_sound(PlanNetwork *network, const BookedPlan *booked)
{
	CORE_CHECK_INTERRUPTS();
	return plan_book_balances_are_sound(network, booked) &&
		plan_book_resources_are_sound(network, booked);
}

/*
 * Find out where a curve is negative.
 */
void
plan_book_find_short(BookedCurve *curve)
{
	curve->next_short = palloc(sizeof(int) * ((Size) curve->nsteps + 1));
	curve->next_short[curve->nsteps] = curve->nsteps;
	for (int i = curve->nsteps - 1; i >= 0; i--)
		curve->next_short[i] = curve->steps[i].level < 0 ? i :
			curve->next_short[i + 1];
}

/*
 * The step within which an instant lies; -1 if it is before the first.
 */
int
plan_book_first_step(const BookedCurve *curve, Instant at)
{
	int			lo = 0;
	int			hi = curve->nsteps;

	/* invariant: steps[0 .. lo) begin by then, steps[hi ..) do not */
	while (lo < hi)
	{
		int			mid = lo + (hi - lo) / 2;

		if (curve->steps[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo - 1;
}

/*
 * Is a curve negative somewhere within [from, until)?
 */
bool
plan_book_is_short(const BookedCurve *curve, Instant from, Instant until)
{
	int			first = core_max(plan_book_first_step(curve, from), 0);
	int			found = curve->next_short[first];

	return found < curve->nsteps && curve->steps[found].at < until;
}
