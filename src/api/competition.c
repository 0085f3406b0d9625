/*
 * competition.c - lines that compete, in their order.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"

#include "api/competition.h"
#include "types/report.h"

static Take *add_take(Competition *competition, Take *takes, const Take *kept,
					  const char *location, const OfferPart *part);
static void replay_takes(const Rival *rival, Book *book);

/*
 * Answer a batch of lines, which come after those of earlier batches.
 *
 * Items do not compete with each other, so each item's lines are answered one
 * after another, item by item.  Where a line needs to be explained, its item
 * is read again with detail and all its lines are answered anew: the same way,
 * for the answer depends on nothing else.
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

	unexplained = palloc(sizeof(int) * (Size) (batch.nitems + 1));
	for (int i = 0; i < batch.nitems; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!competition_answer_item(&batch, &batch.items[i], 2, false))
			unexplained[nunexplained++] = i;
	}

	line_batch_read(&batch, unexplained, nunexplained, true);
	for (int i = 0; i < nunexplained; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(void) competition_answer_item(&batch, &batch.items[unexplained[i]], 2, true);
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

	replay_takes(rival, item->book);

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
			answer_nothing(&line->answer, item->book->known, &line->offers);
			continue;
		}

		request.quantity = line->answer.quantity;
		request.due = line->answer.due;
		request.after = line->answer.after;
		request.location = line->answer.location;
		request.parts_max = parts_max;
		request.part_minimum = 1;
		quote_options(ledgers, nledgers, &request, &options);

		if (!detailed && answer_needs_detail(&line->answer,
											 &options.options[0]))
			return false;
		answer_option(&line->answer, ledgers, &options.options[0], 1,
					  &line->offers);

		for (int k = 0; k < options.options[0].nparts; k++)
		{
			const OfferPart *part = &options.options[0].parts[k];
			AtpLedger  *ledger = &ledgers[part->ledger];

			promise_check(atp_take(ledger, part->quantity,
								   part->available_at));
			takes = add_take(competition, takes, rival->takes,
							 ledger->curve->location, part);
		}
	}
	rival->takes = takes;
	return true;
}

/*
 * Put what a line takes in front of the takes so far.  It becomes part of the
 * latest one if that is of the same instant and location, so that many small
 * lines are few takes to replay; but those from "kept" on belong to earlier
 * batches, and must stay as they are should this attempt be given up.
 */
static Take *
add_take(Competition *competition, Take *takes, const Take *kept,
		 const char *location, const OfferPart *part)
{
	Take	   *take;
	Quantity	sum;

	if (takes != kept && takes->at == part->available_at &&
		strcmp(takes->location, location) == 0 &&
		!pg_add_s64_overflow(takes->quantity, part->quantity, &sum))
	{
		takes->quantity = sum;
		return takes;
	}

	take = MemoryContextAlloc(competition->context, sizeof(Take));
	take->next = takes;
	take->location = MemoryContextStrdup(competition->context, location);
	take->quantity = part->quantity;
	take->at = part->available_at;
	return take;
}

/*
 * Take again what lines of earlier batches took.
 *
 * What is taken at one instant is taken from the rises before it, whatever
 * else was taken before, so the order does not matter.
 */
static void
replay_takes(const Rival *rival, Book *book)
{
	for (const Take *take = rival->takes; take != NULL; take = take->next)
	{
		for (int i = 0; i < book->nlocations; i++)
		{
			if (strcmp(book->curves[i].location, take->location) == 0)
				promise_check(atp_take(&book->ledgers[i], take->quantity,
									   take->at));
		}
	}
}
