/*
 * answer_way.c - from ways to deliver to rows of offers.
 */
#include "postgres.h"

#include "api/answer_way.h"
#include "api/moves.h"
#include "api/plan_reason.h"
#include "types/wording.h"

static void answer_substitute(const Answer *answer, const Way *way,
							  int option_no, OfferList *list);
static void put_plan(const Answer *answer, const Way *way, int part,
					 Offer *offer, OfferList *list);
static void put_refused(const Answer *answer, const Way *way, Offer *offer,
						OfferList *list);

/*
 * The rows of one way: its parts, and what is missing.
 */
void
answer_way(const Answer *answer, const Way *way, int option_no,
		   OfferList *list)
{
	Offer		offer;

	if (way->substitute != NULL)
	{
		answer_substitute(answer, way, option_no, list);
		return;
	}
	if (way->stock != NULL)
	{
		answer_option(answer, way->ledgers, way->stock, option_no, list);
		return;
	}

	answer_offer(answer, &offer);
	offer.option = option_no;
	for (int i = 0; i < way->nplans; i++)
		put_plan(answer, way, i, &offer, list);
	if (way->refused != NULL)
		put_refused(answer, way, &offer, list);
}

/*
 * The rows of a way to deliver something else: as if that had been asked for.
 */
static void
answer_substitute(const Answer *answer, const Way *way, int option_no,
				  OfferList *list)
{
	Answer		instead = *answer;
	Way			own = *way;
	int			first = list->noffers;

	instead.item = way->substitute->item;
	instead.quantity = way->quantity;
	own.substitute = NULL;
	answer_way(&instead, &own, option_no, list);
	for (int i = first; i < list->noffers; i++)
	{
		Offer	   *offer = &list->offers[i];
		char	   *stands_for = psprintf("instead of %s of item \"%s\"",
										  wording_quantity(answer->quantity),
										  answer->item);

		offer->kind = OFFER_SUBSTITUTE;
		offer->detail = offer->detail == NULL ? stands_for :
			psprintf("%s; %s", stands_for, offer->detail);
	}
}

static void
put_plan(const Answer *answer, const Way *way, int part, Offer *offer,
		 OfferList *list)
{
	const CapablePlan *plan = &way->plans[part];

	offer->part = part + 1;
	offer->kind = way->kind;
	offer->planned = plan;
	offer->location = plan->location;
	offer->quantity = plan->quantity;
	offer->available_at = plan->available_at;
	offer->on_time = plan->available_at <= answer->due;
	offer->valid_until = answer->valid_until;
	offer->has_cost = plan->has_cost;
	offer->cost = plan->cost;
	offer->currency = plan->currency;
	offer->has_reason = plan->available_at > answer->by &&
		plan->answer.plan.needs[0].binding != PLAN_BOUND_BY_NOTHING;
	offer->detail = NULL;
	if (offer->has_reason)
	{
		offer->reason = plan_reason(&plan->answer, plan->node);
		offer->detail = plan_reason_detail(&plan->answer);
	}
	else if (plan->available_at > answer->by)
		offer->detail = (answer->by < answer->after) ?
			psprintf("not wanted before %s", wording_instant(answer->after)) :
			"the date asked for has passed";
	if (plan->nmoves > 0)
		offer->detail = offer->detail == NULL ? moves_text(plan) :
			psprintf("%s; %s", offer->detail, moves_text(plan));
	offer_list_add(list, offer);
}

/*
 * A row for what cannot be had.
 */
static void
put_refused(const Answer *answer, const Way *way, Offer *offer,
			OfferList *list)
{
	const CapablePlan *plan = way->refused;

	offer->part = way->nplans + 1;
	offer->kind = OFFER_NONE;
	offer->planned = NULL;
	offer->location = plan->location;
	offer->quantity = way->missing;
	offer->available_at = INSTANT_END;
	offer->on_time = false;
	offer->valid_until = INSTANT_END;
	offer->has_cost = false;
	offer->currency = NULL;
	offer->has_reason = true;
	offer->reason = plan_reason(&plan->answer, plan->node);
	offer->detail = plan_reason_detail(&plan->answer);
	if (way->nplans > 0)
		offer->detail = psprintf("%s of %s can be delivered; %s",
								 wording_quantity(answer->quantity - way->missing),
								 wording_quantity(answer->quantity),
								 offer->detail);
	offer_list_add(list, offer);
}
