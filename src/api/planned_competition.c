/*
 * planned_competition.c - lines that compete also for components and capacity,
 * and for what would do instead.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "api/answer_way.h"
#include "api/competition.h"
#include "api/moves.h"
#include "api/planned_competition.h"
#include "api/substitutes.h"
#include "types/report.h"

/* for whom a substitute is looked for */
typedef struct SubstituteOf
{
	Batch	   *batch;
	const Answer *answer;
} SubstituteOf;

static void answer_line(Batch *batch, BatchLine *line, bool *sourced);
static void add_substitutes(Batch *batch, const BatchLine *line,
							const WaysSearch *search, Ways *ways);
static const AtpLedger *substitute_ledgers(void *arg, const char *item,
										   int *nledgers);
static void take_way(Batch *batch, const Answer *answer, const char *item,
					 const Way *way);
static void take_from_ledgers(Batch *batch, const SupplyPlan *plan);

/*
 * Must something be planned, or would something else do?  Then what earlier batches took counts for the planner
 * as well.
 */
bool
planned_competition_begin(Batch *batch)
{
	Competition *competition = batch->competition;
	CapableQuery query = {
		.now = competition->now,
		.exclude = competition->terms.exclude,
		.nexclude = competition->terms.nexclude
	};
	const char **late = palloc(sizeof(char *) * (Size) (batch->nitems + 1));
	int			nlate = 0;
	MemoryContext old;
	Capable    *plans;
	bool	   *sourced;
	bool	   *substituted;
	bool		any = false;

	for (int i = 0; i < batch->nitems; i++)
	{
		if (batch->items[i].is_late)
			late[nlate++] = batch->items[i].item;
	}
	if (nlate == 0)
		return false;

	old = MemoryContextSwitchTo(competition->context);
	plans = capable_open(&query);
	MemoryContextSwitchTo(old);
	sourced = capable_items(plans, late, nlate);
	substituted = capable_substituted(plans, late, nlate);
	for (int i = 0; i < nlate; i++)
		any |= sourced[i] || substituted[i];
	if (!any)
		return false;

	/* this batch is answered anew */
	for (int i = 0; i < batch->nitems; i++)
		line_batch_rival(batch, &batch->items[i])->takes = batch->items[i].takes;
	line_batch_replay(competition, plans);
	competition->plans = plans;
	return true;
}

/*
 * Answer the lines of a batch, in order.
 */
void
planned_competition_answer(Batch *batch)
{
	const char **items = palloc(sizeof(char *) * (Size) (batch->nitems + 1));
	bool	   *sourced;

	line_batch_read(batch, NULL, batch->nitems, true);
	for (int i = 0; i < batch->nitems; i++)
	{
		items[i] = batch->items[i].item;
		competition_replay(line_batch_rival(batch, &batch->items[i])->takes,
						   batch->items[i].book);
	}
	sourced = capable_items(batch->competition->plans, items, batch->nitems);

	for (int i = 0; i < batch->nlines; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (batch->lines[i].item >= 0)
			answer_line(batch, &batch->lines[i], sourced);
	}
}

static void
answer_line(Batch *batch, BatchLine *line, bool *sourced)
{
	const BatchItem *item = &batch->items[line->item];
	const QuestionTerms *terms = &batch->competition->terms;
	WaysSearch	search = {
		.item = item->item,
		.request = {
			.quantity = line->answer.quantity,
			.due = line->answer.due,
			.after = line->answer.after,
			.location = line->answer.location,
			.parts_max = terms->parts_max,
			.part_minimum = terms->part_minimum
		},
		.by = line_batch_wanted_by(batch, &line->answer),
		.only_here = true,
		.may_move = true,
		.capable = batch->competition->plans,
		.wish = terms->wish
	};
	bool		is_known = item->book->known;
	Ways		ways;

	search.ledgers = line_batch_ledgers(&line->answer, item->book,
										&search.nledgers);
	line->offers.noffers = 0;
	ways_from_stock(&search, &ways);
	if (sourced[line->item] && !ways_suffice(&search, &ways))
		ways_add_plans(&search, &ways);
	if (!ways_suffice(&search, &ways))
		add_substitutes(batch, line, &search, &ways);
	if (ways.nways == 0)
	{
		answer_nothing(&line->answer, is_known, &line->offers);
		return;
	}
	answer_way(&line->answer, &ways.ways[0], 1, &line->offers);
	take_way(batch, &line->answer, search.item, &ways.ways[0]);
}

/*
 * Items that would do join the batch, so that what is taken of them is known to
 * those who ask for them.
 */
static void
add_substitutes(Batch *batch, const BatchLine *line, const WaysSearch *search,
				Ways *ways)
{
	BatchItem  *item = &batch->items[line->item];
	SubstituteOf of = {.batch = batch,.answer = &line->answer};

	if (item->nsubstitutes < 0)
		item->substitutes = capable_substitutes(search->capable, item->item,
												&item->nsubstitutes);
	substitutes_add(item->substitutes, item->nsubstitutes, substitute_ledgers,
					&of, search, ways);
}

static const AtpLedger *
substitute_ledgers(void *arg, const char *name, int *nledgers)
{
	const SubstituteOf *of = arg;
	Batch	   *batch = of->batch;
	int			index = line_batch_item_index(batch, name);
	BatchItem  *item = &batch->items[index];

	if (item->book == NULL)
	{
		line_batch_read(batch, &index, 1, true);
		competition_replay(line_batch_rival(batch, item)->takes, item->book);
	}
	return line_batch_ledgers(of->answer, item->book, nledgers);
}

static void
take_way(Batch *batch, const Answer *answer, const char *item, const Way *way)
{
	Capable    *plans = batch->competition->plans;

	if (way->substitute != NULL)
		item = way->substitute->item;

	for (int i = 0; way->stock != NULL && i < way->stock->nparts; i++)
	{
		const OfferPart *part = &way->stock->parts[i];
		const AtpLedger *ledger = &way->ledgers[part->ledger];
		Instant		at = competition_take_at(batch->competition, answer,
											 ledger, part);

		capable_take_stock(plans, item, ledger->curve->location,
						   part->quantity, at);
		promise_check(atp_take(unconstify(AtpLedger *, ledger),
							   part->quantity, at));
		line_batch_take(batch->competition, item,
						ledger->curve->location, part->quantity, at);
	}
	for (int i = 0; i < way->nplans; i++)
	{
		capable_take(plans, &way->plans[i]);
		take_from_ledgers(batch, &way->plans[i].answer.plan);

		/* what they gave up may be gone by now, or was given to the line */
		for (int k = 0; k < way->plans[i].nmoves; k++)
			take_from_ledgers(batch, &way->plans[i].moves[k].after);
	}
}

/*
 * Of each need what no lot of the plan supplies: that was there at its instant, and
 * at every instant after it.  What the planner gave out of the surplus of earlier
 * lots never was in the ledger.
 */
static void
take_from_ledgers(Batch *batch, const SupplyPlan *plan)
{
	for (int i = 0; i < plan->nneeds; i++)
	{
		const PlanNeed *need = &plan->needs[i];
		const BatchItem *item = line_batch_item(batch, need->node->item);

		if (need->from_balance == 0)
			continue;
		line_batch_take(batch->competition, need->node->item,
						need->node->location, need->from_balance, need->at);
		for (int k = 0; item != NULL && k < item->book->nlocations; k++)
		{
			if (strcmp(item->book->curves[k].location,
					   need->node->location) == 0)
				competition_take_there_is(&item->book->ledgers[k],
										  need->from_balance, need->at);
		}
	}
}
