/*
 * line_batch.c - the lines of a question that are answered at once.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/int.h"
#include "utils/memutils.h"

#include "api/line_batch.h"
#include "store/guards.h"
#include "store/nodes.h"

#define SH_PREFIX		rivals
#define SH_ELEMENT_TYPE	Rival
#define SH_KEY_TYPE		const char *
#define SH_KEY			item
#define SH_HASH_KEY(tb, key) \
	hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(tb, a, b)		(strcmp(a, b) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, entry)	(entry)->hash
#define SH_SCOPE		static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

static Rival *find_rival(Competition *competition, const char *name);
static void mark_offers(Batch *batch);

/*
 * Begin a question about many lines, whose offers become rows of "rsinfo".
 */
Competition *
line_batch_competition(ReturnSetInfo *rsinfo, const QuestionTerms *terms)
{
	Competition *competition = palloc0(sizeof(Competition));

	competition->context = CurrentMemoryContext;
	competition->offered.context = CurrentMemoryContext;
	competition->batch_context =
		AllocSetContextCreate(CurrentMemoryContext, "promise batch",
							  ALLOCSET_DEFAULT_SIZES);
	competition->rsinfo = rsinfo;
	competition->rivals = rivals_create(CurrentMemoryContext, 256, NULL);
	competition->terms = *terms;
	competition->now = nodes_now();
	competition->valid_until = nodes_grain_ceil(competition->now);
	return competition;
}

/*
 * Sort the lines of a batch by item, in the current context.
 */
void
line_batch_begin(Batch *batch, Competition *competition,
				 const RequestLine *lines, int nlines)
{
	batch->competition = competition;
	batch->lines = palloc0(sizeof(BatchLine) * ((Size) nlines + 1));
	batch->nlines = nlines;
	batch->max_items = nlines + 1;
	batch->items = palloc(sizeof(BatchItem) * (Size) batch->max_items);
	batch->nitems = 0;

	for (int i = 0; i < nlines; i++)
	{
		BatchLine  *line = &batch->lines[i];
		BatchItem  *item;

		line->item = -1;
		line->next = -1;
		offer_list_init(&line->offers);
		if (lines[i].item == NULL)
			continue;

		line->facts = lines[i].facts != NULL ? lines[i].facts :
			&competition->terms.facts;
		line->answer.ref = lines[i].ref;
		line->answer.item = lines[i].item;
		line->answer.location = lines[i].location;
		line->answer.quantity = lines[i].quantity;
		line->answer.due = lines[i].due;
		line->answer.after = competition->terms.after;
		line->answer.by = lines[i].due;
		line->answer.valid_until = competition->valid_until;

		line->item = line_batch_item_index(batch, lines[i].item);
		item = &batch->items[line->item];
		if (item->first_line < 0)
			item->first_line = i;
		else
			batch->lines[item->last_line].next = i;
		item->last_line = i;
	}
}

/*
 * The index of an item in the batch, which it joins if it is new there.  Items
 * may move.
 */
int
line_batch_item_index(Batch *batch, const char *name)
{
	Rival	   *rival = find_rival(batch->competition, name);

	if (rival->batch_index < 0)
	{
		BatchItem  *item;

		if (batch->nitems == batch->max_items)
		{
			batch->max_items *= 2;
			batch->items = repalloc(batch->items, sizeof(BatchItem) *
									(Size) batch->max_items);
		}
		item = &batch->items[batch->nitems];
		item->item = rival->item;
		item->first_line = -1;
		item->last_line = -1;
		item->book = NULL;
		item->takes = rival->takes;
		item->is_late = false;
		item->substitutes = NULL;
		item->nsubstitutes = -1;
		rival->batch_index = batch->nitems++;
	}
	return rival->batch_index;
}

/*
 * What is known of an item; nothing so far, if it is new.
 */
static Rival *
find_rival(Competition *competition, const char *name)
{
	Rival	   *rival = rivals_lookup(competition->rivals, name);
	bool		found;

	if (rival != NULL)
		return rival;
	name = MemoryContextStrdup(competition->context, name);
	rival = rivals_insert(competition->rivals, name, &found);
	rival->takes = NULL;
	rival->batch_index = -1;
	return rival;
}

/*
 * An item of the batch by its name; NULL if no line asks for it.
 */
const BatchItem *
line_batch_item(const Batch *batch, const char *name)
{
	Rival	   *rival = rivals_lookup(batch->competition->rivals, name);

	if (rival == NULL || rival->batch_index < 0)
		return NULL;
	return &batch->items[rival->batch_index];
}

/*
 * Remember what was taken of an item, whoever asks for it later.  It becomes part of
 * the latest take if that is of the same instant and location.
 */
void
line_batch_take(Competition *competition, const char *item,
				const char *location, Quantity quantity, Instant at)
{
	Rival	   *rival = find_rival(competition, item);
	Take	   *take = rival->takes;
	Quantity	sum;

	if (take != NULL && take->at == at &&
		strcmp(take->location, location) == 0 &&
		!pg_add_s64_overflow(take->quantity, quantity, &sum))
	{
		take->quantity = sum;
		return;
	}

	take = MemoryContextAlloc(competition->context, sizeof(Take));
	take->next = rival->takes;
	take->location = MemoryContextStrdup(competition->context, location);
	take->quantity = quantity;
	take->at = at;
	rival->takes = take;
}

/*
 * Tell the planner what was taken so far.
 */
void
line_batch_replay(Competition *competition, Capable *plans)
{
	rivals_iterator iterator;
	Rival	   *rival;

	rivals_start_iterate(competition->rivals, &iterator);
	while ((rival = rivals_iterate(competition->rivals, &iterator)) != NULL)
	{
		for (const Take *take = rival->takes; take != NULL; take = take->next)
			capable_take_stock(plans, rival->item, take->location,
							   take->quantity, take->at);
	}
}

/*
 * Send the rows, in the order of the lines, and forget the batch.
 */
void
line_batch_end(Batch *batch)
{
	Competition *competition = batch->competition;

	if (guards_any_policy())
		mark_offers(batch);
	for (int i = 0; i < batch->nlines; i++)
		offer_list_put(competition->rsinfo, &batch->lines[i].offers);
	for (int i = 0; i < batch->nitems; i++)
		rivals_lookup(competition->rivals,
					  batch->items[i].item)->batch_index = -1;
	MemoryContextReset(competition->batch_context);
}

/*
 * Hold the offers against the guidelines, line by line.
 */
static void
mark_offers(Batch *batch)
{
	MarkedLine *lines = palloc(sizeof(MarkedLine) * (Size) (batch->nlines + 1));

	for (int i = 0; i < batch->nlines; i++)
		lines[i] = (MarkedLine)
	{
		.offers = &batch->lines[i].offers,
			.facts = batch->lines[i].facts
	};
	policy_mark_lines(&batch->competition->offered, lines, batch->nlines,
					  batch->competition->now);
}

/*
 * What earlier batches know of an item.
 */
Rival *
line_batch_rival(const Batch *batch, const BatchItem *item)
{
	return rivals_lookup(batch->competition->rivals, item->item);
}

/*
 * Read items of the batch: those in "which", or the first nitems if it is
 * NULL.  If all their lines name one location, only that one is read.
 */
void
line_batch_read(Batch *batch, const int *which, int nitems, bool detail)
{
	BookQuery	query = {0};
	const char *location = NULL;
	bool		one_location = true;
	bool		first = true;
	Book	   *books;

	if (nitems == 0)
		return;

	query.items = palloc(sizeof(char *) * (Size) nitems);
	query.nitems = nitems;
	query.detail = detail;
	query.exclude = batch->competition->terms.exclude;
	query.nexclude = batch->competition->terms.nexclude;
	query.method = ATP_LOOKAHEAD;
	query.now = batch->competition->now;

	for (int i = 0; i < nitems; i++)
	{
		BatchItem  *item = &batch->items[which == NULL ? i : which[i]];

		query.items[i] = item->item;
		for (int k = item->first_line; k >= 0 && one_location;
			 k = batch->lines[k].next)
		{
			const char *asked = batch->lines[k].answer.location;

			if (first)
				location = asked;
			first = false;
			one_location = asked != NULL && strcmp(asked, location) == 0;
		}
	}
	query.location = one_location ? location : NULL;

	books = book_read(&query);
	for (int i = 0; i < nitems; i++)
		batch->items[which == NULL ? i : which[i]].book = &books[i];
}

/*
 * The ledgers that may serve a line: all, or that of the location it names.
 */
AtpLedger *
line_batch_ledgers(const Answer *answer, const Book *book, int *nledgers)
{
	*nledgers = book->nlocations;
	if (answer->location == NULL)
		return book->ledgers;

	for (int i = 0; i < book->nlocations; i++)
	{
		if (strcmp(book->curves[i].location, answer->location) == 0)
		{
			*nledgers = 1;
			return &book->ledgers[i];
		}
	}
	*nledgers = 0;
	return NULL;
}

/*
 * The date that a line asks for; one that asks for none wants it now.
 */
Instant
line_batch_wanted_by(const Batch *batch, const Answer *answer)
{
	if (answer->due != INSTANT_END)
		return answer->due;
	return Max(batch->competition->now, answer->after);
}
