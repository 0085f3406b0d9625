/*
 * competition.c - lines that compete, in their order.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"

#include "api/competition.h"
#include "api/planned_competition.h"
#include "types/report.h"

/*
 * Answer a batch of lines, which come after those of earlier batches.
 *
 * Items do not compete with each other, so each item's lines are answered one
 * after another, item by item.  Where a line needs to be explained, its item
 * is read again with detail and all its lines are answered anew: the same way,
 * for the answer depends on nothing else.
 *
 * As soon as something must be planned all items compete, for what they are made
 * of: then the lines are answered in order, in this batch and all that follow.
 */
void
competition_answer(Competition *competition, RequestLine *lines, int nlines)
{
	MemoryContext old = MemoryContextSwitchTo(competition->batch_context);
	Batch		batch;
	int		   *unexplained;
	int			nunexplained = 0;

	line_batch_begin(&batch, competition, lines, nlines);
	line_batch_read(&batch, NULL, batch.nitems, false);

	if (competition->plans != NULL)
	{
		planned_competition_answer(&batch);
		line_batch_end(&batch);
		MemoryContextSwitchTo(old);
		return;
	}

	unexplained = palloc(sizeof(int) * (Size) (batch.nitems + 1));
	for (int i = 0; i < batch.nitems; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!competition_answer_item(&batch, &batch.items[i],
									 competition->terms.parts_max, false))
			unexplained[nunexplained++] = i;
	}

	if (planned_competition_begin(&batch))
		planned_competition_answer(&batch);
	else
	{
		line_batch_read(&batch, unexplained, nunexplained, true);
		for (int i = 0; i < nunexplained; i++)
		{
			CHECK_FOR_INTERRUPTS();
			(void) competition_answer_item(&batch, &batch.items[unexplained[i]],
										   competition->terms.parts_max, true);
		}
	}

	line_batch_end(&batch);
	MemoryContextSwitchTo(old);
}

/*
 * Answer the lines of one item, each with its best offer.  False, with nothing
 * answered or taken, if a line needs an explanation for which the item must be
 * read with detail.
 */
bool
competition_answer_item(Batch *batch, BatchItem *item, int parts_max, bool detailed)
{
	Competition *competition = batch->competition;
	Rival	   *rival = line_batch_rival(batch, item);
	Take	   *takes = rival->takes;

	competition_replay(rival->takes, item->book);

	for (int i = item->first_line; i >= 0; i = batch->lines[i].next)
	{
		BatchLine  *line = &batch->lines[i];
		QuoteRequest request;
		QuoteOptions options;
		AtpLedger  *ledgers;
		int			nledgers;

		line->offers.noffers = 0;
		ledgers = line_batch_ledgers(&line->answer, item->book, &nledgers);
		if (nledgers == 0)
		{
			item->is_late = true;
			answer_nothing(&line->answer, item->book->known, &line->offers);
			continue;
		}

		request.quantity = line->answer.quantity;
		request.due = line->answer.due;
		request.after = line->answer.after;
		request.location = line->answer.location;
		request.parts_max = parts_max;
		request.part_minimum = competition->terms.part_minimum;
		quote_options(ledgers, nledgers, &request, &options);
		item->is_late |= options.options[0].missing > 0 ||
			options.options[0].completion >
			line_batch_wanted_by(batch, &line->answer);

		if (!detailed && answer_needs_detail(&line->answer,
											 &options.options[0]))
			return false;
		answer_option(&line->answer, ledgers, &options.options[0], 1,
					  &line->offers);

		for (int k = 0; k < options.options[0].nparts; k++)
		{
			const OfferPart *part = &options.options[0].parts[k];
			AtpLedger  *ledger = &ledgers[part->ledger];
			Instant		at = competition_take_at(competition, &line->answer,
												 ledger, part);

			promise_check(atp_take(ledger, part->quantity, at));
			takes = competition_add_take(competition, takes, rival->takes,
										 ledger->curve->location,
										 part->quantity, at);
		}
	}
	rival->takes = takes;
	return true;
}

/*
 * When a line takes a part of its offer out of stock: as soon as it can be had, or
 * as late as its date allows.  Where supply spoils that may be too late.
 */
Instant
competition_take_at(const Competition *competition, const Answer *answer,
					const AtpLedger *ledger, const OfferPart *part)
{
	if (competition->terms.wish.placement == PLAN_JIT &&
		answer->due != INSTANT_END && answer->due > part->available_at &&
		atp_available(ledger, answer->due) >= part->quantity)
		return answer->due;
	return part->available_at;
}

/*
 * Put what a line takes in front of the takes so far.  It becomes part of the
 * latest one if that is of the same instant and location, so that many small
 * lines are few takes to replay; but those from "kept" on belong to earlier
 * batches, and must stay as they are should this attempt be given up.
 */
Take *
competition_add_take(Competition *competition, Take *takes, const Take *kept,
					 const char *location, Quantity quantity, Instant at)
{
	Take	   *take;
	Quantity	sum;

	if (takes != kept && takes->at == at &&
		strcmp(takes->location, location) == 0 &&
		!pg_add_s64_overflow(takes->quantity, quantity, &sum))
	{
		takes->quantity = sum;
		return takes;
	}

	take = MemoryContextAlloc(competition->context, sizeof(Take));
	take->next = takes;
	take->location = MemoryContextStrdup(competition->context, location);
	take->quantity = quantity;
	take->at = at;
	return take;
}

/*
 * Take again what lines of earlier batches took.
 *
 * What is taken at one instant is taken from the rises before it, whatever
 * else was taken before, so the order does not matter.
 */
void
competition_replay(const Take *takes, Book *book)
{
	for (const Take *take = takes; take != NULL; take = take->next)
	{
		for (int i = 0; i < book->nlocations; i++)
		{
			if (strcmp(book->curves[i].location, take->location) == 0)
				competition_take_there_is(&book->ledgers[i], take->quantity,
										  take->at);
		}
	}
}

/*
 * Take as much of it as the ledger has: more was planned out of what it does not
 * know of.
 */
void
competition_take_there_is(AtpLedger *ledger, Quantity quantity, Instant at)
{
	Quantity	there = core_min(quantity, atp_available(ledger, at));

	if (there > 0)
		promise_check(atp_take(ledger, there, at));
}
