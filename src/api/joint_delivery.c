/*
 * joint_delivery.c - lines that are delivered together.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "api/competition.h"
#include "api/joint_delivery.h"
#include "api/joint_plan.h"
#include "api/reason.h"
#include "engine/together.h"
#include "types/wording.h"

static bool plan_together(Batch *batch, JointPlan *joint);
static Instant item_together(Batch *batch, BatchItem *item, Instant after,
							 TogetherLine **lines);
static void answer_all_at(Batch *batch, TogetherLine **lines, int slowest,
						  Instant at);
static char *slowest_detail(Batch *batch, int slowest,
							TogetherLine *lines, Instant by,
							PromiseReason *reason);
static void refuse_together(Batch *batch, const Instant *item_at);

/*
 * Answer lines that are delivered together, all of them in one call.
 */
void
joint_delivery_answer(Competition *competition, RequestLine *lines,
					  int nlines)
{
	MemoryContext old = MemoryContextSwitchTo(competition->batch_context);
	Batch		batch;
	TogetherLine **item_lines;
	Instant    *item_at;
	Instant		at = competition->terms.after;
	Instant		before;
	int			slowest = 0;
	JointPlan	joint;

	line_batch_begin(&batch, competition, lines, nlines);
	line_batch_read(&batch, NULL, batch.nitems, false);

	item_lines = palloc(sizeof(TogetherLine *) * (Size) (batch.nitems + 1));
	item_at = palloc(sizeof(Instant) * (Size) (batch.nitems + 1));

	/*
	 * Each item says when it can be delivered, not before the slowest of the
	 * others.  Most items can wait, and a second round finds all agreed;
	 * where supply spoils, or a horizon ends, it may take more.
	 */
	do
	{
		before = at;
		for (int i = 0; i < batch.nitems; i++)
		{
			CHECK_FOR_INTERRUPTS();
			item_at[i] = item_together(&batch, &batch.items[i], before,
									   &item_lines[i]);
			if (item_at[i] > at)
			{
				at = item_at[i];
				slowest = i;
			}
		}
	} while (at != before && at != INSTANT_END);

	if (at > Max(competition->now, competition->terms.after) &&
		plan_together(&batch, &joint) &&
		(joint.at < at || at == INSTANT_END))
		joint_plan_answer(&batch, &joint);
	else if (at == INSTANT_END)
		refuse_together(&batch, item_at);
	else
		answer_all_at(&batch, item_lines, slowest, at);

	line_batch_end(&batch);
	MemoryContextSwitchTo(old);
}

/*
 * Stock is late: can what must be made, bought or moved be there sooner?  False, if
 * there is nothing to plan.
 */
static bool
plan_together(Batch *batch, JointPlan *joint)
{
	Instant    *item_at = palloc(sizeof(Instant) * ((Size) batch->nitems + 1));
	TogetherLine **lines = palloc(sizeof(TogetherLine *) *
								  ((Size) batch->nitems + 1));
	JointStock	stock = {.item_at = item_at,.lines = lines};

	for (int i = 0; i < batch->nitems; i++)
	{
		CHECK_FOR_INTERRUPTS();
		item_at[i] = item_together(batch, &batch->items[i],
								   batch->competition->terms.after, &lines[i]);
	}
	return joint_plan_find(batch, &stock, joint);
}

/*
 * The first instant not before "after" at which all lines of one item can be
 * delivered, and for each of them, in order, from where.
 */
static Instant
item_together(Batch *batch, BatchItem *item, Instant after,
			  TogetherLine **lines)
{
	Book	   *book = item->book;
	int			nlines = 0;
	int			n = 0;

	for (int i = item->first_line; i >= 0; i = batch->lines[i].next)
		nlines++;
	*lines = palloc(sizeof(TogetherLine) * (Size) nlines);

	for (int i = item->first_line; i >= 0; i = batch->lines[i].next)
	{
		const Answer *answer = &batch->lines[i].answer;
		int			nledgers;
		AtpLedger  *ledgers = line_batch_ledgers(answer, book, &nledgers);

		if (nledgers == 0)
			return INSTANT_END;
		(*lines)[n].quantity = answer->quantity;
		(*lines)[n].only = (answer->location == NULL) ? -1 :
			(int) (ledgers - book->ledgers);
		(*lines)[n].ledger = 0;
		n++;
	}
	return together_earliest(book->ledgers, book->nlocations, *lines, nlines,
							 after);
}

/*
 * One offer for each line, all at the same instant.
 */
static void
answer_all_at(Batch *batch, TogetherLine **lines, int slowest, Instant at)
{
	bool		any_late = false;

	for (int i = 0; i < batch->nlines; i++)
		any_late |= batch->lines[i].item >= 0 &&
			batch->lines[i].answer.due < at;
	if (any_late)
		line_batch_read(batch, &slowest, 1, true);

	for (int i = 0; i < batch->nitems; i++)
	{
		BatchItem  *item = &batch->items[i];
		TogetherLine *line = lines[i];

		for (int k = item->first_line; k >= 0; k = batch->lines[k].next, line++)
		{
			const Answer *answer = &batch->lines[k].answer;
			Offer		offer = {0};

			offer.ref = answer->ref;
			offer.option = 1;
			offer.part = 1;
			offer.kind = (at <= answer->due) ? OFFER_WHOLE : OFFER_LATER;
			offer.item = answer->item;
			offer.location = item->book->curves[line->ledger].location;
			offer.quantity = answer->quantity;
			offer.available_at = at;
			offer.due = answer->due;
			offer.on_time = at <= answer->due;
			offer.valid_until = answer->valid_until;
			if (!offer.on_time && at <= answer->after)
				offer.detail = psprintf("not wanted before %s",
										wording_instant(answer->after));
			else if (!offer.on_time)
			{
				offer.has_reason = true;
				offer.detail = slowest_detail(batch, slowest, lines[slowest],
											  answer->due, &offer.reason);
			}
			offer_list_add(&batch->lines[k].offers, &offer);
		}
	}
}

/*
 * Why the slowest item, for which all wait, is not there by a date.
 */
static char *
slowest_detail(Batch *batch, int slowest, TogetherLine *lines, Instant by,
			   PromiseReason *reason)
{
	BatchItem  *item = &batch->items[slowest];
	int			latest = lines[0].ledger;
	TogetherLine *line = lines;
	Instant		latest_at = INSTANT_BEGIN;
	Quantity	latest_sum = 0;
	Cause		cause;

	/* the location whose share of the lines is there last */
	for (int k = item->first_line; k >= 0; k = batch->lines[k].next, line++)
	{
		TogetherLine *other = lines;
		Quantity	sum = 0;
		Instant		at;

		for (int m = item->first_line; m >= 0;
			 m = batch->lines[m].next, other++)
		{
			if (other->ledger == line->ledger)
				sum += other->quantity;
		}
		at = atp_earliest(&item->book->ledgers[line->ledger], sum,
						  INSTANT_BEGIN);
		if (at > latest_at)
		{
			latest = line->ledger;
			latest_at = at;
			latest_sum = sum;
		}
	}

	cause_find(&item->book->ledgers[latest], latest_sum, by, INSTANT_BEGIN,
			   &cause);
	*reason = cause.reason;
	return psprintf("all wait for item \"%s\": %s", item->item,
					reason_detail(&cause, &item->book->ledgers[latest],
								  latest_sum, by));
}

/*
 * There is no common instant.  Lines that cannot be delivered even alone,
 * served in order, say why; the others say for which item they cannot wait.
 */
static void
refuse_together(Batch *batch, const Instant *item_at)
{
	int			refusing = -1;

	for (int i = 0; i < batch->nitems; i++)
	{
		if (item_at[i] != INSTANT_END)
			continue;
		if (refusing < 0)
			refusing = i;
		line_batch_read(batch, &i, 1, true);
		(void) competition_answer_item(batch, &batch->items[i], 1, true);
	}

	for (int i = 0; i < batch->nlines; i++)
	{
		BatchLine  *line = &batch->lines[i];

		if (line->item < 0 ||
			(line->offers.noffers > 0 &&
			 line->offers.offers[0].kind == OFFER_NONE))
			continue;
		line->offers.noffers = 0;
		answer_refusal(&line->answer, REASON_STOCK,
					   line->item == refusing ?
					   pstrdup("not available at one instant with all other lines") :
					   psprintf("to be delivered together with item \"%s\", which cannot be delivered then",
								batch->items[refusing].item),
					   &line->offers);
	}
}
