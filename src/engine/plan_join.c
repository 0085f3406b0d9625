/*
 * plan_join.c - several plans for parts of a request as one plan for the whole.
 */
#include "engine/plan_join.h"

static void append(SupplyPlan *whole, const SupplyPlan *part);
static void link_lots(SupplyPlan *plan);
static bool put_off_kits(SupplyPlan *plan, int need);
static bool is_same_at(const PlanSource *source, Instant before, Instant at);

/*
 * What the parts take, the whole takes when the last of them is there: what is
 * ready before waits for it.
 */
bool
plan_join(const SupplyPlan *const *parts, int nparts, SupplyPlan *whole)
{
	int			nneeds = 1;
	int			nlots = 0;
	int			last = 0;

	for (int i = 0; i < nparts; i++)
	{
		nneeds += parts[i]->nneeds - 1;
		nlots += parts[i]->nlots;
		if (parts[i]->needs[0].at > parts[last]->needs[0].at)
			last = i;
	}

	*whole = (SupplyPlan)
	{
		.needs = palloc(sizeof(PlanNeed) * (Size) nneeds),
			.nneeds = 1,
			.lots = palloc(sizeof(PlanLot) * ((Size) nlots + 1)),
			.keeps_safety_stock = true
	};
	whole->needs[0] = parts[last]->needs[0];
	whole->needs[0].quantity = 0;
	whole->needs[0].from_balance = 0;
	if (whole->needs[0].bound_by_need >= 0)
	{
		for (int i = 0; i < last; i++)
			whole->needs[0].bound_by_need += parts[i]->nneeds - 1;
	}
	for (int i = 0; i < nparts; i++)
		append(whole, parts[i]);
	link_lots(whole);
	return put_off_kits(whole, 0);
}

/*
 * The needs and lots of a part, after those that are there already.
 */
static void
append(SupplyPlan *whole, const SupplyPlan *part)
{
	int			needs_before = whole->nneeds - 1;
	int			lots_before = whole->nlots;
	PlanNeed   *request = &whole->needs[0];

	request->quantity += part->needs[0].quantity;
	request->from_balance += part->needs[0].from_balance;
	whole->keeps_safety_stock &= part->keeps_safety_stock;
	for (int i = 1; i < part->nneeds; i++)
	{
		PlanNeed   *need = &whole->needs[whole->nneeds++];

		*need = part->needs[i];
		need->lot += lots_before;
		if (need->bound_by_need >= 0)
			need->bound_by_need += needs_before;
	}
	for (int i = 0; i < part->nlots; i++)
	{
		PlanLot    *lot = &whole->lots[whole->nlots++];

		*lot = part->lots[i];
		if (lot->need > 0)
			lot->need += needs_before;
	}
}

/* each need finds its lots, in their order */
static void
link_lots(SupplyPlan *plan)
{
	for (int i = 0; i < plan->nneeds; i++)
		plan->needs[i].first_lot = -1;
	for (int i = plan->nlots - 1; i >= 0; i--)
	{
		PlanNeed   *need = &plan->needs[plan->lots[i].need];

		plan->lots[i].next_lot = need->first_lot;
		need->first_lot = i;
	}
}

/* the kits of a need are put together when it is taken, of what is taken then */
static bool
put_off_kits(SupplyPlan *plan, int need)
{
	Instant		at = plan->needs[need].at;

	for (int i = plan->needs[need].first_lot; i >= 0; i = plan->lots[i].next_lot)
	{
		PlanLot    *lot = &plan->lots[i];

		if (lot->source->kind != PLAN_KIT || lot->start == at)
			continue;
		if (!is_same_at(lot->source, lot->start, at))
			return false;
		lot->start = at;
		lot->end = at;
		for (int k = 1; k < plan->nneeds; k++)
		{
			if (plan->needs[k].lot != i)
				continue;
			plan->needs[k].at = at;
			if (!put_off_kits(plan, k))
				return false;
		}
	}
	return true;
}

/* does a kit consist of the same at a later instant? */
static bool
is_same_at(const PlanSource *source, Instant before, Instant at)
{
	if (at >= source->effective.end)
		return false;
	for (int i = 0; i < source->ncomponents; i++)
	{
		Span		effective = source->components[i].effective;

		if ((effective.start > before && effective.start <= at) ||
			(effective.end > before && effective.end <= at))
			return false;
	}
	return true;
}
