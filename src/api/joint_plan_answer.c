/*
 * joint_plan_answer.c - rows of offers for lines that are planned together.
 */
#include "postgres.h"

#include "api/joint_plan.h"
#include "api/plan_reason.h"
#include "api/ways.h"
#include "types/wording.h"

static char *slowest_detail(const Batch *batch, const JointPlan *joint,
							PromiseReason *reason);
static void refuse_all(Batch *batch, const JointPlan *joint);

void
joint_plan_answer(Batch *batch, const JointPlan *joint)
{
	PromiseReason reason = REASON_STOCK;
	char	   *detail = NULL;

	if (joint->at == INSTANT_END)
	{
		refuse_all(batch, joint);
		return;
	}
	for (int i = 0; i < batch->nlines; i++)
	{
		const Answer *answer = &batch->lines[i].answer;
		const CapablePlan *plan = &joint->plans[i];
		Offer		offer;

		if (batch->lines[i].item < 0)
			continue;
		answer_offer(answer, &offer);
		offer.option = 1;
		offer.part = 1;
		offer.kind = ways_kind_of_plan(plan, joint->at, answer->due);
		offer.location = plan->location;
		offer.quantity = answer->quantity;
		offer.available_at = joint->at;
		offer.on_time = joint->at <= answer->due;
		offer.valid_until = answer->valid_until;
		offer.has_cost = plan->has_cost;
		offer.cost = plan->cost;
		offer.currency = plan->currency;
		offer.planned = plan;
		if (!offer.on_time && joint->at > batch->competition->now &&
			joint->at > answer->after)
		{
			if (detail == NULL)
				detail = slowest_detail(batch, joint, &reason);
			offer.has_reason = true;
			offer.reason = reason;
			offer.detail = detail;
		}
		else if (!offer.on_time)
			offer.detail = answer->due < answer->after ?
				psprintf("not wanted before %s",
						 wording_instant(answer->after)) :
				"the date asked for has passed";
		offer_list_add(&batch->lines[i].offers, &offer);
	}
}

static char *
slowest_detail(const Batch *batch, const JointPlan *joint,
			   PromiseReason *reason)
{
	const char *item = batch->lines[joint->slowest].answer.item;

	if (joint->why == NULL)
	{
		*reason = REASON_STOCK;
		return psprintf("all wait for item \"%s\", whose lines can be had together from stock and receipts on %s",
						item, wording_instant(joint->at));
	}
	*reason = plan_reason(&joint->why->answer, joint->why->node);
	if (!joint->competes)
		return psprintf("all wait for item \"%s\": %s", item,
						plan_reason_detail(&joint->why->answer));
	return psprintf("all wait for item \"%s\", which beside the other lines can be had on %s: %s",
					item, wording_instant(joint->at),
					plan_reason_of_need(&joint->why->answer.plan, 0));
}

/*
 * There is no common date.  Lines that cannot be had even alone say why; the
 * others say for which they cannot wait.
 */
static void
refuse_all(Batch *batch, const JointPlan *joint)
{
	for (int i = 0; i < batch->nlines; i++)
	{
		BatchLine  *line = &batch->lines[i];
		const CapablePlan *alone = &joint->alone[i];

		if (line->item < 0)
			continue;
		if (alone->node == NULL)
			answer_nothing(&line->answer, batch->items[line->item].book->known,
						   &line->offers);
		else if (!alone->answer.possible)
			answer_refusal(&line->answer,
						   plan_reason(&alone->answer, alone->node),
						   plan_reason_detail(&alone->answer), &line->offers);
		else if (i == joint->slowest)
			answer_refusal(&line->answer, REASON_STOCK,
						   "not available at one instant with all other lines",
						   &line->offers);
		else
			answer_refusal(&line->answer, REASON_STOCK,
						   psprintf("to be delivered together with item \"%s\", which cannot be delivered then",
									batch->lines[joint->slowest].answer.item),
						   &line->offers);
	}
}
